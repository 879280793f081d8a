package observe

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// prepare is what a shell does in new namespaces before anybody looks.
const prepare = `set -e
mount --make-rprivate /
hostname inner
ip link set lo up
ip link add gbx0 type veth peer name gbx1
ip link set gbx0 addrgenmode none
ip link set gbx1 addrgenmode none
ip addr add 10.99.7.2/24 dev gbx0
ip addr add fd00:7::2/64 dev gbx0 nodad
ip link set gbx0 up
ip link set gbx1 up
for i in gbx0 gbx1; do until ip -o link show $i | grep -q 'state UP'; do :; done; done
ip route add default via 10.99.7.1
ip route add blackhole 10.99.8.0/24
ip neigh add 10.99.7.1 dev gbx0 lladdr 02:00:00:00:00:01 nud permanent
`

// report is what programs print, one part after the other.
const report = `
part() { printf '\n=%s=\n' "$1"; }
part uts.hostname; hostname
part net.addr; ip -j -d addr
part net.route; ip -j route
part net.route6; ip -j -6 route
part net.neigh; ip -j neigh
part ls; ls -A /
part etc.hosts; cat /etc/hosts
for f in status mountinfo cgroup uid_map limits; do part proc.$f; cat $P/$f; done
for n in mnt uts ipc net pid cgroup user; do part proc.ns.$n; readlink $P/ns/$n; done
`

