package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"glassbox/runtime/journal"
	"glassbox/stages"
)

// trial is a run in a terminal, that a person lets try again what failed.
type trial struct {
	*folding
	pane *pane
	root string
}

// try starts a run that stops where a stage fails, and before exit. The command may
// bring something to run it in.
func try(t *testing.T, before string, args ...string) *trial {
	t.Helper()
	dir := t.TempDir()
	for d := dir; d != "/tmp" && d != "/"; d = filepath.Dir(d) {
		must(t, os.Chmod(d, 0o711)) // the root of a user namespace has to find its way
	}
	root := filepath.Join(dir, "store")
	name := fmt.Sprintf("try%d%s", os.Getpid(), strings.ToLower(filepath.Base(t.Name())))
	line := append([]string{program, "run", "--plain", "--root", root, "--name", name}, args...)
	for i, a := range line {
		line[i] = "'" + a + "'"
	}
	s := &stepper{t: t, name: name}
	r := &trial{pane: terminal(t, before+strings.Join(line, " ")), root: root}
	s.wait("the run's directory", func() bool {
		found, err := stages.Find(stages.Default().State, name)
		s.run = found
		return err == nil
	})
	in, err := journal.Open(stages.JournalPath(s.run.Dir))
	must(t, err)
	t.Cleanup(func() { _ = in.Close() })
	s.in = in
	r.folding = &folding{stepper: s, state: journal.NewState(in.Header)}
	t.Cleanup(func() { // a test that failed leaves nothing either
		if syscall.Kill(in.Header.Pid, syscall.SIGTERM) == nil {
			_ = syscall.Kill(in.Header.Pid, syscall.SIGTERM)
			s.wait("the end of the run", func() bool { return syscall.Kill(in.Header.Pid, 0) != nil })
		}
	})
	return r
}

// at waits until the run waits in a stage, at a gate of that kind.
func (r *trial) at(stage, kind string) *journal.Gate {
	r.t.Helper()
	e := r.next(func(e journal.Event) bool {
		r.state.Apply(e)
		return e.Gate != nil && e.Gate.State == journal.Waiting
	})
	if e.Stage != stage || e.Gate.At != kind {
		r.t.Fatalf("the run waits at %s of %s, not at %s of %s: %v", e.Gate.At, e.Stage, kind, stage, r.state.Errors)
	}
	return e.Gate
}

// again has the failed stage tried again, as a person does who has mended what was wrong.
func (r *trial) again(from, why string, g *journal.Gate) {
	r.t.Helper()
	if g.From != from || g.Why != why {
		r.t.Fatalf("another try is to begin at %q since %q, not at %q since %q", g.From, g.Why, from, why)
	}
	r.pane.wait("[t] try")
	r.pane.keys("t", "Enter")
}

// ends lets the run end, and checks its status, and that nothing of it is left.
func (r *trial) ends(status string) {
	r.t.Helper()
	r.pane.wait("[c] next call")
	r.pane.keys("Enter")
	r.pane.wait("[status " + status + "]")
	r.rest()
	for _, u := range r.state.Undo {
		if u.State != journal.Undone {
			r.t.Errorf("%s %s is %s at the end: %s", u.Op, u.Target, u.State, u.Err)
		}
	}
	if left := traces(r.t); strings.Contains(left, r.run.Header.ID) {
		r.t.Errorf("left behind:\n%s", left)
	}
}

// rest folds what is left of the journal, whose file may have been removed.
func (r *trial) rest() {
	r.t.Helper()
	for {
		e, err := r.in.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		must(r.t, err)
		r.state.Apply(e)
	}
}

// output is what the program said.
func (r *trial) output() string {
	var b strings.Builder
	for _, c := range r.state.Output {
		b.Write(c.Data)
	}
	return b.String()
}

// planned are the inverses of one operation, whose effects the run has made.
func (r *trial) planned(op string) (n int) {
	for _, u := range r.state.Undo {
		if u.Op == op {
			n++
		}
	}
	return n
}

