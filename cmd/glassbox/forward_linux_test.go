package main

import (
	"bufio"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestForward: a signal that glassbox has no use for itself is the program's.
func TestForward(t *testing.T) {
	c := exec.Command(program, "run", "--quiet", "--network", "none", "demo", "sigs")
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	stuck := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	defer func() {
		stuck.Stop()
		_ = c.Process.Kill()
		_ = c.Wait()
		mustRun(t, program, "clean")
	}()
	lines := bufio.NewScanner(out)
	if !lines.Scan() || !strings.Contains(lines.Text(), "printing signals") {
		t.Fatalf("%q", lines.Text())
	}
	for _, s := range []struct {
		sig  syscall.Signal
		name string
	}{{syscall.SIGUSR1, "SIGUSR1"}, {syscall.SIGALRM, "SIGALRM"}, {syscall.SIGIO, "SIGIO"}, {syscall.SIGPWR, "SIGPWR"}} {
		must(t, c.Process.Signal(s.sig))
		if !lines.Scan() || !strings.Contains(lines.Text(), s.name) {
			t.Fatalf("sent %s, and it got %q", s.name, lines.Text())
		}
	}
}
