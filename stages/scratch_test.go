package stages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
	"glassbox/stages/inside"
)

// scratch runs the calling test again as a process in network and mount
// namespaces of its own, and tells whether this is that process. The machine's
// own network is never touched.
func scratch(t *testing.T, tools ...string) bool {
	t.Helper()
	if os.Getenv("GLASSBOX_SCRATCH") == t.Name() {
		return true
	}
	if os.Getuid() != 0 {
		t.Skip("needs root: makes a network namespace")
	}
	for _, tool := range append(tools, "ip") {
		if _, err := osexec.LookPath(tool); err != nil {
			t.Skipf("needs %s", tool)
		}
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := osexec.Command(exe, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), "GLASSBOX_SCRATCH="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS, Unshareflags: unix.CLONE_NEWNS}
	out, err := cmd.CombinedOutput()
	if bytes.Contains(out, []byte("--- SKIP")) {
		t.Skipf("%s", out)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if testing.Verbose() {
		t.Logf("%s", out)
	}
	return false
}

// sh runs a line of shell, in the network namespace of a process (0: our own).
func sh(t *testing.T, pid int, line string) string {
	t.Helper()
	out, err := shell(pid, line)
	if err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	return out
}

func shell(pid int, line string) (string, error) {
	cmd := osexec.Command("sh", "-c", line)
	if pid != 0 {
		cmd = osexec.Command("nsenter", "-t", fmt.Sprint(pid), "-n", "sh", "-c", line)
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// apart is a process that keeps a network namespace of its own, until the test's end.
func apart(t *testing.T) int {
	t.Helper()
	cmd := osexec.Command("sleep", "600")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET, Pdeathsig: 0}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd.Process.Pid
}

// within runs f on a thread in the network namespace of a process.
func within(pid int, f func() error) error {
	made := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends here
		fd, err := unix.Open(fmt.Sprintf("/proc/%d/ns/net", pid), unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err == nil {
			err = unix.Setns(fd, unix.CLONE_NEWNET)
			_ = unix.Close(fd)
		}
		if err == nil {
			err = f()
		}
		made <- err
	}()
	return <-made
}

// events keeps what was recorded.
type events struct {
	mu   sync.Mutex
	list []journal.Event
}

func (e *events) Emit(ev journal.Event) uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	b, err := json.Marshal(ev) // as the journal does: what is changed later does not count
	if err != nil {
		panic(err)
	}
	var c journal.Event
	if err := json.Unmarshal(b, &c); err != nil {
		panic(err)
	}
	e.list = append(e.list, c)
	return uint64(len(e.list))
}

func (e *events) calls() []journal.Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []journal.Call
	for _, ev := range e.list {
		if ev.Call != nil {
			list = append(list, *ev.Call)
		}
	}
	return list
}

func (e *events) planned() []journal.Undo {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []journal.Undo
	for _, ev := range e.list {
		if ev.Undo != nil && ev.Undo.State == journal.Planned {
			list = append(list, *ev.Undo)
		}
	}
	return list
}

func (e *events) note(key string) *journal.Note {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ev := range e.list {
		if ev.Note != nil && ev.Note.Key == key {
			return ev.Note
		}
	}
	return nil
}

// box is one container as the network stage knows it.
type box struct {
	*Run
	ev  *events
	pid int
}

// boxOf makes a container that is not connected yet; runs is the directory of
// the runs, which those that share a host share.
func boxOf(t *testing.T, runs, id string, ports ...string) *box {
	t.Helper()
	p := &Plan{ID: id, State: filepath.Join(runs, id), Network: Network{Mode: "bridge"}}
	p.Spec = &specs.Spec{Hostname: "box-" + id[:4], Linux: &specs.Linux{Namespaces: []specs.LinuxNamespace{
		{Type: specs.NetworkNamespace}, {Type: specs.UTSNamespace},
	}}}
	for _, s := range ports {
		list, err := parsePort(s)
		if err != nil {
			t.Fatal(err)
		}
		p.Network.Ports = append(p.Network.Ports, list...)
	}
	b := &box{Run: &Run{Plan: p}, ev: &events{}}
	b.k = kernel.New(b.ev, journal.Host).Stage("network")
	b.pid = apart(t)
	return b
}

// up connects the container; what runs inside the real one runs on a thread in its namespace.
func (b *box) up() error {
	return b.connect(b.k, b.pid, func(w inside.Wire) error {
		args, err := child.Encode(w)
		if err != nil {
			return err
		}
		return within(b.pid, func() error {
			k := kernel.New(b.ev, journal.Child).Stage("network")
			if err := k.LinkUp("lo"); err != nil {
				return err
			}
			_, err := inside.Halves()["network"](&child.In{K: k, Args: args})
			return err
		})
	})
}

// down is the way back.
func (b *box) down() error {
	leave := b.disconnect()
	defer leave()
	return b.k.Unwind()
}

// crash leaves everything as a killed engine does.
func (b *box) crash() {
	b.disconnect()()
}

func id(n int) string { return fmt.Sprintf("%012x", 0xabc000000000+n) }

// clean fails the test if anything of ours is left on the scratch host.
func clean(t *testing.T, runs string) {
	t.Helper()
	if out := sh(t, 0, "ip -br link"); strings.Contains(out, "gb") {
		t.Errorf("interfaces are left:\n%s", out)
	}
	if out, err := shell(0, "nft list ruleset"); err == nil && strings.Contains(out, "glassbox") {
		t.Errorf("rules are left:\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(runs, "net")); err == nil {
		out, _ := shell(0, "find "+runs)
		t.Errorf("leases are left:\n%s", out)
	}
}
