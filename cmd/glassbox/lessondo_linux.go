package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/lessons"
	"glassbox/runtime/journal"
	"glassbox/stages"
)

// What a lesson's command may print, and how long what it left running may hold
// its output.
const (
	maxSaid = 64 << 10
	linger  = 300 * time.Millisecond
)

// onHost runs a shell command on the host. When ctx ends, all that it started is
// killed with it.
func onHost(ctx context.Context, line string, env []string) (lessons.Result, error) {
	began := time.Now()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	w := &limited{w: &out, left: maxSaid}
	cmd.Env, cmd.Stdout, cmd.Stderr = env, w, w
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return unix.Kill(-cmd.Process.Pid, unix.SIGKILL) } //nolint:forbidigo // a command of the lesson, not of a run
	cmd.WaitDelay = linger
	err := cmd.Run()
	r := lessons.Result{Out: out.String(), Took: time.Since(began)}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return r, ctx.Err()
	case errors.As(err, &exit):
		r.Exit = stages.ExitCode(exit.ProcessState)
	case errors.Is(err, exec.ErrWaitDelay): // something in the background keeps the output open
	case err != nil:
		return r, fmt.Errorf("run a command on the host: %w", err)
	}
	return r, nil
}

// hostEnv is the environment for commands on the host, and what glassbox knows of
// it: GLASSBOX, CGROUP_MODE.
func hostEnv() []string {
	env := os.Environ()
	if exe, err := os.Executable(); err == nil {
		env = append(env, "GLASSBOX="+exe)
	}
	if t, err := stages.Tree(); err == nil {
		env = append(env, fmt.Sprintf("CGROUP_MODE=%s", t.Mode))
	}
	return env
}

// inside runs a shell command in the container.
func (l *lessonRun) inside(ctx context.Context, c lessons.Command) (lessons.Result, error) {
	began := time.Now()
	ours, theirs, err := os.Pipe()
	if err != nil {
		return lessons.Result{}, fmt.Errorf("run a command inside: %w", err)
	}
	defer ours.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		_ = theirs.Close()
		return lessons.Result{}, fmt.Errorf("run a command inside: %w", err)
	}
	defer null.Close()
	j, err := l.r.Exec(stages.Command{Args: []string{"/bin/sh", "-c", c.Text}, User: c.User, Stdio: []*os.File{null, theirs, theirs}})
	_ = theirs.Close()
	if err != nil {
		return lessons.Result{}, fmt.Errorf("run a command inside: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = j.Process.Kill() })
	defer stop()
	said := collect(ours)
	st, err := j.Process.Wait()
	out := said(linger)
	if err != nil {
		return lessons.Result{}, fmt.Errorf("run a command inside: %w", err)
	}
	return lessons.Result{Out: out, Exit: stages.ExitCode(st), Took: time.Since(began)}, ctx.Err()
}

// collect reads a pipe; what it returns waits for the end of it, or for a while,
// and then gives all that came: on a machine that stood still meanwhile, too.
func collect(r *os.File) func(wait time.Duration) string {
	var out bytes.Buffer
	w := &limited{w: &out, left: maxSaid}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := io.Copy(w, r); errors.Is(err, os.ErrDeadlineExceeded) {
			rest(w, r)
		}
	}()
	return func(wait time.Duration) string {
		_ = r.SetReadDeadline(time.Now().Add(wait))
		<-done
		return out.String()
	}
}

// rest copies what a pipe holds now, and does not wait for more.
func rest(w io.Writer, r *os.File) {
	_ = r.SetReadDeadline(time.Time{})
	raw, err := r.SyscallConn()
	if err != nil {
		return
	}
	buf := make([]byte, 64<<10) // a pipe's capacity: pipe(7)
	_ = raw.Read(func(fd uintptr) bool {
		if n, _ := unix.Read(int(fd), buf); n > 0 {
			_, _ = w.Write(buf[:n])
		}
		return true
	})
}

// left is what the run has left behind, by its own journal and by what the kernel
// shows of its names.
func (l *lessonRun) left() []string {
	var list []string
	for _, u := range l.state.Undo {
		if u.State == journal.Planned || u.State == journal.Failed {
			list = append(list, u.Op+" "+u.Target+": "+u.State)
		}
	}
	id := l.r.Plan.ID
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return append(list, err.Error())
	}
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, id) {
			list = append(list, "mount "+strings.Fields(line)[4])
		}
	}
	for _, p := range []string{l.r.Plan.State, l.r.Plan.Root + "/containers/" + id, "/sys/fs/cgroup/glassbox-" + id, "/sys/fs/cgroup/*/glassbox-" + id} {
		if found, err := filepath.Glob(p); err == nil {
			list = append(list, found...)
		}
	}
	return list
}
