package tui

import (
	"io"
	"os"

	"github.com/charmbracelet/x/term"
)

// terminal is what a program writes to for w, the terminal where that is nil. It sends
// whole characters for halves, and leaves out resets that nobody sees.
func terminal(w io.Writer) io.Writer {
	if w == nil {
		w = os.Stdout
	}
	if f, ok := w.(term.File); ok {
		return &terminalFile{f, sender{Writer: f}}
	}
	return &sender{Writer: w}
}

// terminalFile is a terminal's file, of which the size can be asked.
type terminalFile struct {
	term.File
	to sender
}

func (f *terminalFile) Write(p []byte) (int, error) { return f.to.Write(p) }

// sender sends to a terminal.
type sender struct {
	io.Writer
	whole, lean []byte
}

func (s *sender) Write(p []byte) (int, error) {
	s.whole = rejoin(s.whole[:0], p)
	s.lean = lean(s.lean[:0], s.whole)
	if _, err := s.Writer.Write(s.lean); err != nil {
		return 0, err
	}
	return len(p), nil
}

// direct is a command that takes the terminal itself: a file, else what it writes
// would come through a pipe.
type direct struct{ Command }

// SetStdout gives it its output.
func (d direct) SetStdout(w io.Writer) {
	if f, ok := w.(*terminalFile); ok {
		w = f.File
	}
	d.Command.SetStdout(w)
}
