package userland

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
)

// notFound tells "not found", 127, from "not to be run", 126: sh(1p).
func (s *shell) notFound(hc *interp.HandlerContext, name string) int {
	if strings.Contains(name, "/") {
		path := name
		if path[0] != '/' {
			path = hc.Dir + "/" + path
		}
		if info, err := os.Stat(path); err == nil {
			why := "Permission denied"
			if info.IsDir() {
				why = "Is a directory"
			}
			_, _ = fmt.Fprintf(hc.Stderr, "%s: %s: %s\n", s.name, name, why)
			return 126
		}
	}
	_, _ = fmt.Fprintf(hc.Stderr, "%s: %s: not found\n", s.name, name)
	return 127
}

// foreground runs a program and waits for it.
func (s *shell) foreground(hc *interp.HandlerContext, path string, args []string) int {
	cmd := commandFor(hc, path, args)
	if err := s.spawn(cmd); err != nil {
		if errors.Is(err, unix.ENOEXEC) { // A script without #!: sh(1p) says to run it.
			cmd = commandFor(hc, "/proc/self/exe", append([]string{"sh", script(args[0], path)}, args[1:]...))
			err = s.spawn(cmd)
		}
		if err != nil {
			_, _ = fmt.Fprintf(hc.Stderr, "%s: %s: %s\n", s.name, args[0], reason(err))
			return 126
		}
	}
	status := waited(cmd)
	s.forget(cmd.Process.Pid)
	s.settle(false)
	if s.interactive && status == 128+int(syscall.SIGINT) {
		_, _ = fmt.Fprintln(os.Stderr) // The terminal has shown ^C.
	}
	return status
}

// script is the name under which a script runs: as it was called, if that was a
// path.
func script(called, found string) string {
	if strings.Contains(called, "/") {
		return called
	}
	return found
}

func commandFor(hc *interp.HandlerContext, path string, args []string) *exec.Cmd {
	return &exec.Cmd{
		Path: path, Args: args, Env: environ(hc.Env), Dir: hc.Dir,
		Stdin: hc.Stdin, Stdout: hc.Stdout, Stderr: hc.Stderr,
	}
}

// spawn starts a process that nobody else shall wait for.
func (s *shell) spawn(cmd *exec.Cmd) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := cmd.Start()
	if err == nil {
		s.known[cmd.Process.Pid] = true
	}
	return err
}

func (s *shell) forget(pid int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.known, pid)
}

// waited waits, and gives the status as a shell counts it: 128 and the signal.
func waited(cmd *exec.Cmd) int {
	_ = cmd.Wait() // The state says more.
	if cmd.ProcessState == nil {
		return 126
	}
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return cmd.ProcessState.ExitCode()
}

// environ is what the shell exports.
func environ(env expand.Environ) []string {
	last := map[string]string{}
	var order []string
	for name, v := range env.Each {
		if _, ok := last[name]; !ok {
			order = append(order, name)
		}
		last[name] = ""
		if v.IsSet() && v.Exported && v.Kind == expand.String {
			last[name] = name + "=" + v.Str
		}
	}
	var list []string
	for _, name := range order {
		if last[name] != "" {
			list = append(list, last[name])
		}
	}
	return list
}

// replace is exec: the process becomes the command.
func (s *shell) replace(ctx context.Context, hc *interp.HandlerContext, args []string) error {
	path, err := interp.LookPathDir(hc.Dir, hc.Env, args[0])
	if err != nil {
		os.Exit(s.notFound(hc, args[0]))
	}
	if !standard(hc) {
		return hc.Builtin(ctx, append([]string{"exec"}, args...)) // A command substitution has no file to write to.
	}
	_ = os.Chdir(hc.Dir)
	err = syscall.Exec(path, args, environ(hc.Env))
	if errors.Is(err, unix.ENOEXEC) {
		err = syscall.Exec("/proc/self/exe", append([]string{"sh", script(args[0], path)}, args[1:]...), environ(hc.Env))
	}
	complain(s.name, "%s: %s", args[0], reason(err))
	os.Exit(126)
	return nil
}

// standard makes the streams of the command the process's own. First all are
// copied out of the way, for one may be where another has to go.
func standard(hc *interp.HandlerContext) bool {
	var copies [3]int
	for i, stream := range []any{hc.Stdin, hc.Stdout, hc.Stderr} {
		f, ok := stream.(*os.File)
		if !ok {
			return false
		}
		fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 10)
		if err != nil {
			return false
		}
		copies[i] = fd
	}
	for i, fd := range copies {
		if unix.Dup3(fd, i, 0) != nil {
			return false
		}
	}
	return true
}
