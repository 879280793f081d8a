package userland

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
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
		s.settle(status == 0 && slices.Contains(args, strconv.Itoa(os.Getpid())))
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
	for {
		select {
		case <-j.done:
			s.settle(false)
			return 0, false
		case sig := <-s.sigs:
			if sig != fence {
				s.sigs <- sig
				return number(sig), true
			}
		}
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
