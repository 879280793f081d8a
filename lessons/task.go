package lessons

import (
	"context"
	"errors"
)

// Check runs the check that comes next, and tells whether the task is done. The
// result's output is the feedback.
func (p *Player) Check(ctx context.Context) (*Result, bool, error) {
	_, i := p.Peek()
	if i == nil || i.Check == nil {
		return nil, false, errors.New("there is no task here")
	}
	r, err := p.command(ctx, i.Check)
	if err != nil {
		return r, false, p.at(i.Line, err)
	}
	p.Score.tried(p.step, p.hints, r.Exit == 0)
	return r, r.Exit == 0, nil
}

// Solve runs the step's own solution.
func (p *Player) Solve(ctx context.Context) (*Result, error) {
	s, _ := p.Peek()
	if s == nil || s.Solve == nil {
		return nil, errors.New("this step has no solution")
	}
	p.Score.shown(p.step)
	r, err := p.command(ctx, s.Solve)
	if err != nil {
		return r, p.at(s.Solve.Line, err)
	}
	return r, nil
}

// Hint is the next hint of the step; left is how many there are after it.
func (p *Player) Hint() (text string, left int, ok bool) {
	s, _ := p.Peek()
	if s == nil || p.hints >= len(s.Hints) {
		return "", 0, false
	}
	p.hints++
	p.Score.hinted(p.step, p.hints)
	return s.Hints[p.hints-1].Text, len(s.Hints) - p.hints, true
}

// Reset brings the lesson to the beginning of a step: the runs are ended and
// started again, and what the steps before do is done again, with their own
// solutions and without their questions. It also resumes a lesson.
func (p *Player) Reset(ctx context.Context, step int) error {
	if err := p.Close(ctx); err != nil {
		return err
	}
	p.step, p.item, p.hints, p.due, p.choice = 0, 0, 0, nil, -1
	for p.step < min(step, len(p.Lesson.Steps)) {
		if err := p.again(ctx); err != nil {
			return err
		}
	}
	return nil
}

// again does one item without a person.
func (p *Player) again(ctx context.Context) error {
	s, i := p.Peek()
	switch {
	case i == nil:
		p.step, p.item = p.step+1, 0
		return nil
	case i.Stop != nil:
		if err := p.stop(ctx, i.Stop); err != nil {
			return p.at(i.Line, err)
		}
	case i.Do != nil:
		if _, err := p.command(ctx, i.Do); err != nil {
			return p.at(i.Line, err)
		}
	case i.Check != nil && s.Solve != nil:
		if _, err := p.command(ctx, s.Solve); err != nil {
			return p.at(s.Solve.Line, err)
		}
	}
	p.item++
	return nil
}