// TestRetryPort: a published port that somebody has; freed, the stage works.
func TestRetryPort(t *testing.T) {
	needRoot(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	r := try(t, "", "--break", "exit", "-p", fmt.Sprintf("127.0.0.1:%d:80", port), "demo", "sh", "-c", "echo it runs; sleep 1000")
	g := r.at("network", "failure")
	if !strings.Contains(r.state.Errors[0].Mend, "has port") {
		t.Errorf("to be done: %q", r.state.Errors[0].Mend)
	}
	pid := r.pid()
	r.again("network", "", g) // too soon
	g = r.at("network", "failure")
	must(t, l.Close())
	r.again("network", "", g)
	r.pane.wait("it runs")
	if now := r.pid(); now != pid {
		t.Errorf("the first process was %d and is %d: for the network it need not be made anew", pid, now)
	}
	must(t, syscall.Kill(pid, syscall.SIGKILL))
	r.at("exit", "stage")
	r.ends("137")
	if len(r.state.Stage("network").Notes) == 0 || r.state.Stage("network").State != journal.Done {
		t.Errorf("the stage ended as %+v", r.state.Stage("network"))
	}
}

// TestRetrySubnet: every subnet that could be taken is in use; one is given free.
func TestRetrySubnet(t *testing.T) {
	needRoot(t)
	needTool(t, "ip")
	ns := fmt.Sprintf("gbtry%d", os.Getpid())
	ip := func(args ...string) {
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			t.Fatalf("ip %v: %v\n%s", args, err, out)
		}
	}
	ip("netns", "add", ns)
	defer ip("netns", "del", ns)
	for _, a := range []string{"10.66.160.1/21", "172.30.160.1/21", "192.168.160.1/21"} {
		ip("-n", ns, "addr", "add", a, "dev", "lo")
	}
	ip("-n", ns, "link", "set", "lo", "up")
	r := try(t, "nsenter --net=/run/netns/"+ns+" ", "--break", "exit", "demo", "ip", "addr")
	g := r.at("network", "failure")
	if !strings.Contains(r.state.Errors[0].Text, "is in use") {
		t.Errorf("the error says %q", r.state.Errors[0].Text)
	}
	ip("-n", ns, "addr", "del", "172.30.160.1/21", "dev", "lo")
	r.again("network", "", g)
	r.at("exit", "stage")
	if out := r.output(); !strings.Contains(out, "172.30.160.2/24") {
		t.Errorf("the program said %q", out)
	}
	r.ends("0")
}

// TestRetryCgroup: one of the machine's hierarchies is mounted read-only where the
// engine runs; made writable, the stage works, and of the first try nothing is left.
func TestRetryCgroup(t *testing.T) {
	needRoot(t)
	at := "/sys/fs/cgroup/memory"
	if _, err := os.Stat(at); err != nil {
		at = "/sys/fs/cgroup"
	}
	r := try(t, "unshare --mount --propagation private sh -c 'mount -o remount,ro,bind "+at+"; exec \"$@\"' sh ", "--break", "exit", "-m", "64m", "demo", "true")
	g := r.at("cgroups", "failure")
	if e := r.state.Errors[0]; e.Errno != "EROFS" {
		t.Errorf("the error is %+v", e)
	}
	if out, err := exec.Command("nsenter", "-t", fmt.Sprint(r.run.Header.Pid), "-m", "mount", "-o", "remount,rw,bind", at).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	r.again("cgroups", "", g)
	r.at("exit", "stage")
	r.ends("0")
	if n := r.planned("kill"); n != 1 {
		t.Errorf("%d first processes were made", n)
	}
}

