package userland

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
)

var ctxBackground = context.Background()

// job is a background job.
type job struct {
	text   string
	done   chan struct{} // closed when it has ended
	status int
}

// exec runs a command that is neither a function nor one of the interpreter's
// own.
func (s *shell) exec(ctx context.Context, args []string) error {
	hc := interp.HandlerCtx(ctx)
	switch args[0] {
	case "__exec":
		return s.replace(ctx, &hc, args[1:])
	case "__bg":
		return s.start(ctx, &hc, args[1])
	case "__wait":
		return exit(s.wait(args[1:], hc.Stderr))
	case "__kill":
		status := send(s.jobSpecs(args[1:]), hc.Stdout, hc.Stderr)
		s.own(args[1:])
		return exit(status)
	case "__trap":
		return s.trap(ctx, &hc, args[1:])
	case "__jobs":
		return exit(s.list(hc.Stdout))
	case "__umask":
		return exit(umask(args[1:], hc.Stdout, hc.Stderr))
	}
	path, err := interp.LookPathDir(hc.Dir, hc.Env, args[0])
	if err != nil {
		return exit(s.notFound(&hc, args[0]))
	}
	return exit(s.foreground(&hc, path, args))
}

// exit is a status as the interpreter wants it.
func exit(status int) error {
	if status == 0 {
		return nil
	}
	return interp.ExitStatus(status)
}

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

// start runs a text in the background, as another shell, which becomes the
// command if it is a single one. Without job control its input is empty.
func (s *shell) start(ctx context.Context, hc *interp.HandlerContext, text string) error {
	args := append([]string{"sh", "-c", text, s.name}, s.run.Params...)
	cmd := commandFor(hc, "/proc/self/exe", args)
	cmd.Env = append(cmd.Env, prelude+"="+s.knows(hc.Env))
	cmd.Stdin = nil
	if err := s.spawn(cmd); err != nil {
		_, _ = fmt.Fprintf(hc.Stderr, "%s: cannot fork: %s\n", s.name, reason(err))
		return exit(1)
	}
	pid := cmd.Process.Pid
	j := &job{text: text, done: make(chan struct{})}
	s.mu.Lock()
	s.jobs[pid] = j
	s.order = append(s.order, pid)
	n := len(s.order)
	s.mu.Unlock()
	go func() {
		j.status = waited(cmd)
		close(j.done)
	}()
	if s.interactive {
		_, _ = fmt.Fprintf(hc.Stderr, "[%d] %d\n", n, pid)
	}
	return hc.Builtin(ctx, []string{"eval", "__bang=" + strconv.Itoa(pid)})
}

// wait waits for all jobs, or for those named. A trapped signal ends it.
func (s *shell) wait(args []string, stderr io.Writer) int {
	s.mu.Lock()
	pids := append([]int(nil), s.order...)
	s.mu.Unlock()
	if len(args) > 0 {
		pids = nil
		for _, arg := range s.jobSpecs(args) {
			pid, err := strconv.Atoi(arg)
			if err != nil {
				_, _ = fmt.Fprintf(stderr, "%s: wait: %s: no such job\n", s.name, arg)
				return 2
			}
			pids = append(pids, pid)
		}
	}
	status := 0
	for _, pid := range pids {
		s.mu.Lock()
		j := s.jobs[pid]
		s.mu.Unlock()
		if j == nil {
			status = 127
			continue
		}
		if sig, interrupted := s.await(j); interrupted {
			return 128 + int(sig)
		}
		status = j.status
		s.mu.Lock()
		delete(s.jobs, pid)
		delete(s.known, pid)
		s.mu.Unlock()
	}
	if len(args) == 0 {
		return 0
	}
	return status
}

// await waits for a job's end, or for a trapped signal, which it leaves for due.
func (s *shell) await(j *job) (syscall.Signal, bool) {
	select {
	case <-j.done:
		return 0, false
	case sig := <-s.sigs:
		s.sigs <- sig
		return number(sig), true
	}
}

// jobSpecs replaces %1, %2, %% by the jobs' PIDs.
func (s *shell) jobSpecs(args []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]string, len(args))
	for i, arg := range args {
		all[i] = arg
		spec, ok := strings.CutPrefix(arg, "%")
		if !ok || len(s.order) == 0 {
			continue
		}
		n, err := strconv.Atoi(spec)
		if spec == "" || spec == "%" || spec == "+" {
			n, err = len(s.order), nil
		}
		if err == nil && n >= 1 && n <= len(s.order) {
			all[i] = strconv.Itoa(s.order[n-1])
		}
	}
	return all
}

// list is jobs.
func (s *shell) list(w io.Writer) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, pid := range s.order {
		j := s.jobs[pid]
		if j == nil {
			continue
		}
		state := "Running"
		select {
		case <-j.done:
			state = fmt.Sprintf("Done(%d)", j.status)
		default:
		}
		_, _ = fmt.Fprintf(w, "[%d] %d %-10s %s\n", i+1, pid, state, j.text)
	}
	return 0
}

// reap waits for the orphans that PID 1 gets. What a shell has started itself is
// left to those who wait for it.
func (s *shell) reap() {
	for range on(syscall.SIGCHLD) {
		for s.reapOne() {
			time.Sleep(time.Millisecond)
		}
	}
}

// reapOne looks at one child that has ended; again is true when there may be
// more.
func (s *shell) reapOne() (again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var info unix.Siginfo
	if err := unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil); err != nil || info.Signo == 0 {
		return false
	}
	pid := childOf(&info)
	if !s.known[pid] {
		_, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil)
	}
	return true
}

// childOf is si_pid of a SIGCHLD's siginfo_t: sigaction(2). On 64-bit machines the
// union begins at byte 16.
func childOf(info *unix.Siginfo) int {
	return int(*(*int32)(unsafe.Add(unsafe.Pointer(info), 16)))
}

// umask shows or sets the mask of modes.
func umask(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		now := unix.Umask(0)
		unix.Umask(now)
		_, _ = fmt.Fprintf(stdout, "%04o\n", now)
		return 0
	}
	n, err := strconv.ParseUint(args[0], 8, 12)
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "umask: %s: invalid octal number\n", args[0])
		return 1
	}
	unix.Umask(int(n))
	return 0
}
