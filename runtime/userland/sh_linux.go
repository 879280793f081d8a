package userland

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// shell is mvdan.cc/sh's interpreter, and what a shell as a process needs beside
// it: jobs with a PID that kill and ps know, exec that replaces the process,
// traps of real signals, a prompt.
type shell struct {
	run         *interp.Runner
	name        string // $0
	interactive bool

	mu       sync.Mutex   // of what follows: pipes and subshells run beside each other
	known    map[int]bool // children that somebody waits for
	jobs     map[int]*job // background jobs, by PID
	order    []int        // their PIDs, oldest first
	settling sync.Mutex
	traps    map[syscall.Signal]string
	sigs     chan os.Signal // trapped ones that came
}

// sh is the shell: sh, sh FILE, sh -c TEXT.
func sh(args []string) int {
	s := &shell{name: "sh", known: map[int]bool{}, jobs: map[int]*job{}, traps: map[syscall.Signal]string{}, sigs: make(chan os.Signal, 64)}
	c, err := s.flags(args)
	if err != nil {
		return misuse("sh", err)
	}
	options := append(c.options, "--")
	s.run, err = interp.New(
		interp.Params(append(options, c.params...)...),
		interp.StdIO(os.Stdin, os.Stdout, os.Stderr),
		interp.CallHandler(s.call),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return s.exec }),
	)
	if err != nil {
		return misuse("sh", err)
	}
	if os.Getpid() == 1 {
		go s.reap()
	}
	if status, ok := s.inherit(); !ok {
		return status
	}
	switch {
	case c.text != nil:
		return s.script(strings.NewReader(*c.text), s.name, true)
	case c.file != "":
		f, err := os.Open(c.file)
		if err != nil {
			complain("sh", "%s: %s", c.file, reason(err))
			return 127
		}
		defer func() { _ = f.Close() }()
		return s.script(f, c.file, false)
	}
	_, notty := unix.IoctlGetTermios(0, unix.TCGETS)
	s.interactive = c.interactive || notty == nil
	return s.lines()
}

// command is what a command line of sh asks for.
type command struct {
	text        *string
	file        string
	interactive bool
	options     []string // of set: -e, -u, -o pipefail
	params      []string // $1, $2 …
}

// flags reads the command line: sh(1p).
func (s *shell) flags(args []string) (c command, err error) {
	text, stdin := false, false
	for len(args) > 0 && len(args[0]) > 1 && (args[0][0] == '-' || args[0][0] == '+') {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			break
		}
		for _, letter := range arg[1:] {
			switch letter {
			case 'c':
				text = true
			case 'i':
				c.interactive = true
			case 's':
				stdin = true
			case 'l':
			case 'o':
				if len(args) == 0 {
					return c, fmt.Errorf("-o wants the name of an option")
				}
				c.options = append(c.options, arg[:1]+"o", args[0])
				args = args[1:]
			case 'a', 'e', 'f', 'n', 'u', 'x':
				c.options = append(c.options, arg[:1]+string(letter))
			default:
				return c, fmt.Errorf("invalid option -- '%c'", letter)
			}
		}
	}
	switch {
	case text && len(args) == 0:
		return c, fmt.Errorf("-c wants a text")
	case text:
		c.text, args = &args[0], args[1:]
		if len(args) > 0 {
			s.name, args = args[0], args[1:]
		}
	case len(args) > 0 && !stdin:
		c.file, args = args[0], args[1:]
		s.name = c.file
	}
	c.params = args
	return c, nil
}

// script runs a whole text. Where that is a single command, the shell becomes
// it, as other shells do: no process is left that only waits.
func (s *shell) script(r io.Reader, name string, single bool) int {
	file, err := syntax.NewParser().Parse(r, name)
	if err != nil {
		return s.unparsed(err)
	}
	if single {
		s.tailCall(file)
	}
	s.prepare(file)
	err = s.run.Run(context.Background(), file)
	return s.end(err)
}

func (s *shell) unparsed(err error) int {
	complain("sh", "%v", err)
	return 2
}

// end runs the traps of signals that came during the last command, and makes an
// exit status of its error.
func (s *shell) end(err error) int {
	exited := s.run.Exited()
	status := s.status(err)
	if text := s.due(); text != "" && !exited {
		if file, perr := syntax.NewParser().Parse(strings.NewReader(text), s.name); perr == nil {
			s.prepare(file)
			for _, st := range file.Stmts {
				if terr := s.run.Run(context.Background(), st); s.run.Exited() {
					return s.status(terr)
				}
			}
		}
	}
	return status
}

func (s *shell) status(err error) int {
	var status interp.ExitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	}
	complain("sh", "%v", err)
	return 1
}