// TestInsideSelf: a process in its own namespaces observes itself, and what it sees
// is what programs printed a moment before in the same namespaces.
func TestInsideSelf(t *testing.T) {
	root(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out := unshared(t, prepare+"P=/proc/self\n"+report+"part values; GLASSBOX_TEST_OBSERVE=self exec "+exe)
	parts := split(out)
	m := decode(t, parts["values"])
	same(t, m, parts)
	s := proc.ParseStatus([]byte(text(t, m, "proc.status")))
	if s.Pid != 1 || s.Name != filepath.Base(exe)[:min(15, len(filepath.Base(exe)))] {
		t.Errorf("%d %s observes itself", s.Pid, s.Name)
	}
	if tree := text(t, m, "proc.tree"); !strings.HasPrefix(tree, "1 0 1 ") || strings.Count(tree, "\n") != 1 {
		t.Errorf("processes:\n%s", tree)
	}
}

// TestInsideJoined: a helper that has joined all but the pid namespace reads what a
// program in the container reads of PID 1.
func TestInsideJoined(t *testing.T) {
	root(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("unshare", "-m", "-u", "-i", "-n", "-p", "-C", "--fork", "--mount-proc", "--kill-child",
		"sh", "-c", prepare+"export VISIBLE=yes; exec sh -c 'echo ready; read x'")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("unshare (of util-linux) does not run: %v", err)
	}
	defer func() { _ = in.Close(); _ = cmd.Wait() }()
	if _, err := stdout.Read(make([]byte, 16)); err != nil {
		t.Skipf("this machine does not let unshare make namespaces: %v", err)
	}
	pid := strings.TrimSpace(read(t, "/proc/"+itoa(cmd.Process.Pid)+"/task/"+itoa(cmd.Process.Pid)+"/children"))

	all := exec.Command("nsenter", "-t", pid, "-a", "sh", "-c", "P=/proc/1\n"+report)
	printed, err := all.Output()
	if err != nil {
		t.Fatal(err)
	}
	helper := exec.Command("nsenter", "-t", pid, "-m", "-u", "-i", "-n", "-C", exe)
	helper.Env = append(os.Environ(), "GLASSBOX_TEST_OBSERVE=joined")
	values, err := helper.Output()
	if err != nil {
		t.Fatal(err)
	}
	m := decode(t, string(values))
	same(t, m, split(string(printed)))
	if got := text(t, m, "proc.environ"); !strings.Contains(got, "VISIBLE=yes\x00") {
		t.Errorf("environ %q", got)
	}
	if got := text(t, m, "proc.cmdline"); got != "sh\x00-c\x00echo ready; read x\x00" {
		t.Errorf("cmdline %q", got)
	}
	if tree := text(t, m, "proc.tree"); !strings.HasPrefix(tree, "1 0 1 S 0 sh\n") || strings.Contains(tree, "observe") {
		t.Errorf("the helper shows up among the processes, or PID 1 does not:\n%s", tree)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

func unshared(t *testing.T, script string) string {
	t.Helper()
	cmd := exec.Command("unshare", "-m", "-u", "-i", "-n", "-p", "-C", "--fork", "--mount-proc", "--kill-child", "sh", "-c", script)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("unshare (of util-linux) and ip (of iproute2) do not run here: %v %s", err, stderr.String())
	}
	return string(out)
}

// split cuts the output of report into its parts.
func split(out string) map[string]string {
	parts := map[string]string{}
	for _, p := range strings.Split(out, "\n=")[1:] {
		name, body, _ := strings.Cut(p, "=\n")
		parts[name] = body
	}
	return parts
}

func decode(t *testing.T, text string) map[string]journal.Value {
	t.Helper()
	var values []journal.Value
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	m := map[string]journal.Value{}
	for _, v := range values {
		if v.Side != journal.Inside {
			t.Errorf("%s is of side %s", v.Fact, v.Side)
		}
		m[v.Fact] = v
	}
	return m
}

// same holds values against what programs printed.
func same(t *testing.T, m map[string]journal.Value, printed map[string]string) {
	t.Helper()
	for _, fact := range []string{
		"uts.hostname", "etc.hosts", "proc.mountinfo", "proc.cgroup", "proc.uid_map",
		"proc.ns.mnt", "proc.ns.uts", "proc.ns.ipc", "proc.ns.net", "proc.ns.pid", "proc.ns.cgroup", "proc.ns.user",
	} {
		if got, want := strings.TrimSpace(text(t, m, fact)), strings.TrimSpace(printed[fact]); got != want {
			t.Errorf("%s:\n got %s\nwant %s", fact, got, want)
		}
	}
	for i, l := range proc.ParseLimits([]byte(printed["proc.limits"])) {
		// Go raises the soft limit of open files as it starts.
		if got := proc.ParseLimits([]byte(text(t, m, "proc.limits")))[i]; got != l && l.Name != "Max open files" {
			t.Errorf("proc.limits: %+v, not %+v", got, l)
		}
	}
	got, want := proc.ParseStatus([]byte(text(t, m, "proc.status"))), proc.ParseStatus([]byte(printed["proc.status"]))
	if got.CapEff != want.CapEff || got.UID != want.UID || !reflect.DeepEqual(got.Groups, want.Groups) || got.Seccomp != want.Seccomp {
		t.Errorf("status:\n got %+v\nwant %+v", got, want)
	}
	var names []string
	for line := range strings.Lines(text(t, m, "fs.root")) {
		f := strings.Fields(line)
		names = append(names, f[2])
	}
	if ls := strings.Fields(printed["ls"]); !reflect.DeepEqual(names, sorted(ls)) {
		t.Errorf("ls /:\n got %v\nwant %v", names, ls)
	}
	sameIP(t, m, printed)
}

// sameIP compares with what ip(8) printed, field by field.
func sameIP(t *testing.T, m map[string]journal.Value, printed map[string]string) {
	t.Helper()
	got, err := proc.ParseLinks([]byte(text(t, m, "net.addr")))
	want, err2 := proc.ParseLinks([]byte(printed["net.addr"]))
	if err != nil || err2 != nil || len(got) == 0 || !reflect.DeepEqual(settled(got), settled(want)) {
		t.Errorf("net.addr: %v %v\n got %+v\nwant %+v", err, err2, settled(got), settled(want))
	}
	routes, err := proc.ParseRoutes([]byte(text(t, m, "net.route")))
	r4, err2 := proc.ParseRoutes([]byte(printed["net.route"]))
	r6, err3 := proc.ParseRoutes([]byte(printed["net.route6"]))
	if err != nil || err2 != nil || err3 != nil || len(r4) == 0 || !reflect.DeepEqual(routes, append(r4, r6...)) {
		t.Errorf("net.route: %v %v %v\n got %+v\nwant %+v", err, err2, err3, routes, append(r4, r6...))
	}
	neighs, err := proc.ParseNeighs([]byte(text(t, m, "net.neigh")))
	n2, err2 := proc.ParseNeighs([]byte(printed["net.neigh"]))
	if err != nil || err2 != nil || len(n2) == 0 || !reflect.DeepEqual(neighs, n2) {
		t.Errorf("net.neigh: %v %v\n got %+v\nwant %+v", err, err2, neighs, n2)
	}
}

// settled makes no difference between no addresses and an empty list.
func settled(links []proc.Link) []proc.Link {
	for i := range links {
		if len(links[i].Addrs) == 0 {
			links[i].Addrs = nil
		}
	}
	return links
}

func sorted(list []string) []string {
	// As bytes, whatever the locale of ls was.
	for i := range list {
		for j := i; j > 0 && list[j] < list[j-1]; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
	return list
}

// TestHostileEtc: files of the container that are links out, FIFOs or devices neither
// hang nor lead out, nor are they opened.
func TestHostileEtc(t *testing.T) {
	root(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/secret", []byte("hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	// The root of the container is a small directory; the secret lies beside it.
	script := `set -e
mount --make-rprivate /
mkdir -p ` + dir + `/root/etc ` + dir + `/root/proc ` + dir + `/root/dev
mount -t proc proc ` + dir + `/root/proc
for l in lib lib64; do [ -d /$l ] && mkdir ` + dir + `/root/$l && mount --rbind /$l ` + dir + `/root/$l; done
cp ` + exe + ` ` + dir + `/root/observer
ln -s ../../../../../../../../../` + dir + `/secret ` + dir + `/root/etc/resolv.conf
mkfifo ` + dir + `/root/etc/hosts
ln -s /proc/self/root/etc/real ` + dir + `/root/etc/hostname
echo real > ` + dir + `/root/etc/real
GLASSBOX_TEST_OBSERVE=self exec chroot ` + dir + `/root /observer`
	m := decode(t, unshared(t, script))
	if v, ok := m["etc.resolv.conf"]; ok {
		t.Errorf("a link out of the root was followed: %+v", v)
	}
	if v := m["etc.hosts"]; !strings.Contains(v.Err, "no regular file") {
		t.Errorf("a FIFO: %+v", v)
	}
	if v := m["etc.hostname"]; v.Err == "" || v.Text != nil {
		t.Errorf("a link through /proc: %+v", v)
	}
	if _, ok := m["proc.status"]; !ok {
		t.Error("the rest was not read")
	}
}

// TestInsideGroup: in a cgroup namespace the group's own files are the top ones, in
// either version.
func TestInsideGroup(t *testing.T) {
	root(t)
	for _, c := range []struct{ name, key, mount, file, value string }{
		{"v1", "pids", "-t cgroup -o pids", "pids.max", "77"},
		{"v2", "", "-t cgroup2", "cgroup.max.depth", "7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, ok := hierarchies()[c.key]
			if !ok {
				t.Skipf("this machine has no hierarchy of %s", c.name)
			}
			exe, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			dir := m.Point + "/glassbox-observe-" + itoa(os.Getpid())
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Skipf("can't make a control group: %v", err)
			}
			defer os.Remove(dir)
			if err := os.WriteFile(dir+"/"+c.file, []byte(c.value), 0o600); err != nil {
				t.Fatal(err)
			}
			// As rootfs does: join, unshare, then mount the hierarchy anew in place of the host's.
			cmd := exec.Command("sh", "-c", "echo $$ > "+dir+"/cgroup.procs && exec unshare -m -C sh -c '"+
				"mount --make-rprivate / && mount -t tmpfs none /mnt && mkdir /mnt/own && mount "+c.mount+" cgroup /mnt/own && "+
				"umount -R "+m.Point+" && exec "+exe+"'")
			cmd.Env = append(os.Environ(), "GLASSBOX_TEST_OBSERVE=self")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				t.Skipf("unshare does not run here: %v %s", err, stderr.String())
			}
			got := decode(t, string(out))
			fact := GroupFact(c.file)
			if text(t, got, fact) != c.value+"\n" || got[fact].Source != "/mnt/own/"+c.file {
				t.Errorf("%+v", got[fact])
			}
		})
	}
}

// TestMode names modes as ls(1) does.
func TestMode(t *testing.T) {
	for m, want := range map[uint32]string{
		unix.S_IFREG | 0o644: "-rw-r--r--", unix.S_IFDIR | 0o1777: "drwxrwxrwt", unix.S_IFREG | 0o4755: "-rwsr-xr-x",
		unix.S_IFREG | 0o2640: "-rw-r-S---", unix.S_IFCHR | 0o666: "crw-rw-rw-", unix.S_IFSOCK | 0o700: "srwx------",
	} {
		if got := mode(m); got != want {
			t.Errorf("%o is %s, not %s", m, got, want)
		}
	}
}

// BenchmarkOutside observes a process in a group of its own.
func BenchmarkOutside(b *testing.B) {
	cmd := exec.Command("sleep", "600")
	if err := cmd.Start(); err != nil {
		b.Skip(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	target := Target{Pid: cmd.Process.Pid, Merged: "/", Upper: "/etc/default", Cgroups: map[string]string{}}
	for c, m := range hierarchies() {
		dir := m.Point + "/glassbox-bench-" + itoa(os.Getpid())
		if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
			b.Skip(err)
		}
		defer os.Remove(dir)
		target.Cgroups[c] = dir
	}
	var n int
	for b.Loop() {
		n = len(Outside(target))
	}
	b.ReportMetric(float64(n), "values")
}

// BenchmarkInside is timed by the observer itself, in namespaces of its own.
func BenchmarkInside(b *testing.B) {
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cmd := exec.Command("unshare", "-m", "-u", "-i", "-n", "-p", "-C", "--fork", "--mount-proc", "--kill-child", exe)
		cmd.Env = append(os.Environ(), "GLASSBOX_TEST_OBSERVE=time")
		out, err := cmd.Output()
		if err != nil {
			b.Skipf("unshare does not run: %v", err)
		}
		ns, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(ns, "ns/inside")
	}
}

func slurp(path string) []byte {
	b, _ := os.ReadFile(path)
	return b
}
