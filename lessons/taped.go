package lessons

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"glassbox/runtime/journal"
)

// Taped is a machine that has nothing but a tape: what a lesson asks for is
// answered as it was when the tape was made, and the runs' journals grow as they
// did. It needs no container, no privileges and no Linux; and it proves nothing.
type Taped struct {
	tape []tapeLine
	did  int // the line that was answered last; -1: none
	at   int // the line until which the journals have grown
	dir  string
	runs map[string]*tapedRun
}

// tapedRun is the journal of one run, as far as the lesson has come.
type tapedRun struct {
	f     *os.File
	in    *journal.Reader
	state *journal.State
}

var _ Machine = (*Taped)(nil)

// ErrTape says that the tape has no answer.
var ErrTape = errors.New("this is a recording: it has only what was recorded")

// Journal is the file of a run's journal, as far as the lesson has come.
func (t *Taped) Journal(run string) (path string, ok bool) {
	if t.runs[run] == nil {
		return "", false
	}
	return t.runs[run].f.Name(), true
}

// Lacks says nothing: a tape has what its lesson needs.
func (t *Taped) Lacks(Needs) []string { return nil }

// Left says nothing: nothing was started.
func (t *Taped) Left() []string { return nil }

// Start begins to show a run.
func (t *Taped) Start(_ context.Context, r Run) error {
	return t.answer(func(l *tapeLine) bool { return l.Did == "start" && l.Run == r.Name })
}

// Go goes on to where the run was when it had come to a place.
func (t *Taped) Go(_ context.Context, run string, to Stop) error {
	return t.answer(func(l *tapeLine) bool { return l.Did == "go" && l.Run == run && l.To == to.String() })
}

// State is what was known of a run where the tape is now.
func (t *Taped) State(_ context.Context, run string) (*journal.State, error) {
	r := t.runs[run]
	if r == nil {
		return nil, fmt.Errorf("the run %q has not been started", run)
	}
	for {
		e, err := r.in.Next()
		if errors.Is(err, io.EOF) {
			return r.state.Clone(), nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the recording: %w", err)
		}
		r.state.Apply(e)
	}
}

// Do says what a command had printed. A check that is asked again before its
// solution says the same again.
func (t *Taped) Do(_ context.Context, run string, c Command) (Result, error) {
	text := unsaid(c.Text)
	err := t.answer(func(l *tapeLine) bool {
		return l.Did == "do" && l.Run == run && l.Do.Outside == c.Outside && l.Do.User == c.User && unsaid(l.Do.Text) == text
	})
	if err != nil {
		return Result{}, err
	}
	l := &t.tape[t.did]
	return Result{Out: resaid(l.Out, l.Do.Text, c.Text), Exit: l.Exit}, nil
}

// End goes back to the beginning.
func (t *Taped) End(context.Context) error {
	var errs []error
	for _, r := range t.runs {
		errs = append(errs, r.in.Close(), r.f.Close())
	}
	if t.dir != "" {
		errs = append(errs, os.RemoveAll(t.dir))
	}
	t.runs, t.dir, t.did, t.at = map[string]*tapedRun{}, "", -1, -1
	return errors.Join(errs...)
}

// answer winds to the next line that is the answer, or stays at the present one;
// and then to where the runs were looked at after it.
func (t *Taped) answer(is func(*tapeLine) bool) error {
	for i := max(t.did, 0); i < len(t.tape); i++ {
		if !is(&t.tape[i]) {
			continue
		}
		t.did = i
		to := i
		for k := i + 1; k < len(t.tape) && (t.tape[k].Did == "" || t.tape[k].Did == "state"); k++ {
			if t.tape[k].Did == "state" {
				to = k
			}
		}
		return t.wind(to)
	}
	return ErrTape
}

// wind lets the journals grow to where they were at a line of the tape.
func (t *Taped) wind(to int) error {
	for t.at < to {
		t.at++
		if l := &t.tape[t.at]; l.Event != nil {
			if err := t.grow(l); err != nil {
				return fmt.Errorf("show the recording: %w", err)
			}
		}
	}
	return nil
}

// grow appends a line to a run's journal; the first one is its header.
func (t *Taped) grow(l *tapeLine) error {
	line := append(append([]byte{}, l.Event...), '\n')
	if r := t.runs[l.Run]; r != nil {
		_, err := r.f.Write(line)
		return err
	}
	if t.dir == "" {
		dir, err := os.MkdirTemp("", "glassbox-recording-")
		if err != nil {
			return err
		}
		t.dir = dir
	}
	if l.Run != filepath.Base(l.Run) || strings.ContainsAny(l.Run, `/\`) {
		return fmt.Errorf("a run is named %q", l.Run)
	}
	f, err := os.Create(filepath.Join(t.dir, l.Run+".jsonl"))
	if err != nil {
		return err
	}
	if _, err = f.Write(line); err != nil {
		return errors.Join(err, f.Close())
	}
	in, err := journal.Open(f.Name())
	if err != nil {
		return errors.Join(err, f.Close())
	}
	t.runs[l.Run] = &tapedRun{f: f, in: in, state: journal.NewState(in.Header)}
	return nil
}
