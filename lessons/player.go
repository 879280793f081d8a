package lessons

import (
	"context"
	"errors"
	"fmt"
	"time"

	"glassbox/runtime/journal"
)

// Player ties a lesson to a machine: it goes from item to item, and is the one
// place that does. A view peeks at what comes next, shows it, and advances.
type Player struct {
	Lesson  *Lesson
	Machine Machine
	Score   *Score

	step, item int
	hints      int             // of this step, that were told
	started    map[string]bool // runs
	now        string          // the run that stopped last
	due        []asked         // questions whose answer was not read yet
	choice     int             // the answer to the question that is peeked at; -1: none
}

// asked is a question with the answer that was given; -1: none.
type asked struct {
	step   int
	p      *Predict
	choice int
}

// Verdict is a question's answer, as the kernel has it.
type Verdict struct {
	Predict *Predict
	Chosen  int // index of the choice; -1: none was made
	Right   int // index of the one that is right
	Value   Reading
	Against *Reading
}

// NewPlayer begins a lesson. Nothing is started before the first stop.
func NewPlayer(l *Lesson, m Machine) *Player {
	return &Player{Lesson: l, Machine: m, Score: NewScore(l), started: map[string]bool{}, choice: -1}
}

// Peek is the step and the item that comes next; the item is nil at a step's
// end, the step too at the lesson's.
func (p *Player) Peek() (*Step, *Item) {
	if p.step >= len(p.Lesson.Steps) {
		return nil, nil
	}
	s := &p.Lesson.Steps[p.step]
	if p.item >= len(s.Items) {
		return s, nil
	}
	return s, &s.Items[p.item]
}

// At is the number of the present step, from 0.
func (p *Player) At() int { return p.step }

// Now is the name of the run that stopped last; "" before the first.
func (p *Player) Now() string { return p.now }

// Answer chooses an answer to the question that comes next.
func (p *Player) Answer(choice int) { p.choice = choice }

// Advance does the item that comes next, and moves on: a run goes to its stop, a
// command is run, a question counts as asked. At a step's end the next step
// begins. The verdicts are those of questions whose answer can be read now. On an
// error nothing has moved; it may be tried again.
func (p *Player) Advance(ctx context.Context) (v []Verdict, r *Result, err error) {
	s, i := p.Peek()
	switch {
	case s == nil:
		return nil, nil, errors.New("the lesson is over")
	case i == nil:
		p.Score.stepDone(p.step)
		p.step, p.item, p.hints = p.step+1, 0, 0
		return nil, nil, nil
	case i.Stop != nil:
		err = p.stop(ctx, i.Stop)
	case i.Do != nil:
		r, err = p.command(ctx, i.Do)
	case i.Predict != nil:
		p.due = append(p.due, asked{p.step, i.Predict, p.choice})
		p.choice = -1
	}
	if err != nil {
		return nil, r, p.at(i.Line, err)
	}
	p.item++
	if i.Stop != nil || i.Do != nil || i.Predict != nil && !p.answeredLater(s) {
		v, err = p.verdicts(ctx)
	}
	return v, r, err
}

// answeredLater tells whether something is still to happen in the step, which a
// question waits for.
func (p *Player) answeredLater(s *Step) bool {
	for _, i := range s.Items[p.item:] {
		if i.Stop != nil || i.Do != nil {
			return true
		}
	}
	return false
}

// stop starts a run if it is its first stop, and lets it go on.
func (p *Player) stop(ctx context.Context, to *Stop) error {
	r, ok := p.Lesson.run(to.Run)
	if !ok {
		return fmt.Errorf("there is no run %q", to.Run)
	}
	ctx, cancel := p.limit(ctx, to.Timeout)
	defer cancel()
	if !p.started[r.Name] {
		if err := p.Machine.Start(ctx, r); err != nil {
			return fmt.Errorf("start %s: %w", r.Name, err)
		}
		p.started[r.Name] = true
	}
	p.now = r.Name
	if err := p.Machine.Go(ctx, r.Name, *to); err != nil {
		return to.missed(err)
	}
	return nil
}

// String is the place as a person says it.
func (s Stop) String() string {
	switch {
	case s.Before != "":
		return "before " + s.Before
	case s.After != "":
		return "after " + s.After
	case s.Call != "":
		return "the call " + s.Call
	}
	return s.At
}

// missed says that a run did not come to the place, and why.
func (s Stop) missed(err error) error {
	switch {
	case s.Before != "":
		return fmt.Errorf("go on to the gate before %s: %w", s.Before, err)
	case s.After != "":
		return fmt.Errorf("go on until %s is done: %w", s.After, err)
	case s.Call != "":
		return fmt.Errorf("go on to the call %s: %w", s.Call, err)
	case s.At == "running":
		return fmt.Errorf("go on until the program runs: %w", err)
	case s.At == "failed":
		return fmt.Errorf("go on until a stage fails: %w", err)
	}
	return fmt.Errorf("go on until all is over and undone: %w", err)
}

// command runs what a block says.
func (p *Player) command(ctx context.Context, c *Command) (*Result, error) {
	run := p.name(c.Run)
	ctx, cancel := p.limit(ctx, c.Timeout)
	defer cancel()
	r, err := p.Machine.Do(ctx, run, *c)
	if err == nil {
		err = ctx.Err()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &r, fmt.Errorf("the command did not end in time (timeout=…), and was killed: %w", err)
	}
	return &r, err
}

// name is the run that a block means: by its name, or the one that stopped last.
func (p *Player) name(run string) string {
	if run == "" {
		return p.now
	}
	return p.Lesson.RunName(run)
}

// limit bounds what a machine may take.
func (p *Player) limit(ctx context.Context, own time.Duration) (context.Context, context.CancelFunc) {
	d := DefaultTimeout
	if p.Lesson.Timeout > 0 {
		d = p.Lesson.Timeout
	}
	if own > 0 {
		d = own
	}
	return context.WithTimeout(ctx, d)
}

// State is what is known of a run now; of the one that stopped last for "". It
// is nil before the first stop.
func (p *Player) State(ctx context.Context, run string) (*journal.State, error) {
	if run = p.name(run); run == "" || !p.started[run] {
		return nil, nil
	}
	ctx, cancel := p.limit(ctx, 0)
	defer cancel()
	return p.Machine.State(ctx, run)
}

// at names the block that an error is about.
func (p *Player) at(line int, err error) error {
	return fmt.Errorf("%s:%d: %w", p.Lesson.File, line, err)
}

// Close ends the lesson's runs.
func (p *Player) Close(ctx context.Context) error {
	p.started, p.now = map[string]bool{}, ""
	return p.Machine.End(ctx)
}
