package userland

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The test binary is the programs as well: under a program's name it is that
// program, as the real executable is.
func TestMain(m *testing.M) {
	if exit, ok := Main(filepath.Base(os.Args[0]), os.Args[1:]); ok {
		os.Exit(exit)
	}
	status := m.Run()
	if dir, err := linked(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(status)
}

// ours makes a command of one of the programs; a directory with links to all of
// them is first in its PATH.
func ours(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	dir, err := linked()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", args...)
	cmd.Args[0] = name
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC")
	return cmd
}

// linked is a directory that looks like the image's /bin; TestMain removes it.
var linked = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "userland")
	if err != nil {
		return "", err
	}
	exe, err := os.Executable()
	for _, name := range Names() {
		err = errors.Join(err, os.Symlink(exe, filepath.Join(dir, name)))
	}
	return dir, err
})

// run runs a command and gives its output, its errors and its status.
func run(t *testing.T, cmd *exec.Cmd) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if cmd.Env == nil {
		cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	}
	cmd.WaitDelay = time.Second // A job that is left behind may hold the pipe.
	err := cmd.Start()
	if err == nil {
		stuck := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
		defer stuck.Stop()
		err = cmd.Wait()
	}
	if cmd.ProcessState == nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// theirs is the same program of the machine, or skips.
func theirs(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no %s on this machine to compare with", name)
	}
	return exec.CommandContext(t.Context(), path, args...)
}

// same runs both and compares what they print and how they end.
func same(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	t.Run(name+" "+strings.Join(args, " "), func(t *testing.T) {
		a, b := ours(t, name, args...), theirs(t, name, args...)
		a.Dir, b.Dir = dir, dir
		gotOut, gotErr, got := run(t, a)
		wantOut, wantErr, want := run(t, b)
		if gotOut != wantOut {
			t.Errorf("output\n%q, the real one's\n%q", gotOut, wantOut)
		}
		if got != want {
			t.Errorf("status %d (%s), the real one's %d (%s)", got, gotErr, want, wantErr)
		}
	})
}
