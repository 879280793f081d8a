package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"glassbox/stages"
)

// background is a container whose program runs.
type background struct {
	t    *testing.T
	cmd  *exec.Cmd
	name string
	dir  string // the run's
	done chan struct{}
}

// start runs a container beside the test until stop, or the test's end. before
// are words before the program's own name.
func start(t *testing.T, before []string, args ...string) *background {
	t.Helper()
	b := &background{t: t, name: "b" + stages.NewID(), done: make(chan struct{})}
	words := slices.Concat(before, []string{program, "run", "--quiet", "--name", b.name}, args)
	b.cmd = exec.Command(words[0], words[1:]...)
	var errs strings.Builder
	b.cmd.Stderr = &errs
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(b.done)
		_ = b.cmd.Wait()
	}()
	t.Cleanup(b.stop)
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		r, err := stages.Find(stages.Default().State, b.name)
		if err == nil && (r.Stage == "exec" && r.State == "done" || r.Stage == "exit") {
			b.dir = r.Dir
			return b
		}
		select {
		case <-b.done:
			t.Fatalf("it ended at once: %s", errs.String())
		default:
		}
		if time.Now().After(end) {
			t.Fatalf("it never ran: %+v %v %s", r, err, errs.String())
		}
	}
}

// journal is a copy of what the run has written, as soon as that has a text: what it
// did where nobody watches, not even a recording.
func (b *background) journal(has string) (file string) {
	b.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		text, err := os.ReadFile(stages.JournalPath(b.dir))
		if err == nil && strings.Contains(string(text), has) {
			file = filepath.Join(b.t.TempDir(), "journal")
			must(b.t, os.WriteFile(file, text[:bytes.LastIndexByte(text, '\n')+1], 0o600))
			return file
		}
		if time.Now().After(end) {
			b.t.Fatalf("its journal never had %q: %v", has, err)
		}
	}
}

// stop kills the program, and waits until everything is undone.
func (b *background) stop() {
	if c, err := stages.Dial(b.dir); b.dir != "" && err == nil {
		_ = c.Ask(stages.Request{Do: "signal", Name: "KILL"})
		_ = c.Close()
	}
	select {
	case <-b.done:
	case <-time.After(patience):
		_ = b.cmd.Process.Kill()
		b.t.Error("the run did not end when its program was killed")
	}
}

// joins are the kinds of namespaces that setns was called for, by strace and by the journal.
func joins(t *testing.T, dir, log string) (saw, told []string) {
	t.Helper()
	threads, err := filepath.Glob(filepath.Join(dir, "st.*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range threads {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if m := straceLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil && m[1] == "setns" {
				saw = append(saw, split(m[2])[1])
			}
		}
	}
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range parse(t, b) {
		if e.Call == nil || e.Call.Name != "setns" {
			continue
		}
		for _, a := range e.Call.Args {
			if a.Name == "nstype" {
				told = append(told, a.Value)
			}
		}
	}
	return saw, told
}

// TestJoinIsWhatStraceSaw runs a program in running containers: each namespace
// that it joins is in the journal, in the order of joining.
func TestJoinIsWhatStraceSaw(t *testing.T) {
	needRoot(t)
	strace := needTool(t, "strace")
	for _, c := range []struct {
		name  string
		args  []string
		first string
	}{
		{"the host's user namespace", nil, "CLONE_NEWNS"},
		{"its own user namespace", []string{"--userns", "private"}, "CLONE_NEWUSER"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			b := start(t, []string{strace, "-ff", "-o", filepath.Join(dir, "st"), "-e", "trace=setns"},
				slices.Concat([]string{"--network", "none", "-u", "root"}, c.args, []string{"demo", "sleep", "1000"})...)
			if r := run(t, "exec", b.name, "true"); r.code != 0 {
				t.Fatalf("exec: status %d\n%s", r.code, r.err)
			}
			log := b.journal("")
			b.stop()
			saw, told := joins(t, dir, log)
			if !slices.Equal(saw, told) || len(told) < 6 || told[0] != c.first {
				t.Errorf("strace saw %v\nthe journal tells %v", saw, told)
			}
		})
	}
}
