package lessons

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"glassbox/runtime/journal"
)

// The results of a proof.
const (
	Pass = "pass"
	Fail = "fail"
	Skip = "skip"
)

// Proof is how a lesson went that was played with no person: machine-readable.
type Proof struct {
	Lesson string   `json:"lesson"`
	Lang   string   `json:"lang,omitempty"`
	File   string   `json:"file"`
	Result string   `json:"result"`         // Pass, Fail or Skip
	Why    []string `json:"why,omitempty"`  // of Skip: what the machine lacks; of Fail: what is not as the lesson says
	Left   []string `json:"left,omitempty"` // what it left behind
	TookMS int64    `json:"took_ms"`
	Points []Point  `json:"points,omitempty"`
}

// Point is one thing that was held against the machine.
type Point struct {
	Step   int    `json:"step"` // from 1
	Line   int    `json:"line"`
	Kind   string `json:"kind"` // stop, look, predict, do, check, solve
	Result string `json:"result"`
	Say    string `json:"say,omitempty"` // what was read, or what is wrong
	TookMS int64  `json:"took_ms"`
}

// Prove plays a lesson with no person. Every check must fail before its solve and
// pass after it; every question's right answer must be the one that the author
// expects, by what the kernel says; every command must end as it is meant to; and
// nothing may be left behind. A machine that lacks something skips the lesson. It
// stops at the first thing that is not so.
func Prove(ctx context.Context, l *Lesson, m Machine) (proof Proof) {
	began := time.Now()
	proof = Proof{Lesson: l.Name, Lang: l.Lang, File: l.File, Result: Pass}
	defer func() { proof.TookMS = time.Since(began).Milliseconds() }()
	if lacks := m.Lacks(l.Needs); len(lacks) > 0 {
		proof.Result, proof.Why = Skip, lacks
		return proof
	}
	pr := &prover{p: NewPlayer(l, m), proof: &proof}
	err := pr.play(ctx)
	if e := pr.p.Close(context.WithoutCancel(ctx)); e != nil {
		err = errors.Join(err, fmt.Errorf("end the lesson's runs: %w", e))
	}
	if proof.Left = m.Left(); len(proof.Left) > 0 {
		err = errors.Join(err, fmt.Errorf("left behind: %s", strings.Join(proof.Left, ", ")))
	}
	if _, taped := m.(*Taped); taped {
		proof.Result, proof.Why = Skip, []string{"a recording was played: it proves nothing"}
	}
	if err != nil {
		proof.Result, proof.Why = Fail, strings.Split(err.Error(), "\n")
	}
	return proof
}

type prover struct {
	p     *Player
	proof *Proof
}

func (pr *prover) play(ctx context.Context) error {
	for {
		s, i := pr.p.Peek()
		if s == nil {
			return nil
		}
		began, before := time.Now(), len(pr.proof.Points)
		err := pr.item(ctx, s, i)
		if n := len(pr.proof.Points); n > before {
			pr.proof.Points[n-1].TookMS = time.Since(began).Milliseconds()
		}
		if err != nil {
			return err
		}
	}
}

// point keeps what was held, and makes an error of what is not so.
func (pr *prover) point(line int, kind, say string, err error) error {
	pt := Point{Step: pr.p.At() + 1, Line: line, Kind: kind, Result: Pass, Say: say}
	if err != nil {
		pt.Result, pt.Say = Fail, err.Error()
		if !strings.HasPrefix(pt.Say, pr.p.Lesson.File) {
			err = pr.p.at(line, err)
		}
	}
	pr.proof.Points = append(pr.proof.Points, pt)
	return err
}

func (pr *prover) item(ctx context.Context, s *Step, i *Item) error {
	if i == nil {
		_, _, err := pr.p.Advance(ctx)
		return err
	}
	if i.Check != nil {
		if err := pr.check(ctx, s, i.Check); err != nil {
			return err
		}
	}
	v, r, err := pr.p.Advance(ctx)
	switch {
	case i.Stop != nil && (err == nil || len(v) == 0):
		err = pr.point(i.Line, "stop", i.Stop.String(), err)
	case i.Do != nil && (err == nil || r == nil || len(v) == 0):
		err = pr.did(i.Do, r, err)
	case i.Look != nil:
		err = pr.look(ctx, i.Look)
	}
	for _, one := range v {
		if e := pr.verdict(one); e != nil {
			return e
		}
	}
	if err != nil && i.Predict != nil {
		return pr.point(i.Line, "predict", "", err)
	}
	return err
}

