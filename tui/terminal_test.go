package tui

import (
	"io"
	"os"
	"os/exec"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// TestCommandsHaveTheTerminal: what takes the terminal for a while gets the file, not a
// pipe to it.
func TestCommandsHaveTheTerminal(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c := &taker{exec.Command("true")}
	direct{c}.SetStdout(terminal(w))
	if c.Stdout != w {
		t.Errorf("its output is %T, want the file", c.Stdout)
	}
	_ = w.Close()
	var _ tea.ExecCommand = direct{c}
}

type taker struct{ *exec.Cmd }

func (c *taker) SetStdin(r io.Reader)  { c.Stdin = r }
func (c *taker) SetStdout(w io.Writer) { c.Stdout = w }
func (c *taker) SetStderr(w io.Writer) { c.Stderr = w }
