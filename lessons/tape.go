package lessons

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"glassbox/runtime/journal"
)

// A tape is a lesson that was played once: JSON, one object a line. The first has
// Lesson; then come the journals' lines as they were written, each with its Run,
// and between them what the lesson asked for, as it was answered.
type tapeLine struct {
	Lesson string `json:"lesson,omitempty"` // of a tape's first line

	Run   string          `json:"run,omitempty"`
	Event json.RawMessage `json:"event,omitempty"` // a line of the run's journal

	Did  string   `json:"did,omitempty"` // start, go, state, do
	To   string   `json:"to,omitempty"`  // of go: the place
	Do   *Command `json:"do,omitempty"`
	Out  string   `json:"out,omitempty"` // of do: what was printed
	Exit int      `json:"exit,omitempty"`
}

// Taper plays on a machine, and writes a tape of it. Journal names the file of a
// run's journal.
type Taper struct {
	Machine
	Journal func(run string) string

	mu   sync.Mutex
	w    *json.Encoder
	runs map[string]*follower
	list []string // the runs, as they were started
}

// follower reads what was appended to a file.
type follower struct {
	f  *os.File
	in *bufio.Reader
	at []byte // the beginning of a line whose end is not there yet
}

// NewTaper begins a tape of a lesson.
func NewTaper(l *Lesson, m Machine, w io.Writer) *Taper {
	t := &Taper{Machine: m, w: json.NewEncoder(w), runs: map[string]*follower{}}
	t.w.SetEscapeHTML(false)
	_ = t.w.Encode(tapeLine{Lesson: l.Name}) // an error comes back with the last line
	return t
}

// take writes what the runs' journals have got, and then what was done.
func (t *Taper) take(did tapeLine) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, run := range t.list {
		for {
			line, err := t.runs[run].next()
			if err != nil {
				break // there is no more of it now
			}
			if err := t.w.Encode(tapeLine{Run: run, Event: line}); err != nil {
				return fmt.Errorf("write the tape: %w", err)
			}
		}
	}
	if err := t.w.Encode(did); err != nil {
		return fmt.Errorf("write the tape: %w", err)
	}
	return nil
}

func (f *follower) next() ([]byte, error) {
	part, err := f.in.ReadBytes('\n')
	f.at = append(f.at, part...)
	if err != nil {
		return nil, err
	}
	line := f.at[:len(f.at)-1]
	f.at = nil
	return line, nil
}

// Start begins a run, and to follow its journal.
func (t *Taper) Start(ctx context.Context, r Run) error {
	if err := t.Machine.Start(ctx, r); err != nil {
		return err
	}
	f, err := os.Open(t.Journal(r.Name))
	if err != nil {
		return fmt.Errorf("tape the run %s: %w", r.Name, err)
	}
	t.runs[r.Name] = &follower{f: f, in: bufio.NewReader(f)}
	t.list = append(t.list, r.Name)
	return t.take(tapeLine{Did: "start", Run: r.Name})
}

// Go lets a run go on, and tapes what happened on the way.
func (t *Taper) Go(ctx context.Context, run string, to Stop) error {
	return errors.Join(t.Machine.Go(ctx, run, to), t.take(tapeLine{Did: "go", Run: run, To: to.String()}))
}

// State looks at a run, and tapes what was seen.
func (t *Taper) State(ctx context.Context, run string) (*journal.State, error) {
	s, err := t.Machine.State(ctx, run)
	return s, errors.Join(err, t.take(tapeLine{Did: "state", Run: run}))
}

// Do runs a command, and tapes how that went.
func (t *Taper) Do(ctx context.Context, run string, c Command) (Result, error) {
	r, err := t.Machine.Do(ctx, run, c)
	return r, errors.Join(err, t.take(tapeLine{Did: "do", Run: run, Do: &c, Out: r.Out, Exit: r.Exit}))
}

// End ends the runs. What happens then is not on the tape: a lesson that is over
// shows nothing more.
func (t *Taper) End(ctx context.Context) error {
	for _, f := range t.runs {
		_ = f.f.Close()
	}
	t.runs, t.list = map[string]*follower{}, nil
	return t.Machine.End(ctx)
}