// TestRetryExec: the program is not there; put there from the host, it runs as a new
// first process, since the one before has given up its power. It gets all of its input.
func TestRetryExec(t *testing.T) {
	needRoot(t)
	r := try(t, "printf 'line 1\\nline 2\\n' | ", "--break", "exit", "--network", "none", "-i", "-u", "1000", "--entrypoint", "/app/tool", "demo")
	g := r.at("exec", "failure")
	if f, ok := r.state.Fact("proc.status", journal.Inside); !ok || !strings.Contains(string(f.Value.Bytes()), "glassbox-init") {
		t.Error("the wreck can't be seen from inside")
	}
	merged := filepath.Join(r.root, "containers", r.run.Header.ID, "merged")
	must(t, os.WriteFile(filepath.Join(merged, "app", "tool"), []byte("#!/bin/sh\nid\ncat\n"), 0o755))
	r.again("clone", journal.Spent, g)
	r.at("exit", "stage")
	if out := r.output(); !strings.Contains(out, "uid=1000") || !strings.Contains(out, "line 1\nline 2\n") {
		t.Errorf("the program said %q", out)
	}
	if n := r.planned("kill"); n != 2 {
		t.Errorf("%d first processes were made", n)
	}
	for _, s := range r.state.Stages[:9] {
		if s.State != journal.Done && s.Name != "network" {
			t.Errorf("%s is %q", s.Name, s.State)
		}
	}
	r.ends("0")
}

// TestRetryBreak: a breakpoint that is set when its stage has begun holds when that is
// tried again.
func TestRetryBreak(t *testing.T) {
	r := try(t, "", "--break", "exit", "--network", "none", "--entrypoint", "/nowhere", "demo")
	g := r.at("exec", "failure")
	c, err := stages.Dial(r.run.Dir)
	must(t, err)
	defer c.Close()
	must(t, c.Ask(stages.Request{Do: "break", Name: "rootfs", On: true}))
	r.again("clone", journal.Spent, g)
	r.at("rootfs", "stage")
	r.pane.keys("Enter")
	r.at("exec", "failure")
	r.pane.wait("[t] try")
	r.pane.keys("Enter")
	r.pane.wait("[status 127]")
	r.rest()
}

// TestRetryOut: after another try from clone the container reaches the host, and its
// published port leads to the new one. Without root the engine can't go back to the
// machine's network: what it has there is kept.
func TestRetryOut(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	must(t, l.Close())
	dir := t.TempDir()
	r := try(t, "", "--break", "exit", "-p", fmt.Sprintf("127.0.0.1:%d:8080", port), "-v", dir+":/own", "--entrypoint", "/own/tool", "demo")
	g := r.at("exec", "failure")
	tool := "#!/bin/sh\nip route\nexec httpd -p 8080 /own\n"
	must(t, os.WriteFile(filepath.Join(dir, "index.html"), []byte("hello\n"), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, "tool"), []byte(tool), 0o755))
	r.again("clone", journal.Spent, g)
	var got string
	s := r.stepper
	s.wait("the page", func() bool {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return false
		}
		defer c.Close()
		_, _ = fmt.Fprint(c, "GET / HTTP/1.0\r\n\r\n")
		b, _ := io.ReadAll(c)
		got = string(b)
		return strings.Contains(got, "hello")
	})
	must(t, syscall.Kill(r.run.Header.Pid, syscall.SIGTERM))
	must(t, syscall.Kill(r.run.Header.Pid, syscall.SIGTERM))
	r.pane.wait("[status ")
	r.rest()
	if out := r.output(); !strings.Contains(out, "default via ") {
		t.Errorf("the container has no way out: %q", out)
	}
	if n := r.planned("kill"); os.Geteuid() == 0 && n != 2 {
		t.Errorf("%d first processes were made", n)
	}
	for _, u := range r.state.Undo {
		if u.State != journal.Undone {
			t.Errorf("%s %s is %s at the end: %s", u.Op, u.Target, u.State, u.Err)
		}
	}
}

