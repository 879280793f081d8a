package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sync"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"
	"golang.org/x/sys/unix"

	"glassbox/stages"
)

// hostShell is a shell on the host, as a command that takes the terminal.
type hostShell struct{ *exec.Cmd }

func (h hostShell) SetStdin(r io.Reader)  { h.Stdin = r }
func (h hostShell) SetStdout(w io.Writer) { h.Stdout = w }
func (h hostShell) SetStderr(w io.Writer) { h.Stderr = w }

// inside takes the terminal for a shell in the container, or for the program's own.
type inside struct {
	r   *stages.Run
	own bool
	in  io.Reader
	out io.Writer
}

func (i *inside) SetStdin(r io.Reader)  { i.in = r }
func (i *inside) SetStdout(w io.Writer) { i.out = w }
func (i *inside) SetStderr(io.Writer)   {}

// keys reads the terminal until it is told to stop.
type keys struct {
	cancelreader.CancelReader
	reading sync.Mutex
}

func (k *keys) Read(b []byte) (int, error) {
	k.reading.Lock()
	defer k.reading.Unlock()
	return k.CancelReader.Read(b)
}

// stop ends the read that is under way and waits for it: closed before, it would
// go on, and take the first key that is meant for the screen.
func (k *keys) stop() {
	k.Cancel()
	k.reading.Lock()
	defer k.reading.Unlock()
	_ = k.Close()
}

// Run hands the terminal over until the shell ends, or the detach keys are pressed.
func (i *inside) Run() error {
	reader, err := cancelreader.NewReader(os.Stdin)
	if err != nil {
		return fmt.Errorf("read the terminal: %w", err)
	}
	in := &keys{CancelReader: reader}
	defer in.stop()
	state, err := term.MakeRaw(os.Stdin.Fd())
	if err != nil {
		return fmt.Errorf("make the terminal raw: %w", err)
	}
	defer func() { _ = term.Restore(os.Stdin.Fd(), state) }()
	if i.own {
		fmt.Fprint(i.out, "the program's own terminal; ctrl-p ctrl-q leaves it\r\n")
		defer onResize(i.r.Resize)()
		err := i.r.Attach(in, i.out)
		if errors.Is(err, stages.ErrDetached) {
			return nil
		}
		return err
	}
	return i.shell(in)
}

// shell runs bash, or sh, in the container.
func (i *inside) shell(in io.Reader) error {
	cols, rows, err := term.GetSize(os.Stdout.Fd())
	if err != nil {
		cols, rows = 80, 24
	}
	c := stages.Command{Args: []string{"/bin/bash"}, TTY: true, Rows: uint16(rows), Cols: uint16(cols)}
	j, err := i.r.Exec(c)
	if err != nil {
		c.Args = []string{"/bin/sh"}
		j, err = i.r.Exec(c)
	}
	if err != nil {
		return err
	}
	defer j.Master.Close()
	defer onResize(func(rows, cols uint16) { stages.SetSize(j.Master, rows, cols) })()
	go func() { _, _ = io.Copy(j.Master, in) }()
	_, _ = io.Copy(i.out, j.Master) // EIO ends it: the last slave is closed
	_, err = j.Process.Wait()
	return err
}

// onResize hands on the terminal's size, now and whenever it changes, until it is stopped.
func onResize(set func(rows, cols uint16)) (stop func()) {
	tell := func() {
		if cols, rows, err := term.GetSize(os.Stdout.Fd()); err == nil {
			set(uint16(rows), uint16(cols))
		}
	}
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, unix.SIGWINCH)
	done, ended := make(chan struct{}), make(chan struct{})
	tell()
	go func() {
		defer close(ended)
		for {
			select {
			case <-resized:
				tell()
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(resized); close(done); <-ended }
}
