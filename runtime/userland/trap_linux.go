package userland

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"mvdan.cc/sh/v3/interp"
)

// call runs before each simple command: it renames those that the interpreter
// lacks, and puts the traps of signals that have come before the command.
func (s *shell) call(_ context.Context, args []string) ([]string, error) {
	switch args[0] {
	case "kill", "wait", "trap", "jobs", "umask":
		args = append([]string{"__" + args[0]}, args[1:]...)
	case "builtin", "command":
		if len(args) > 1 && slices.Contains([]string{"kill", "wait", "trap", "jobs", "umask"}, args[1]) {
			args = append([]string{"__" + args[1]}, args[2:]...)
		}
	}
	text := s.due()
	if text == "" {
		return args, nil
	}
	var words []string
	for _, a := range args {
		words = append(words, quote(a))
	}
	return []string{"eval", text + strings.Join(words, " ")}, nil
}

// fence is a signal that a shell with traps sends itself. Of signals that wait, the
// kernel and the Go runtime both hand out the lowest first: when the fence is there,
// so is all that was sent before it.
const fence = syscall.Signal(64)

// settle waits, after something that may have sent signals, until they are here.
// In C a signal interrupts; in Go it arrives by way of a thread and a channel, and
// a child that has signalled and ended could be waited for before its signal. One that
// the shell has sent itself is waited for behind the fence, too: two threads of this
// process may take the two signals, and the later be faster. For others' a few more
// fences are sent.
func (s *shell) settle(own bool) {
	s.settling.Lock()
	defer s.settling.Unlock()
	s.mu.Lock()
	trapped := slices.ContainsFunc(slices.Collect(maps.Values(s.traps)), func(text string) bool { return text != "" })
	s.mu.Unlock()
	if !trapped || syscall.Kill(os.Getpid(), fence) != nil {
		return
	}
	var held []os.Signal
	defer func() {
		for _, sig := range held {
			s.sigs <- sig
		}
	}()
	fences := 1
	for late := time.After(100 * time.Millisecond); fences > 0 || own && len(held) == 0; {
		select {
		case sig := <-s.sigs:
			if sig == fence {
				if fences++; fences > 4 || len(held) > 0 || syscall.Kill(os.Getpid(), fence) != nil {
					fences = 0
				}
				continue
			}
			held = append(held, sig)
		case <-late:
			return
		}
	}
}

// due is what the traps of the signals that have come say, one to a line.
func (s *shell) due() string {
	var b strings.Builder
	for {
		select {
		case sig := <-s.sigs:
			s.mu.Lock()
			if text := s.traps[number(sig)]; text != "" {
				b.WriteString(text + "\n")
			}
			s.mu.Unlock()
		default:
			return b.String()
		}
	}
}

// trap sets what a signal does. EXIT and ERR are the interpreter's own.
func (s *shell) trap(ctx context.Context, hc *interp.HandlerContext, args []string) error {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		s.mu.Lock()
		for sig, text := range s.traps {
			_, _ = fmt.Fprintf(hc.Stdout, "trap -- %s %s\n", quote(text), strings.TrimPrefix(signame(sig), "SIG"))
		}
		s.mu.Unlock()
		return hc.Builtin(ctx, []string{"trap"})
	}
	action, names := args[0], args[1:]
	if len(names) == 0 {
		action, names = "-", args
	}
	for _, name := range names {
		switch strings.TrimPrefix(strings.ToUpper(name), "SIG") {
		case "EXIT", "0":
			if err := hc.Builtin(ctx, []string{"trap", action, "EXIT"}); err != nil {
				return err
			}
			continue
		case "ERR":
			if err := hc.Builtin(ctx, []string{"trap", action, "ERR"}); err != nil {
				return err
			}
			continue
		}
		sig, err := signum(name)
		if err != nil || sig == syscall.SIGKILL || sig == syscall.SIGSTOP {
			_, _ = fmt.Fprintf(hc.Stderr, "%s: trap: %s: bad trap\n", s.name, name)
			return exit(1)
		}
		s.set(sig, action)
	}
	return nil
}

// set gives a signal its default effect (-), none (the empty word), or a text.
func (s *shell) set(sig syscall.Signal, action string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.traps, sig)
	switch action {
	case "-":
		plainSignal(sig)
	case "":
		s.traps[sig] = ""
		signal.Ignore(sig)
	default:
		s.traps[sig] = action
		signal.Notify(s.sigs, sig, fence)
	}
}