// did holds how a command ended.
func (pr *prover) did(c *Command, r *Result, err error) error {
	switch {
	case err != nil:
	case c.Fails && r.Exit == 0:
		err = errors.New("the command is meant to fail (`do fails`), and exited with 0")
	case !c.Fails && r.Exit != 0:
		err = fmt.Errorf("the command exited with %d: %s", r.Exit, shorten(r.Out))
	}
	say := ""
	if r != nil {
		say = shorten(r.Out)
	}
	return pr.point(c.Line, "do", say, err)
}

// verdict holds the author's answer against the kernel's.
func (pr *prover) verdict(v Verdict) error {
	c := v.Predict.Choices[v.Right]
	from, text := v.Value.Source, shorten(v.Value.Text)
	var err error
	if !c.Right {
		err = fmt.Errorf("%s says %q, so that choice %d (%s) is right, which the lesson does not mark right", from, text, v.Right+1, shorten(c.Text))
	}
	return pr.point(v.Predict.Line, "predict", fmt.Sprintf("%s: %q", from, text), err)
}

// check holds a task: not done before its solution, done after it.
func (pr *prover) check(ctx context.Context, s *Step, c *Command) error {
	r, ok, err := pr.p.Check(ctx)
	if err == nil && ok {
		err = errors.New("the check passes before the task is done")
	}
	say := ""
	if r != nil {
		say = shorten(r.Out)
	}
	if err == nil && say == "" {
		err = errors.New("the check fails and says nothing: its output is the learner's feedback")
	}
	if err := pr.point(c.Line, "check", say, err); err != nil {
		return err
	}
	r, err = pr.p.Solve(ctx)
	if err == nil && r.Exit != 0 {
		err = fmt.Errorf("the solution exited with %d: %s", r.Exit, shorten(r.Out))
	}
	if err := pr.point(s.Solve.Line, "solve", "", err); err != nil {
		return err
	}
	r, ok, err = pr.p.Check(ctx)
	if err == nil && !ok {
		err = fmt.Errorf("the check does not pass after the solution: %s", shorten(r.Out))
	}
	return pr.point(c.Line, "check", "passes after its solution", err)
}

// look holds that there is something to see.
func (pr *prover) look(ctx context.Context, k *Look) error {
	st, err := pr.p.State(ctx, k.Run)
	if err == nil && st == nil {
		err = errors.New("no run has been started: there is nothing to look at")
	}
	if err == nil && len(k.Fact) > 0 {
		err = k.seen(st)
	}
	return pr.point(k.Line, "look", strings.Join(k.Fact, ", "), err)
}

// seen tells whether one of the facts is there, and the highlight in one of them.
func (k *Look) seen(st *journal.State) error {
	found, lit := false, k.Highlight == ""
	for _, side := range k.Sides() {
		for _, name := range k.Fact {
			if f, ok := st.Fact(name, side); ok && f.Value.Err == "" {
				found = true
				lit = lit || WordAt(string(f.Value.Bytes()), k.Highlight) >= 0
			}
		}
	}
	switch {
	case !found:
		return fmt.Errorf("none of the facts %s was read here", strings.Join(k.Fact, ", "))
	case !lit:
		return fmt.Errorf("none of the facts %s has %q", strings.Join(k.Fact, ", "), k.Highlight)
	}
	return nil
}

// Sides are the sides that a look is at.
func (k *Look) Sides() []journal.Side {
	switch k.Side {
	case "inside":
		return []journal.Side{journal.Inside}
	case "outside":
		return []journal.Side{journal.Outside}
	}
	return []journal.Side{journal.Outside, journal.Inside}
}
