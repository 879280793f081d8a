package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"glassbox/lessons"
	"glassbox/runtime/journal"
	"glassbox/stages"
)

// goTo lets the run go on from gate to gate until it is at a place.
func (l *lessonRun) goTo(ctx context.Context, to lessons.Stop) error {
	over := false
	for passed := uint64(0); ; {
		l.mu.Lock()
		more, gate, waiting := l.changed, l.gate, l.state.Gate != nil
		there, err := l.arrived(to, over)
		l.mu.Unlock()
		switch {
		case there || err != nil:
			return err
		case over:
			return fmt.Errorf("the run is over: %w", l.where())
		case waiting && gate.Seq != passed:
			passed = gate.Seq
			l.pass(to)
			continue
		}
		if over, err = l.wait(ctx, more); err != nil {
			return err
		}
	}
}

// pass opens the gate, at the grain that the place needs.
func (l *lessonRun) pass(to lessons.Stop) {
	if to.Call != "" {
		l.r.Gate.Go(stages.StepCall)
		return
	}
	l.r.Gate.Go(stages.StepStage)
}

// arrived tells whether the run is at a place, or can't come there any more. The
// lock is held.
func (l *lessonRun) arrived(to lessons.Stop, over bool) (bool, error) {
	all := journal.Stages()
	at := -1 // the stage before which it waits
	if l.state.Gate != nil {
		switch l.state.Gate.At {
		case "failure":
			if to.At == "failed" {
				return true, nil
			}
			l.r.Gate.Go(stages.StepStage)
			return false, fmt.Errorf("the stage %s failed: %s", l.gate.Stage, l.said())
		case "stage":
			at = slices.Index(all, l.gate.Stage)
		}
	}
	exec := l.state.Stage("exec")
	switch {
	case to.At == "exited", to.After == "exit":
		return over, nil
	case to.Before != "":
		want := slices.Index(all, to.Before)
		if st := l.state.Stage(to.Before); at > want && st != nil && st.State == journal.Skipped {
			return false, fmt.Errorf("the stage %s is left out in this run: %s", to.Before, st.Why)
		}
		if at > want {
			return false, fmt.Errorf("the run is past it, at the gate before %s: the step has to begin anew", all[at])
		}
		return at == want, nil
	case to.At == "running", to.After == "exec":
		if at == len(all)-1 {
			return false, fmt.Errorf("the program has ended already: %s", l.said())
		}
		return exec != nil && exec.State == journal.Done, nil
	case to.After != "":
		return at > slices.Index(all, to.After), nil
	case to.Call != "":
		return l.state.Gate != nil && l.state.Gate.At == "call" && matches(l.state.Gate, to.Call), nil
	}
	return false, nil
}

// matches tells whether a gate is before a call that a lesson names: its name,
// and words that its arguments have.
func matches(g *journal.Gate, want string) bool {
	name, text := "", ""
	switch {
	case g.Call != nil:
		name, text = g.Call.Name, g.Call.Sh
		for _, a := range g.Call.Args {
			text += " " + a.Value
		}
	case g.Write != nil:
		name, text = "write", g.Write.Path+" "+g.Write.Value
	}
	words := strings.Fields(want)
	if len(words) == 0 || words[0] != name {
		return false
	}
	return !slices.ContainsFunc(words[1:], func(w string) bool { return !strings.Contains(text, w) })
}

// where says where the run is, for errors.
func (l *lessonRun) where() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := reached(l.state.Current())
	if x := l.state.Exit; x != nil {
		err = fmt.Errorf("%w: the program has ended with %d", err, x.Code)
	}
	if said := l.said(); said != "" {
		err = fmt.Errorf("%w: %s", err, said)
	}
	return err
}

// reached says how far a run has come.
func reached(st *journal.Stage) error {
	if st == nil {
		return errors.New("no stage has begun")
	}
	switch st.State {
	case journal.Done:
		return fmt.Errorf("the stage %s is done", st.Name)
	case journal.Failed:
		return fmt.Errorf("the stage %s has failed", st.Name)
	case journal.Skipped:
		return fmt.Errorf("the stage %s is left out", st.Name)
	}
	return fmt.Errorf("the stage %s has begun", st.Name)
}

// said is the last error, or the end of what the program printed. The lock is held.
func (l *lessonRun) said() string {
	if n := len(l.state.Errors); n > 0 {
		return l.state.Errors[n-1].String()
	}
	var b strings.Builder
	for _, c := range l.state.Output {
		b.Write(c.Data)
	}
	s := strings.TrimSpace(b.String())
	return s[max(0, len(s)-200):]
}
