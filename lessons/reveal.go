package lessons

import (
	"context"
	"fmt"
	"strings"
)

// verdicts reads the values that the due questions are about.
func (p *Player) verdicts(ctx context.Context) ([]Verdict, error) {
	var list []Verdict
	due := p.due
	p.due = nil
	for _, a := range due {
		v, err := p.verdict(ctx, a)
		if err != nil {
			return list, p.at(a.p.Line, err)
		}
		p.Score.predicted(a.step, v)
		list = append(list, v)
	}
	return list, nil
}

func (p *Player) verdict(ctx context.Context, a asked) (Verdict, error) {
	v := Verdict{Predict: a.p, Chosen: a.choice}
	var err error
	if v.Value, err = p.read(ctx, &a.p.Value); err != nil {
		return v, err
	}
	v.Value.Run = a.p.Value.Run
	other := Reading{Absent: true}
	if a.p.Against != nil {
		if other, err = p.read(ctx, a.p.Against); err != nil {
			return v, err
		}
		other.Run = a.p.Against.Run
		v.Against = &other
	}
	v.Right, err = a.p.right(v.Value, other)
	return v, err
}

// read reads one value now.
func (p *Player) read(ctx context.Context, v *Value) (Reading, error) {
	if v.Command != "" {
		r, err := p.command(ctx, &Command{Outside: v.Side != "inside", Run: v.Run, Timeout: v.Timeout, Text: v.Command})
		if err != nil {
			return Reading{}, fmt.Errorf("read what `%s` prints: %w", shorten(v.Command), err)
		}
		text, err := v.of(strings.TrimRight(r.Out, "\n"))
		if err != nil {
			return Reading{}, fmt.Errorf("read what `%s` prints: %w", shorten(v.Command), err)
		}
		return Reading{Text: text, Source: v.Command}, nil
	}
	s, err := p.State(ctx, v.Run)
	if err != nil {
		return Reading{}, err
	}
	if s == nil {
		return Reading{Absent: true, Source: placesOf(v.Fact)}, nil
	}
	return v.read(s)
}
