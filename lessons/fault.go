package lessons

import (
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with a lesson's file.
type Fault struct {
	File string `json:"file"`
	Line int    `json:"line"` // from 1; 0 where it is about the whole file
	Text string `json:"text"` // what is wrong, and what to do
}

func (f Fault) Error() string {
	if f.Line == 0 {
		return f.File + ": " + f.Text
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
}

// Faults is all that is wrong, in the order of the lines.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].Error()
	}
	return strings.Join(lines, "\n")
}

// What is told of a file that is all wrong: a person reads no more, and a
// stranger's file must not fill the terminal.
const (
	maxFaults = 50
	maxFault  = 500 // bytes
)

// add says one more.
func (f *Faults) add(file string, line int, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if len(text) > maxFault {
		text = strings.ToValidUTF8(text[:maxFault], "") + "…"
	}
	*f = append(*f, Fault{File: file, Line: line, Text: text})
}

// err is the faults as an error, or nil where there are none.
func (f Faults) err() error {
	if len(f) == 0 {
		return nil
	}
	slices.SortStableFunc(f, func(a, b Fault) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	f = slices.Compact(f)
	if n := len(f) - maxFaults; n > 0 {
		more := f[maxFaults].File
		f = f[:maxFaults:maxFaults]
		f.add(more, 0, "and %d faults more", n)
	}
	return f
}
