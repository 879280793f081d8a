package main

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/stages"
)

// TestNobodyReads: `glassbox … | head -1` ends when head does, with the status that a
// shell gives to SIGPIPE, and leaves nothing behind.
func TestNobodyReads(t *testing.T) {
	endless := []string{"demo", "sh", "-c", "while :; do echo line; done"}
	for name, args := range map[string][]string{
		"quiet":  append([]string{"run", "--quiet", "--network", "none"}, endless...),
		"json":   append([]string{"run", "--json", "--network", "none"}, endless...),
		"plain":  append([]string{"run", "--plain", "--auto=0s", "--network", "none"}, endless...),
		"lesson": {"lesson", "start", "process", "--plain", "--auto=0s"},
		"replay": {"replay", "--plain"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, dir := range []string{"TMPDIR", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"} {
				t.Setenv(dir, t.TempDir())
			}
			before := traces(t)
			if code := cutOff(t, map[bool]int{true: 10, false: 1}[name == "lesson"], args...); code != brokenPipe {
				t.Errorf("status %d, not %d", code, brokenPipe)
			}
			if after := traces(t); after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
			if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
				t.Errorf("it leaves %s", left[0].Name())
			}
		})
	}
}

// TestFullOutput: what could not be printed is told, and is no success.
func TestFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	must(t, err)
	defer full.Close()
	for _, c := range []struct {
		code int
		args []string
	}{
		{125, []string{"run", "--quiet", "--network", "none", "demo", "echo", "hi"}},
		{7, []string{"run", "--quiet", "--network", "none", "demo", "sh", "-c", "echo hi; exit 7"}},
		{125, []string{"run", "--json", "--network", "none", "demo", "true"}},
		{125, []string{"run", "--plain", "--auto=0s", "--network", "none", "demo", "echo", "hi"}},
		{125, []string{"replay", "--plain"}},
	} {
		var said strings.Builder
		cmd := exec.Command(program, c.args...)
		cmd.Stdout, cmd.Stderr = full, &said
		_ = cmd.Run()
		if cmd.ProcessState.ExitCode() != c.code || !strings.Contains(said.String(), "not all could be printed") {
			t.Errorf("%q: status %d, %q", c.args, cmd.ProcessState.ExitCode(), said.String())
		}
	}
}

// TestFullAccount: --plain tells a run on standard error; nobody can be told where that
// is full, but it is no success.
func TestFullAccount(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	must(t, err)
	defer full.Close()
	for what, want := range map[string]int{"true": 125, "false": 1} {
		cmd := exec.Command(program, "run", "--plain", "--auto=0s", "--network", "none", "demo", what)
		cmd.Stderr = full
		_ = cmd.Run()
		if code := cmd.ProcessState.ExitCode(); code != want {
			t.Errorf("%s: status %d, not %d", what, code, want)
		}
	}
}

// cutOff runs glassbox, reads so many lines of what it prints, and closes the pipe.
func cutOff(t *testing.T, lines int, args ...string) int {
	t.Helper()
	r, w, err := os.Pipe()
	must(t, err)
	c := exec.Command(program, args...)
	c.Stdout, c.Stderr = w, w
	must(t, c.Start())
	must(t, w.Close())
	for in := bufio.NewReader(r); lines > 0; lines-- {
		if line, err := in.ReadString('\n'); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	must(t, r.Close())
	stuck := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	defer stuck.Stop()
	_ = c.Wait()
	return c.ProcessState.ExitCode()
}

// TestNobodyReadsExec: so does a program that joined a container.
func TestNobodyReadsExec(t *testing.T) {
	name := "unread-" + stages.NewID()
	c := exec.Command(program, "run", "--quiet", "--network", "none", "--name", name, "demo", "sh", "-c", "echo up; exec sleep 1000")
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	t.Cleanup(func() { _ = c.Process.Signal(os.Interrupt); _ = c.Process.Signal(unix.SIGTERM); _ = c.Wait() })
	_, err = bufio.NewReader(out).ReadString('\n')
	must(t, err)
	if code := cutOff(t, 1, "exec", name, "sh", "-c", "while :; do echo line; done"); code != brokenPipe {
		t.Errorf("status %d, not %d", code, brokenPipe)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		list := run(t, "exec", name, "ps").out
		if !strings.Contains(list, " sh\n") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("it goes on:\n%s", list)
		}
	}
}
