package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// TestHeld: what is a FIFO that nobody serves, or a device without an end, holds nobody;
// it is refused.
func TestHeld(t *testing.T) {
	fifo, zero := held(t), filepath.Join(t.TempDir(), "zero")
	must(t, os.Symlink("/dev/zero", zero))
	for _, c := range []struct {
		want string
		args []string
	}{
		{"it has no first line", []string{"replay", "--plain", fifo}},
		{"is a device, and no recording", []string{"replay", "--plain", zero}},
		{"en.md: it is no regular file", []string{"lesson", "show", heldLesson(t, "en.md")}},
		{"recording.jsonl: it is no regular file", []string{"lesson", "check", heldLesson(t, "recording.jsonl")}},
		{"nobody reads the pipe", []string{"run", "--quiet", "--network", "none", "--record", fifo, "demo", "true"}},
	} {
		cmd := exec.Command(program, c.args...)
		var said strings.Builder
		cmd.Stdout, cmd.Stderr = &said, &said
		must(t, cmd.Start())
		stuck := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		stuck.Stop()
		if cmd.ProcessState.ExitCode() <= 0 || !strings.Contains(said.String(), c.want) {
			t.Errorf("%q: status %d, %q", c.args, cmd.ProcessState.ExitCode(), said.String())
		}
	}
}

// TestScreenPipe: a screen goes back and forth, which can't be done in a pipe.
func TestScreenPipe(t *testing.T) {
	if _, err := journal.Open(held(t)); err == nil || !strings.Contains(err.Error(), "is a pipe") {
		t.Error(err)
	}
}

// TestReplayPipe: a recording comes through a pipe that has a writer, as it does from
// <(…) of a shell; one whose writer says nothing more can be left with SIGTERM.
func TestReplayPipe(t *testing.T) {
	fifo := held(t)
	w, err := os.OpenFile(fifo, os.O_RDWR, 0)
	must(t, err)
	defer w.Close()
	c := exec.Command(program, "replay", "--plain", fifo)
	var said strings.Builder
	c.Stderr = &said
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	stuck := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	defer stuck.Stop()
	time.Sleep(50 * time.Millisecond) // it waits, as a rule
	_, err = w.WriteString("{\"format\":1,\"name\":\"held\"}\n")
	must(t, err)
	_, err = out.Read(make([]byte, 1))
	must(t, err)
	must(t, c.Process.Signal(unix.SIGTERM))
	_ = c.Wait()
	if c.ProcessState.ExitCode() != 125 || !strings.Contains(said.String(), "ended by") {
		t.Errorf("status %d, %q", c.ProcessState.ExitCode(), said.String())
	}
}

func held(t *testing.T) string {
	t.Helper()
	fifo := filepath.Join(t.TempDir(), "fifo")
	must(t, unix.Mkfifo(fifo, 0o600))
	return fifo
}

// heldLesson is a lesson of which one file is a FIFO.
func heldLesson(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lesson")
	must(t, os.Mkdir(dir, 0o700))
	text := "---\ntitle: A test\nminutes: 5\nlevel: beginner\nrun: {args: [sleep, \"60\"]}\n---\n\n## One\n\n```stop\nat: running\n```\n"
	must(t, os.WriteFile(filepath.Join(dir, "en.md"), []byte(text), 0o600))
	_ = os.Remove(filepath.Join(dir, name))
	must(t, unix.Mkfifo(filepath.Join(dir, name), 0o600))
	return dir
}
