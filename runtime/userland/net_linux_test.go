package userland

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestHTTP serves a directory, fetches from it, and ends it.
func TestHTTP(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte("the page\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	cmd := ours(t, "httpd", "-p", "0", dir)
	wait := speak(t, cmd)
	m := regexp.MustCompile(`port (\d+)`).FindStringSubmatch(wait("serving"))
	base := "http://127.0.0.1:" + m[1]
	if out, errs, exit := run(t, ours(t, "wget", "-q", "-O", "-", base)); out != "the page\n" || exit != 0 {
		t.Errorf("wget: %q, status %d, %s", out, exit, errs)
	}
	if line := wait("GET"); !strings.Contains(line, `127.0.0.1 "GET / HTTP/1.1" 200 9 `) {
		t.Errorf("access log: %s", line)
	}
	for _, path := range []string{"/none", "/out"} { // A link out of the directory leads nowhere.
		if out, _, exit := run(t, ours(t, "wget", "-q", "-O", "-", base+path)); out != "" || exit != 8 {
			t.Errorf("wget %s: %q, status %d", path, out, exit)
		}
	}
	if _, _, exit := run(t, ours(t, "nc", "-z", "127.0.0.1", m[1])); exit != 0 {
		t.Errorf("nc -z: status %d", exit)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	wait("got SIGTERM")
	wait("bye")
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	if _, _, exit := run(t, ours(t, "wget", "-q", "-O", "-", base)); exit != 4 {
		t.Errorf("wget of a server that is gone: status %d", exit)
	}
}

func TestNC(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		b := make([]byte, 64)
		n, _ := c.Read(b)
		_, _ = c.Write([]byte("you said " + string(b[:n])))
		_ = c.Close()
	}()
	host, port, _ := net.SplitHostPort(l.Addr().String())
	cmd := ours(t, "nc", host, port)
	cmd.Stdin = strings.NewReader("hello\n")
	if out, _, _ := run(t, cmd); out != "you said hello\n" {
		t.Errorf("%q", out)
	}
}

// TestIP compares with iproute2, in a network namespace that has a bit of
// everything.
func TestIP(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to make a network namespace")
	}
	for _, tool := range []string{"ip", "unshare"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s on this machine", tool)
		}
	}
	dir, err := linked()
	if err != nil {
		t.Fatal(err)
	}
	script := `set -e
echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad
ip link set lo up
ip link add br0 type bridge
ip link add v0 type veth peer name v1
ip link set v0 master br0
ip addr add 10.9.0.1/24 brd + dev br0
ip addr add 10.9.0.2/24 dev br0
ip addr add fd00:9::1/64 dev br0 nodad
ip link set br0 up
ip link set v0 up
ip link set v1 up
ip route add default via 10.9.0.7 metric 50
ip route add 10.10.0.0/16 via 10.9.0.9 dev br0 src 10.9.0.1
ip route add 10.11.0.1 dev br0 proto static
ip route add blackhole 10.12.0.0/16
ip neigh add 10.9.0.7 lladdr 02:00:00:00:00:07 dev br0 nud permanent
ip neigh add 10.9.0.8 lladdr 02:00:00:00:00:08 dev br0 nud reachable
unshare -n sleep 60 >/dev/null 2>&1 & other=$!
trap "kill $other" EXIT
while [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do :; done
ip link add w0 type veth peer name w1 netns $other
ip link add link br0 name vl5 type vlan id 5 2>/dev/null || : # Not every kernel has these.
for args in "addr" "link" "route" "neigh" "-br addr" "-br link" "-4 addr" "-6 addr" "-6 route" "addr show br0" "link show v0" "addr show dev lo" "a" "r" "-4 neigh"; do
	a=$(ip $args 2>&1 || echo "status $?")
	b=$("$OURS/ip" $args 2>&1 || echo "status $?")
	if [ "$a" != "$b" ]; then
		echo "ip $args:"
		echo "$a"
		echo "ours:"
		echo "$b"
	fi
done`
	cmd := exec.CommandContext(t.Context(), "unshare", "-n", "bash", "-c", script)
	cmd.Env = append(os.Environ(), "OURS="+dir)
	out, errs, exit := run(t, cmd)
	if out != "" || exit != 0 {
		t.Errorf("status %d\n%s\n%s", exit, out, errs)
	}
}

// TestLooking compares what looks at the machine with the machine's own.
func TestLooking(t *testing.T) {
	same(t, "", "mount")
	same(t, "", "mount", "-t", "proc")
	same(t, "", "ps", "-o", "pid,ppid,user,stat,nlwp,comm", "-p", "1")
	same(t, "", "ps", "-o", "pid=,args=", "-p", "1")
	same(t, "", "df", "/proc")
	same(t, "", "getent", "passwd", "root")
	same(t, "", "getent", "group", "nosuchgroup")
}

// TestPS finds the same processes as procps; those that come and go are left out
// by asking three times.
func TestPS(t *testing.T) {
	list := func(cmd *exec.Cmd) map[string]bool {
		out, _, _ := run(t, cmd)
		all := map[string]bool{}
		for line := range strings.Lines(out) {
			all[strings.Join(strings.Fields(line), " ")] = true
		}
		return all
	}
	args := []string{"-eo", "pid,ppid,user,pgid,sid,nlwp,ni,tty,comm"}
	var missing []string
	for range 5 { // a process may change meanwhile, and back
		before, mine, after := list(theirs(t, "ps", args...)), list(ours(t, "ps", args...)), list(theirs(t, "ps", args...))
		missing = nil
		for line := range before {
			if after[line] && !mine[line] {
				missing = append(missing, line)
			}
		}
		if len(mine) < 3 {
			t.Errorf("%d lines", len(mine))
		}
		if len(missing) == 0 {
			return
		}
	}
	t.Errorf("missing, each time: %q", missing)
}