// TestRetryRootfs: a volume's source is taken away before the stage, and put back.
func TestRetryRootfs(t *testing.T) {
	needRoot(t)
	data := filepath.Join(t.TempDir(), "data")
	must(t, os.Mkdir(data, 0o755))
	r := try(t, "", "--break", "rootfs", "--network", "none", "-v", data+":/data", "demo", "ls", "/data")
	r.at("rootfs", "stage")
	must(t, os.Remove(data))
	r.pane.wait("[c] next call")
	r.pane.keys("Enter")
	g := r.at("rootfs", "failure")
	must(t, os.Mkdir(data, 0o755))
	must(t, os.WriteFile(filepath.Join(data, "precious"), nil, 0o600))
	r.again("clone", journal.Spent, g)
	r.at("exec", "stage") // and not before the stages between, which have been passed
	r.pane.wait("next: 9/10 exec")
	r.pane.keys("r", "Enter")
	r.pane.wait("[status 0]")
	r.rest()
	if out := r.output(); !strings.Contains(out, "precious") {
		t.Errorf("the program said %q", out)
	}
	if left := traces(t); strings.Contains(left, r.run.Header.ID) {
		t.Errorf("left behind:\n%s", left)
	}
	if _, err := os.Stat(filepath.Join(data, "precious")); err != nil {
		t.Errorf("the volume: %v", err)
	}
}

// TestRetryGone: the first process is killed. Another begins.
func TestRetryGone(t *testing.T) {
	needRoot(t)
	r := try(t, "", "--break", "network", "--break", "exit", "demo", "hostname")
	r.at("network", "stage")
	pid := r.pid()
	must(t, syscall.Kill(pid, syscall.SIGKILL))
	r.pane.wait("[c] next call")
	r.pane.keys("r", "Enter")
	g := r.at("network", "failure")
	r.again("clone", journal.Gone, g)
	r.at("exit", "stage")
	if now := r.state.Undo; len(now) == 0 || r.planned("kill") != 2 {
		t.Errorf("%d first processes were made", r.planned("kill"))
	}
	if out := r.output(); strings.TrimSpace(out) != r.run.Header.ID {
		t.Errorf("the program said %q", out)
	}
	r.ends("0")
}

// TestRetryOverlay: the place of the containers' directories is taken by a file.
func TestRetryOverlay(t *testing.T) {
	needRoot(t)
	r := try(t, "", "--break", "overlay", "--break", "exit", "--network", "none", "--userns", "private", "demo", "true")
	r.at("overlay", "stage")
	in := filepath.Join(r.root, "containers", r.run.Header.ID)
	must(t, os.MkdirAll(filepath.Dir(in), 0o711))
	must(t, os.WriteFile(in, nil, 0o600))
	r.pane.wait("[c] next call")
	r.pane.keys("r", "Enter")
	g := r.at("overlay", "failure")
	must(t, os.Remove(in))
	r.again("overlay", "", g)
	r.at("exit", "stage")
	r.ends("0")
}

// TestRetryExit: what is mounted in the container's directory keeps it from being
// removed; unmounted, the way back is finished.
func TestRetryExit(t *testing.T) {
	needRoot(t)
	r := try(t, "", "--break", "exit", "--network", "none", "demo", "false")
	r.at("exit", "stage")
	work := filepath.Join(r.root, "containers", r.run.Header.ID, "work")
	must(t, syscall.Mount("tmpfs", work, "tmpfs", 0, ""))
	defer func() { _ = syscall.Unmount(work, 0) }()
	r.pane.wait("[c] next call")
	r.pane.keys("Enter")
	g := r.at("exit", "failure")
	if !strings.Contains(r.state.Errors[0].Text, "still mounted") {
		t.Errorf("the error says %q", r.state.Errors[0].Text)
	}
	must(t, syscall.Unmount(work, 0))
	r.again("exit", "", g)
	r.pane.wait("[status 1]")
	if left := traces(t); strings.Contains(left, r.run.Header.ID) {
		t.Errorf("left behind:\n%s", left)
	}
}

// TestEndAtExit: who ends the run at its last gate leaves nothing behind either.
func TestEndAtExit(t *testing.T) {
	needRoot(t)
	r := try(t, "", "--break", "exit", "--network", "none", "demo", "true")
	r.at("exit", "stage")
	r.pane.wait("[q] end")
	r.pane.keys("q", "Enter")
	r.pane.wait("[status ")
	if left := traces(t); strings.Contains(left, r.run.Header.ID) {
		t.Errorf("left behind:\n%s", left)
	}
}
