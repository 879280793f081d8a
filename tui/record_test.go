package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"glassbox/runtime/journal"
)

// recorder writes a recording as the engine does, with kernel text as a machine
// prints it.
type recorder struct {
	w     *journal.Writer
	t     time.Time
	stage string
	undo  uint64
	facts []journal.Value
	began time.Time
}

var recorded = time.Date(2026, 8, 1, 9, 0, 0, 0, time.UTC)

func (r *recorder) emit(e journal.Event) {
	r.t = r.t.Add(700 * time.Microsecond)
	e.T, e.Stage = r.t, r.stage
	if e.Side == "" {
		e.Side = journal.Host
	}
	r.w.Emit(e)
}

func (r *recorder) begin(stage string) {
	r.stage, r.began = stage, r.t
	r.emit(journal.Event{Kind: journal.KindStage, Step: &journal.Step{State: journal.Begin}})
}

func (r *recorder) done() {
	r.snap("after " + r.stage)
	r.emit(journal.Event{Kind: journal.KindStage, Step: &journal.Step{State: journal.Done, DurUS: r.t.Sub(r.began).Microseconds()}})
}

func (r *recorder) call(side journal.Side, name, sh string, args ...string) {
	c := &journal.Call{Name: name, DurUS: 37, Man: name + "(2)", Sh: sh}
	for i := 0; i+1 < len(args); i += 2 {
		c.Args = append(c.Args, journal.Arg{Name: args[i], Value: args[i+1]})
	}
	r.emit(journal.Event{Kind: journal.KindCall, Side: side, Call: c})
}

func (r *recorder) write(path, before, value string) {
	r.emit(journal.Event{Kind: journal.KindWrite, Write: &journal.Write{
		Path: path, Before: before, Value: value, After: value, DurUS: 52, Sh: "echo " + value + " > " + path,
	}})
}

func (r *recorder) plan(op, target string) {
	r.undo++
	r.emit(journal.Event{Kind: journal.KindUndo, Undo: &journal.Undo{ID: r.undo, Op: op, Target: target, State: journal.Planned}})
}

func (r *recorder) see(fact string, side journal.Side, source, text string) {
	v := journal.Value{Fact: fact, Side: side, Source: source, Text: &text}
	for i := range r.facts {
		if r.facts[i].Fact == fact && r.facts[i].Side == side {
			r.facts[i] = v
			return
		}
	}
	r.facts = append(r.facts, v)
}

// both sees the same text on both sides.
func (r *recorder) both(fact, out, in, text string) {
	r.see(fact, journal.Outside, out, text)
	r.see(fact, journal.Inside, in, text)
}

func (r *recorder) snap(when string) {
	vals := append([]journal.Value(nil), r.facts...)
	r.emit(journal.Event{Kind: journal.KindSnapshot, Snapshot: &journal.Snapshot{When: when, Complete: true, Values: vals}})
}

func (r *recorder) say(stream, text string) {
	r.emit(journal.Event{Kind: journal.KindOutput, Side: journal.Container, Output: &journal.Output{Stream: stream, Text: &text}})
}

const (
	demoPID   = "48213"
	demoGroup = "/sys/fs/cgroup/glassbox-4f1c9a7be02d"
	demoDir   = "/var/lib/glassbox/containers/4f1c9a7be02d"
)

