package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/stages"
	"glassbox/tui"
)

// controller is what the screen asks of a run in the same process.
type controller struct {
	r      *stages.Run
	cancel context.CancelCauseFunc
	done   <-chan struct{}
	told   func() []string // what a shell on the host is told; nil: where this run is
}

var _ tui.Controller = (*controller)(nil)

func (c *controller) Go(g tui.Go) error {
	switch g.Grain {
	case tui.ByStage, tui.MoveOn:
		c.r.Gate.Go(stages.StepStage)
	case tui.ByCall:
		c.r.Gate.Go(stages.StepCall)
	case tui.Retry:
		c.r.Gate.Retry()
	case tui.RunOn:
		if g.To != "" {
			c.r.Gate.To(g.To)
			return nil
		}
		c.r.Gate.Go(stages.StepNone)
	default:
		return fmt.Errorf("no grain is called %q", g.Grain)
	}
	return nil
}

func (c *controller) Auto(delay time.Duration) error {
	if delay <= 0 {
		delay = -1
	}
	c.r.Gate.Auto(delay)
	return nil
}

func (c *controller) Break(stage string, on bool) error {
	c.r.Gate.Break(stage, on)
	return nil
}

func (c *controller) Choices() ([]tui.Choice, error) {
	var list []tui.Choice
	for _, t := range stages.Things() {
		list = append(list, tui.Choice{Name: t, Stage: stages.StageOf(t), Out: c.r.Plan.Without(t)})
	}
	return list, nil
}

func (c *controller) Without(thing string, out bool) error { return c.r.Without(thing, out) }

func (c *controller) Snapshot() error {
	c.r.Snapshot()
	return nil
}

func (c *controller) Signal(name string) error {
	sig := signalOf(name)
	if sig == 0 {
		return fmt.Errorf("%q is no signal: TERM, KILL, HUP, USR1 …", name)
	}
	return c.r.Signal(sig)
}

// signalOf is a signal by its name, with SIG before it or not, or by its number; 0 if
// there is none.
func signalOf(name string) unix.Signal {
	if n, err := strconv.Atoi(name); err == nil && unix.SignalName(unix.Signal(n)) != "" {
		return unix.Signal(n)
	}
	return unix.SignalNum("SIG" + strings.TrimPrefix(strings.ToUpper(name), "SIG"))
}

func (c *controller) Limit(file, value string) error { return c.r.WriteLimit(file, value) }

func (c *controller) Files(path string) ([]tui.File, error) {
	list, err := c.r.Files(path)
	if err != nil {
		return nil, err
	}
	out := make([]tui.File, len(list))
	for i, e := range list {
		from := "upper"
		if e.Layer != stages.Upper {
			from = fmt.Sprint(e.Layer)
		}
		out[i] = tui.File{Name: e.Name, Dir: e.Mode.IsDir(), Mode: lsMode(e.Mode), Size: e.Size, Link: e.Link, From: from, Change: e.Change}
	}
	return out, nil
}

// maxShown bounds what is read of a file, and what is kept of a command's output.
const maxShown = 1 << 20

func (c *controller) Read(path string) ([]byte, error) { return c.r.Read(path, maxShown) }

func (c *controller) Unwind(now bool) error {
	c.cancel(errors.New("ended from the screen"))
	if now {
		c.r.Hurry()
	}
	return nil
}

// Run runs one command line inside or outside.
func (c *controller) Run(ctx context.Context, where journal.Side, line string) (tui.Result, error) {
	began := time.Now()
	var out bytes.Buffer
	code, err := c.command(ctx, where, line, &limited{w: &out, left: maxShown})
	return tui.Result{Out: out.Bytes(), Exit: code, Took: time.Since(began)}, err
}

func (c *controller) command(ctx context.Context, where journal.Side, line string, out io.Writer) (int, error) {
	if where == journal.Outside {
		cmd := exec.CommandContext(ctx, "sh", "-c", line)
		cmd.Env, cmd.Stdout, cmd.Stderr = c.env(), out, out
		err := cmd.Run()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return exit.ExitCode(), nil
		}
		return 0, err
	}
	ours, theirs, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer ours.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	j, err := c.r.Exec(stages.Command{Args: []string{"/bin/sh", "-c", line}, Stdio: []*os.File{null, theirs, theirs}})
	_ = theirs.Close()
	if err != nil {
		return 0, err
	}
	stop := context.AfterFunc(ctx, func() { _ = j.Process.Kill() })
	defer stop()
	_, _ = io.Copy(out, ours)
	st, err := j.Process.Wait()
	if err != nil {
		return 0, err
	}
	return stages.ExitCode(st), nil
}

// env tells a shell on the host where the container is.
func (c *controller) env() []string {
	if c.told != nil {
		return c.told()
	}
	env := os.Environ()
	for k, v := range c.r.Where() {
		env = append(env, k+"="+v)
	}
	return env
}

// Shell is a shell inside, joined with setns(2), or one on the host.
func (c *controller) Shell(where journal.Side) (tui.Command, error) {
	if where == journal.Inside {
		return &inside{r: c.r}, nil
	}
	shell := os.Getenv("SHELL")
	if shell == "" {
		shell = "/bin/sh"
	}
	cmd := exec.Command(shell)
	cmd.Env = c.env()
	return hostShell{cmd}, nil
}

// Attach is the program's own terminal.
func (c *controller) Attach() (tui.Command, error) {
	if !c.r.Plan.Ask.TTY && !c.r.Plan.Spec.Process.Terminal {
		return nil, errors.New("the program has no terminal: start it with -it")
	}
	return &inside{r: c.r, own: true}, nil
}

// limited writes only so many bytes.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(b []byte) (int, error) {
	n := min(len(b), l.left)
	l.left -= n
	_, err := l.w.Write(b[:n])
	return len(b), err
}

// lsMode is a mode as ls -l writes it.
func lsMode(m os.FileMode) string {
	b := []byte("----------")
	switch {
	case m.IsDir():
		b[0] = 'd'
	case m&os.ModeSymlink != 0:
		b[0] = 'l'
	case m&os.ModeCharDevice != 0:
		b[0] = 'c'
	case m&os.ModeDevice != 0:
		b[0] = 'b'
	case m&os.ModeNamedPipe != 0:
		b[0] = 'p'
	case m&os.ModeSocket != 0:
		b[0] = 's'
	}
	for i, c := range "rwxrwxrwx" {
		if m&(1<<(8-i)) != 0 {
			b[1+i] = byte(c)
		}
	}
	for _, s := range []struct {
		bit os.FileMode
		at  int
		c   byte
	}{{os.ModeSetuid, 3, 's'}, {os.ModeSetgid, 6, 's'}, {os.ModeSticky, 9, 't'}} {
		if m&s.bit == 0 {
			continue
		}
		if b[s.at] == '-' {
			b[s.at] = s.c - 'a' + 'A'
			continue
		}
		b[s.at] = s.c
	}
	return string(b)
}
