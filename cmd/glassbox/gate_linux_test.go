package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"glassbox/runtime/journal"
	"glassbox/stages"
)

// stepper is a run that is stepped through over its socket, as a second terminal would.
type stepper struct {
	t    *testing.T
	cmd  *exec.Cmd
	said string // the file that has what it says
	name string
	run  stages.Running
	in   *journal.Reader
}

// step starts a run that waits at its gates.
func step(t *testing.T, args ...string) *stepper {
	t.Helper()
	s := &stepper{t: t, name: fmt.Sprintf("t%d", time.Now().UnixNano())}
	// A delay of an hour: nobody opens the gates but the test.
	s.cmd = exec.Command(program, append([]string{"run", "--plain", "--auto=1h", "--name", s.name}, args...)...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	s.said = filepath.Join(t.TempDir(), "said")
	f, err := os.Create(s.said)
	must(t, err)
	defer f.Close()
	s.cmd.Stdout, s.cmd.Stderr = f, f
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		time.AfterFunc(100*time.Millisecond, func() { _ = s.cmd.Process.Signal(syscall.SIGTERM) }) // do not wait for PID 1's grace
		_ = s.cmd.Wait()
	})
	s.wait("the run's directory", func() bool {
		r, err := stages.Find(stages.Default().State, s.name)
		s.run = r
		return err == nil
	})
	s.wait("the run's socket", func() bool {
		c, err := stages.Dial(s.run.Dir)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	in, err := journal.Open(stages.JournalPath(s.run.Dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	s.in = in
	return s
}

// wait polls for what has no event to wait for.
func (s *stepper) wait(what string, ready func() bool) {
	s.t.Helper()
	for end := time.Now().Add(patience); !ready(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			b, _ := os.ReadFile(s.said)
			s.t.Fatalf("never saw %s; the run said:\n%s", what, b)
		}
	}
}

// next is the next event that is wanted.
func (s *stepper) next(wanted func(journal.Event) bool) journal.Event {
	s.t.Helper()
	var got journal.Event
	s.wait("the event", func() bool {
		for {
			e, err := s.in.Next()
			if errors.Is(err, io.EOF) {
				return false
			}
			if err != nil {
				s.t.Fatal(err)
			}
			if wanted(e) {
				got = e
				return true
			}
		}
	})
	return got
}

func (s *stepper) ask(q stages.Request) {
	s.t.Helper()
	c, err := stages.Dial(s.run.Dir)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	if err := c.Ask(q); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stepper) pid() int {
	s.t.Helper()
	r, err := stages.FindStarted(stages.Default().State, s.name)
	if err != nil {
		s.t.Fatal(err)
	}
	return r.Pid
}

// TestGateBeforeCall: at a call's gate nothing of it has happened, and after it,
// it has: /proc is read at both moments.
func TestGateBeforeCall(t *testing.T) {
	s := step(t, "--network", "none", "--step", "call", "demo", "true")
	ns := func(pid int, kind string) string {
		l, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	kinds := map[string]string{"CLONE_NEWNS": "mnt", "CLONE_NEWUTS": "uts", "CLONE_NEWIPC": "ipc", "CLONE_NEWNET": "net", "CLONE_NEWCGROUP": "cgroup"}
	seen := 0
	for {
		g := s.next(func(e journal.Event) bool { return e.Gate != nil && e.Gate.State == journal.Waiting })
		if g.Stage == "exec" {
			break
		}
		kind := ""
		if g.Gate.Call != nil && g.Gate.Call.Name == "unshare" {
			kind = kinds[g.Gate.Call.Args[0].Value]
		}
		before := ""
		if kind != "" {
			if before = ns(s.pid(), kind); before != ns(s.run.Header.Pid, kind) {
				t.Errorf("%s is another namespace before unshare", kind)
			}
		}
		s.ask(stages.Request{Do: "go", Name: stages.StepCall})
		if kind == "" {
			continue
		}
		s.next(func(e journal.Event) bool { return e.Kind == journal.KindCall && e.Call.Name == "unshare" })
		if ns(s.pid(), kind) == before {
			t.Errorf("%s is the same namespace after unshare", kind)
		}
		seen++
	}
	if seen != len(kinds) {
		t.Errorf("saw %d of %d unshare calls", seen, len(kinds))
	}
}

// TestGateBeforeStage: a run waits before each stage, and a breakpoint holds a
// run that was let run on.
func TestGateBeforeStage(t *testing.T) {
	s := step(t, "--network", "none", "demo", "true")
	at := func(e journal.Event) bool { return e.Gate != nil && e.Gate.State == journal.Waiting }
	for _, stage := range []string{"pull", "unpack", "overlay"} {
		if g := s.next(at); g.Stage != stage {
			t.Fatalf("it waits at %s, not at %s", g.Stage, stage)
		}
		if stage == "overlay" {
			if m, _ := filepath.Glob("/var/lib/glassbox/containers/" + s.run.Header.ID); len(m) > 0 {
				t.Error("the overlay's directory is there before its stage")
			}
			break
		}
		s.ask(stages.Request{Do: "go", Name: stages.StepStage})
	}
	s.ask(stages.Request{Do: "break", Name: "rootfs", On: true})
	s.ask(stages.Request{Do: "go", Name: stages.StepNone})
	if g := s.next(at); g.Stage != "rootfs" {
		t.Errorf("the breakpoint at rootfs let it run on to %s", g.Stage)
	}
	s.ask(stages.Request{Do: "stop"})
	if err := s.cmd.Wait(); err == nil {
		t.Error("a run that was stopped ends with status 0")
	}
	if left := traces(t); strings.Contains(left, s.run.Header.ID) {
		t.Errorf("left behind:\n%s", left)
	}
}
