package main

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"glassbox/stages"
)

// TestDeafFirstProcess: a filter kills the thread that should answer, and the first
// process lives on with its others. The run waits, and ends when it is told to.
func TestDeafFirstProcess(t *testing.T) {
	dir := bundle(t, func(s map[string]any) { linuxOf(s)["seccomp"] = map[string]any{"defaultAction": "SCMP_ACT_KILL"} }, "true")
	name := "deaf" + stages.NewID()
	c := exec.Command(program, "run", "--quiet", "--network", "none", "--name", name, "bundle:"+dir)
	var errs strings.Builder
	c.Stderr = &errs
	must(t, c.Start())
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if r, err := stages.Find(stages.Default().State, name); err == nil && r.Stage == "exec" {
			break
		}
		if time.Now().After(end) {
			t.Fatal("it never came to exec")
		}
	}
	must(t, c.Process.Signal(syscall.SIGTERM))
	select {
	case <-ended:
	case <-time.After(patience):
		_ = c.Process.Kill()
		t.Fatal("it does not end")
	}
	if code := c.ProcessState.ExitCode(); code != 128+15 {
		t.Errorf("status %d, and it says %q", code, errs.String())
	}
	if left := traces(t); left != "" {
		t.Errorf("left behind:\n%s", left)
	}
}
