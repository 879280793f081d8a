package userland

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"mvdan.cc/sh/v3/syntax"
)

// lines reads commands from standard input and runs each when it is complete.
// Not a byte more is read than a line has: the rest belongs to the commands.
func (s *shell) lines() int {
	var drop func() bool
	if s.interactive {
		drop = s.atTerminal()
	}
	var text bytes.Buffer
	status := 0
	for {
		s.prompt(text.Len() > 0)
		line, err := readLine(os.Stdin)
		if drop != nil && drop() {
			text.Reset()
		}
		text.Write(line)
		if len(line) > 0 || err != nil {
			file, perr := syntax.NewParser().Parse(bytes.NewReader(text.Bytes()), s.name)
			switch {
			case syntax.IsIncomplete(perr) && err == nil:
				continue
			case perr != nil:
				status = s.unparsed(perr)
				if !s.interactive {
					return status
				}
			default:
				var done bool
				if status, done = s.statements(file, status); done {
					return status
				}
			}
			text.Reset()
		}
		if err != nil {
			if s.interactive {
				printf("\n")
			}
			return s.leave(status)
		}
	}
}

// statements runs what one input had; done when the shell is to end.
func (s *shell) statements(file *syntax.File, status int) (_ int, done bool) {
	s.prepare(file)
	for _, st := range file.Stmts {
		status = s.end(s.run.Run(context.Background(), st))
		if s.run.Exited() {
			return status, true
		}
	}
	_ = os.Chdir(s.run.Dir) // So that /proc/PID/cwd tells where it is.
	return status, false
}

// leave runs the trap of EXIT.
func (s *shell) leave(status int) int {
	if err := s.run.Run(context.Background(), &syntax.File{Name: s.name}); err != nil && s.run.Exited() {
		return s.status(err)
	}
	return status
}

// readLine reads up to a newline and no further.
func readLine(r io.Reader) ([]byte, error) {
	var line []byte
	b := make([]byte, 1)
	for {
		n, err := r.Read(b)
		if n > 0 {
			line = append(line, b[0])
			if b[0] == '\n' {
				return line, nil
			}
		}
		if err != nil {
			return line, err
		}
	}
}

// prompt shows user, host and directory; PS1 replaces it.
func (s *shell) prompt(more bool) {
	if !s.interactive {
		return
	}
	if more {
		_, _ = fmt.Fprint(os.Stderr, "> ")
		return
	}
	sign := "$"
	if os.Geteuid() == 0 {
		sign = "#"
	}
	ps1 := `\u@\h:\w\$ `
	if v, ok := os.LookupEnv("PS1"); ok {
		ps1 = v
	}
	host, _ := os.Hostname()
	dir := s.run.Dir
	if dir == "" {
		dir, _ = os.Getwd()
	}
	_, _ = fmt.Fprint(os.Stderr, strings.NewReplacer(`\u`, newDirectory().user(os.Geteuid()), `\h`, host, `\w`, dir, `\$`, sign).Replace(ps1))
}

// atTerminal makes the keys of a terminal harmless for the shell itself. The
// function that it returns tells whether Ctrl-C came since it was last called.
func (s *shell) atTerminal() func() bool {
	signal.Ignore(syscall.SIGTSTP, syscall.SIGTTOU, syscall.SIGTTIN) // There is no job control.
	c := on(syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM)
	var mu sync.Mutex
	came := false
	go func() {
		for sig := range c {
			if sig != syscall.SIGINT {
				continue
			}
			mu.Lock()
			came = true
			mu.Unlock()
			if !s.busy() {
				_, _ = fmt.Fprintln(os.Stderr)
				s.prompt(false)
			}
		}
	}()
	return func() bool {
		mu.Lock()
		defer mu.Unlock()
		was := came
		came = false
		return was
	}
}

// busy tells whether a command runs in the foreground.
func (s *shell) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.known) > len(s.jobs)
}