// demoRecording is a recording of the demo image, all ten stages.
func demoRecording(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo.journal")
	w, err := journal.Create(path, journal.Header{
		Glassbox: "0.1.0", ID: "4f1c9a7be02d", Name: "demo", Started: recorded, Kernel: "6.18.44", Arch: "amd64",
		Cgroup: "v2", Image: "demo", Args: []string{"/bin/httpd", "-p", "8080"},
		Limits: map[string]string{"memory": "512Mi", "cpus": "1", "pids": "64"}, Stages: journal.Stages(),
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{w: w, t: recorded}
	r.host()
	r.pull()
	r.unpack()
	r.overlay()
	r.clone()
	r.namespaces()
	r.cgroups()
	r.rootfs()
	r.network()
	r.exec()
	r.exit()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func (r *recorder) host() {
	for i, kind := range []string{"time", "cgroup", "pid", "user", "uts", "ipc", "mnt", "net"} {
		r.see(famHostNS+kind, journal.Outside, "/proc/self/ns/"+kind, fmt.Sprintf("%s:[%d]", kind, 4026531834+i))
	}
	r.see(factAddrs, journal.Outside, "RTM_GETLINK, RTM_GETADDR", addrsHost(false))
	r.see(factRoutes, journal.Outside, "RTM_GETROUTE", `[{"dst":"default","gateway":"192.168.7.1","dev":"eth0","flags":[]}]`)
}

var layers = []struct {
	id, by string
	size   int64
}{
	{"sha256:9c3f00aa17be4f1d", "ADD base.tar / # buildkit", 2_310_144},
	{"sha256:51aa7d09e3c24b60", "RUN install app", 14_811_136},
	{"sha256:e07b44d1902f8a3c", "COPY config /etc/app # replaces app.conf, deletes motd", 4_096},
	{"sha256:0d94ab7713c05e2f", "COPY site /srv # opaque", 88_064},
}

func (r *recorder) pull() {
	r.begin("pull")
	r.emit(journal.Event{Kind: journal.KindHTTP, HTTP: &journal.HTTP{Method: "GET", URL: "http://127.0.0.1:34567/v2/demo/manifests/latest", Status: 200, Bytes: 1012, DurUS: 812}})
	for i, l := range layers {
		for _, part := range []int64{3, 2, 1} {
			r.emit(journal.Event{Kind: journal.KindProgress, Progress: &journal.Progress{What: "layer", ID: l.id, Index: i, State: journal.Downloading, Done: l.size / part, Total: l.size, By: l.by}})
		}
		r.emit(journal.Event{Kind: journal.KindProgress, Progress: &journal.Progress{What: "layer", ID: l.id, Index: i, State: journal.Verified, Done: l.size, Total: l.size, By: l.by}})
	}
	r.done()
}

func (r *recorder) unpack() {
	r.begin("unpack")
	var dirs []string
	for i, l := range layers {
		p := &journal.Progress{
			What: "layer", ID: l.id, Index: i, State: journal.Unpacked, Done: l.size * 2, Total: l.size * 2,
			Path: fmt.Sprintf("/var/lib/glassbox/layers/%d", i), Entries: 40 * (i + 1), Added: 38*(i+1) - i, Hidden: i % 3, By: l.by,
		}
		r.emit(journal.Event{Kind: journal.KindProgress, Progress: p})
		dirs = append([]string{p.Path}, dirs...)
	}
	r.see(factLayers, journal.Outside, "/proc/self/mountinfo", strings.Join(dirs, "\n")+"\n")
	r.done()
}

func (r *recorder) overlay() {
	r.begin("overlay")
	r.plan("removetree", demoDir)
	r.call(journal.Host, "mkdir", "mkdir "+demoDir+"/upper", "path", demoDir+"/upper", "mode", "0755")
	r.plan("umount", demoDir+"/merged")
	opts := "lowerdir=/var/lib/glassbox/layers/3:/var/lib/glassbox/layers/2:/var/lib/glassbox/layers/1:/var/lib/glassbox/layers/0,upperdir=" + demoDir + "/upper,workdir=" + demoDir + "/work"
	r.call(journal.Host, "mount", "mount -t overlay overlay -o "+opts+" "+demoDir+"/merged",
		"source", "overlay", "target", demoDir+"/merged", "fstype", "overlay", "flags", "0", "data", opts)
	r.see("host.mountinfo", journal.Outside, "/proc/self/mountinfo", "612 27 0:61 / "+demoDir+"/merged rw,relatime - overlay overlay rw,"+opts+"\n")
	r.see(factRoot, journal.Outside, demoDir+"/merged/", rootList)
	r.see(factUpper, journal.Outside, demoDir+"/upper/", "")
	r.done()
}

const rootList = `drwxr-xr-x 4096 bin
drwxr-xr-x 4096 dev
drwxr-xr-x 4096 etc
drwxr-xr-x 4096 proc
drwxr-xr-x 4096 srv
drwxr-xr-x 4096 sys
drwxrwxrwt 4096 tmp
lrwxrwxrwx 7 usr -> ../bin
`

func (r *recorder) clone() {
	r.begin("clone")
	r.plan("kill", demoPID)
	r.call(journal.Host, "clone", "unshare --fork --pid true", "flags", "CLONE_NEWPID|SIGCHLD")
	r.status("glassbox", "000001ffffffffff", 0)
	r.see(factTree, journal.Outside, "/proc/*/stat", "48190 1800 48190 S 0 glassbox\n"+demoPID+" 48190 1 S 0 glassbox\n")
	r.see(factTree, journal.Inside, "/proc/*/stat", "1 0 1 S 0 glassbox\n")
	r.both(factCmdline, "/proc/"+demoPID+"/cmdline", "/proc/1/cmdline", "glassbox\x00init\x00")
	r.both(factCgroup, "/proc/"+demoPID+"/cgroup", "/proc/1/cgroup", "0::/user.slice/session-3.scope\n")
	r.both(factHostname, "/proc/sys/kernel/hostname", "/proc/sys/kernel/hostname", "laptop\n")
	for i, kind := range []string{"time", "cgroup", "pid", "user", "uts", "ipc", "mnt", "net"} {
		n := 4026531834 + i
		if kind == "pid" {
			n = 4026532701
		}
		r.both(famNS+kind, "/proc/"+demoPID+"/ns/"+kind, "/proc/1/ns/"+kind, fmt.Sprintf("%s:[%d]", kind, n))
	}
	r.both(factUIDMap, "/proc/"+demoPID+"/uid_map", "/proc/1/uid_map", "         0          0 4294967295\n")
	r.both(factGIDMap, "/proc/"+demoPID+"/gid_map", "/proc/1/gid_map", "         0          0 4294967295\n")
	r.both(factMountinfo, "/proc/"+demoPID+"/mountinfo", "/proc/1/mountinfo", mountsHost())
	r.done()
}

func (r *recorder) status(name, caps string, filters int) {
	text := func(pid, ppid, nspid string) string {
		seccomp := 0
		if filters > 0 {
			seccomp = 2
		}
		return fmt.Sprintf("Name:\t%s\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t%s\nNgid:\t0\nPid:\t%s\nPPid:\t%s\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t0 \nNStgid:\t%s\nNSpid:\t%s\nVmRSS:\t   11204 kB\nThreads:\t5\nSigIgn:\t0000000000000000\nSigCgt:\tfffffffc7fc1feff\nCapInh:\t0000000000000000\nCapPrm:\t%s\nCapEff:\t%s\nCapBnd:\t%s\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t%d\nSeccomp_filters:\t%d\n",
			name, pid, pid, ppid, nspid, nspid, caps, caps, caps, seccomp, filters)
	}
	r.see(factStatus, journal.Outside, "/proc/"+demoPID+"/status", text(demoPID, "48190", demoPID+"\t1"))
	r.see(factStatus, journal.Inside, "/proc/1/status", text("1", "0", "1"))
}

func (r *recorder) namespaces() {
	r.begin("namespaces")
	for i, k := range []struct{ kind, flag string }{{"mnt", "CLONE_NEWNS"}, {"uts", "CLONE_NEWUTS"}, {"ipc", "CLONE_NEWIPC"}, {"net", "CLONE_NEWNET"}} {
		r.call(journal.Child, "unshare", "unshare --"+k.kind, "flags", k.flag)
		r.both(famNS+k.kind, "/proc/"+demoPID+"/ns/"+k.kind, "/proc/1/ns/"+k.kind, fmt.Sprintf("%s:[%d]", k.kind, 4026532702+i))
	}
	r.call(journal.Child, "sethostname", "hostname demo", "name", "demo")
	r.both(factHostname, "/proc/"+demoPID+"/root/proc/sys/kernel/hostname", "/proc/sys/kernel/hostname", "demo\n")
	r.see(factAddrs, journal.Inside, "RTM_GETLINK, RTM_GETADDR", `[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"operstate":"UNKNOWN","link_type":"loopback","address":"00:00:00:00:00:00","addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host"}]}]`)
	r.done()
}

func (r *recorder) cgroups() {
	r.begin("cgroups")
	r.plan("rmcgroup", demoGroup)
	r.call(journal.Host, "mkdir", "mkdir "+demoGroup, "path", demoGroup, "mode", "0755")
	r.write(demoGroup+"/memory.max", "max", "536870912")
	r.write(demoGroup+"/cpu.max", "max 100000", "100000 100000")
	r.write(demoGroup+"/pids.max", "max", "64")
	r.write(demoGroup+"/cgroup.procs", "", demoPID)
	r.call(journal.Child, "unshare", "unshare --cgroup", "flags", "CLONE_NEWCGROUP")
	r.both(famNS+"cgroup", "/proc/"+demoPID+"/ns/cgroup", "/proc/1/ns/cgroup", "cgroup:[4026532710]")
	r.see(factCgroup, journal.Outside, "/proc/"+demoPID+"/cgroup", "0::/glassbox-4f1c9a7be02d\n")
	r.see(factCgroup, journal.Inside, "/proc/1/cgroup", "0::/\n")
	r.group("memory.max", "536870912")
	r.group("cpu.max", "100000 100000")
	r.group("cpu.weight", "100")
	r.group("pids.max", "64")
	r.usage(6_291_456, 5, 0)
	r.done()
}

func (r *recorder) group(file, text string) {
	r.both(famCgroup+strings.TrimPrefix(file, famCgroup), demoGroup+"/"+file, "/sys/fs/cgroup/"+file, text+"\n")
}

func (r *recorder) usage(mem, pids, throttled int) {
	r.group("memory.current", fmt.Sprint(mem))
	r.group("pids.current", fmt.Sprint(pids))
	r.group("cgroup.procs", demoPID)
	r.group("memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0")
	r.group("cpu.stat", fmt.Sprintf("usage_usec %d\nuser_usec 9120\nsystem_usec 4410\nnr_periods 12\nnr_throttled %d\nthrottled_usec %d", 13530+throttled*999, throttled, throttled*41_000))
}

func (r *recorder) rootfs() {
	r.begin("rootfs")
	r.call(journal.Child, "mount", "mount --make-rslave /", "source", "none", "target", "/", "flags", "MS_REC|MS_SLAVE")
	for _, m := range []string{"proc", "tmpfs", "sysfs"} {
		r.call(journal.Child, "mount", "mount -t "+m+" "+m, "source", m, "target", demoDir+"/merged/"+m, "fstype", m, "flags", "MS_NOSUID|MS_NODEV|MS_NOEXEC")
	}
	r.call(journal.Child, "pivot_root", "pivot_root . .", "new_root", ".", "put_old", ".")
	r.call(journal.Child, "umount2", "umount -l .", "target", ".", "flags", "MNT_DETACH")
	r.both(factMountinfo, "/proc/"+demoPID+"/mountinfo", "/proc/1/mountinfo", mountsInside())
	r.see(factRoot, journal.Inside, "/", rootList)
	r.see("etc.resolv.conf", journal.Inside, "/etc/resolv.conf", "nameserver 192.168.7.1\n")
	r.done()
}

func (r *recorder) network() {
	r.begin("network")
	r.plan("linkdel", "gb4f1c9a7be0")
	r.call(journal.Host, "RTM_NEWLINK", "ip link add gb0 type bridge", "name", "gb0", "kind", "bridge")
	r.call(journal.Host, "RTM_NEWLINK", "ip link add gb4f1c9a7be0 type veth peer name eth0 netns "+demoPID, "name", "gb4f1c9a7be0", "kind", "veth")
	r.call(journal.Child, "RTM_NEWADDR", "ip addr add 10.88.0.2/24 dev eth0", "dev", "eth0", "local", "10.88.0.2/24")
	r.call(journal.Child, "RTM_NEWROUTE", "ip route add default via 10.88.0.1", "dst", "default", "gateway", "10.88.0.1")
	r.see(factAddrs, journal.Outside, "RTM_GETLINK, RTM_GETADDR", addrsHost(true))
	r.see(factAddrs, journal.Inside, "RTM_GETLINK, RTM_GETADDR", `[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"operstate":"UNKNOWN","link_type":"loopback","address":"00:00:00:00:00:00","addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host"}]},{"ifindex":2,"link_index":9,"ifname":"eth0","link_netnsid":0,"flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"02:42:0a:58:00:02","linkinfo":{"info_kind":"veth"},"addr_info":[{"family":"inet","local":"10.88.0.2","prefixlen":24,"scope":"global"}]}]`)
	r.see(factRoutes, journal.Inside, "RTM_GETROUTE", `[{"dst":"default","gateway":"10.88.0.1","dev":"eth0","flags":[]},{"dst":"10.88.0.0/24","dev":"eth0","protocol":"kernel","scope":"link","prefsrc":"10.88.0.2","flags":[]}]`)
	r.see("net.ports", journal.Outside, "/sys/class/net/gb0/brif/", "gb4f1c9a7be0\n")
	r.see(factRules, journal.Outside, "NFT_MSG_GETRULE", "table ip glassbox {\n\tchain nat {\n\t\tip saddr 10.88.0.0/24 oifname != \"gb0\" masquerade\n\t}\n}\n")
	r.done()
}

func (r *recorder) exec() {
	r.begin("exec")
	r.call(journal.Child, "prctl", "", "option", "PR_CAPBSET_DROP", "arg2", "CAP_SYS_ADMIN")
	r.call(journal.Child, "capset", "setpriv --bounding-set …", "permitted", "0x00000000a80425fb")
	r.call(journal.Child, "seccomp", "", "operation", "SECCOMP_SET_MODE_FILTER", "flags", "0")
	r.call(journal.Child, "execve", "exec /bin/httpd -p 8080", "path", "/bin/httpd", "argv", "/bin/httpd -p 8080")
	r.status("httpd", "00000000a80425fb", 1)
	r.both(factCmdline, "/proc/"+demoPID+"/cmdline", "/proc/1/cmdline", "/bin/httpd\x00-p\x008080\x00")
	r.both(factEnviron, "/proc/"+demoPID+"/environ", "/proc/1/environ", "PATH=/usr/bin:/bin\x00HOSTNAME=demo\x00GREETING=안녕하세요\x00")
	r.see(factTree, journal.Outside, "/proc/*/stat", "48190 1800 48190 S 0 glassbox\n"+demoPID+" 48190 1 S 0 httpd\n")
	r.see(factTree, journal.Inside, "/proc/*/stat", "1 0 1 S 0 httpd\n")
	r.both(factLimits, "/proc/"+demoPID+"/limits", "/proc/1/limits", "Limit                     Soft Limit           Hard Limit           Units     \nMax cpu time              unlimited            unlimited            seconds   \nMax open files            1024                 524288               files     \n")
	r.done()
	for i := range 4 {
		r.say("stdout", fmt.Sprintf("GET /%d 200 요청 처리\n", i))
		r.usage(9_000_000+i*40_000_000, 5+i, i*3)
		r.see(factUpper, journal.Outside, demoDir+"/upper/", "drwxr-xr-x 4096 tmp\n-rw-r--r-- 120 tmp/httpd.log\n")
		r.snap("running")
	}
	r.say("stderr", "httpd: stopping\n")
	r.emit(journal.Event{Kind: journal.KindExit, Side: journal.Container, Exit: &journal.Exit{Code: 143, Signal: "SIGTERM", UserUS: 52_000, SystemUS: 31_000, MaxRSSKiB: 128_000}})
}

func (r *recorder) exit() {
	r.begin("exit")
	for id := r.undo; id > 0; id-- {
		r.emit(journal.Event{Kind: journal.KindUndo, Undo: &journal.Undo{ID: id, Op: "umount", Target: "…", State: journal.Undone, DurUS: 80}})
	}
	r.facts = r.facts[:8]
	r.done()
}

func mountsHost() string {
	return `27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
22 27 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:5 - proc proc rw
23 27 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:6 - sysfs sysfs rw
24 27 0:6 / /dev rw,nosuid,relatime shared:2 - devtmpfs udev rw,size=12334432k
25 24 0:23 / /dev/shm rw,nosuid,nodev shared:3 - tmpfs tmpfs rw
612 27 0:61 / ` + demoDir + `/merged rw,relatime shared:90 - overlay overlay rw,lowerdir=/var/lib/glassbox/layers/3:/var/lib/glassbox/layers/2
`
}

func mountsInside() string {
	return `700 640 0:61 / / rw,relatime master:90 - overlay overlay rw,lowerdir=/var/lib/glassbox/layers/3:/var/lib/glassbox/layers/2,upperdir=` + demoDir + `/upper,workdir=` + demoDir + `/work
701 700 0:70 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
702 700 0:71 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
703 702 0:72 / /dev/pts rw,nosuid,noexec,relatime - devpts devpts rw,gid=5,mode=620,ptmxmode=666
704 702 0:73 / /dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs shm rw,size=65536k
705 702 0:74 / /dev/mqueue rw,nosuid,nodev,noexec,relatime - mqueue mqueue rw
706 700 0:75 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro
707 706 0:28 /glassbox-4f1c9a7be02d /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw
708 701 0:70 /bus /proc/bus ro,nosuid,nodev,noexec,relatime - proc proc rw
709 701 0:76 / /proc/acpi ro,relatime - tmpfs tmpfs ro
`
}

func addrsHost(bridge bool) string {
	s := `[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"operstate":"UNKNOWN","link_type":"loopback","address":"00:00:00:00:00:00","addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host"}]},{"ifindex":2,"ifname":"eth0","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"52:54:00:12:34:56","addr_info":[{"family":"inet","local":"192.168.7.20","prefixlen":24,"scope":"global"}]}`
	if bridge {
		s += `,{"ifindex":8,"ifname":"gb0","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"7a:11:90:3c:00:01","linkinfo":{"info_kind":"bridge"},"addr_info":[{"family":"inet","local":"10.88.0.1","prefixlen":24,"scope":"global"}]},{"ifindex":9,"link_index":2,"ifname":"gb4f1c9a7be0","link_netnsid":1,"master":"gb0","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"f2:9a:00:11:22:33","linkinfo":{"info_kind":"veth"}}`
	}
	return s + "]"
}

// TestKeepRecording writes the recording to a place that a person names, to look at it.
func TestKeepRecording(t *testing.T) {
	to := os.Getenv("GLASSBOX_KEEP")
	if to == "" {
		t.Skip("GLASSBOX_KEEP names no file")
	}
	b, err := os.ReadFile(demoRecording(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
