package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"glassbox/lessons"
	"glassbox/runtime/journal"
	"glassbox/stages"
)

// lessonRun is one run of a lesson: its stages in one goroutine, the fold of its
// journal in another.
type lessonRun struct {
	name   string
	r      *stages.Run
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when the stages are over
	code   int
	err    error
	image  func() // stops serving the demo image
	in     *journal.Reader

	mu      sync.Mutex
	state   *journal.State
	gate    journal.Event // the last gate that waited
	snaps   uint64        // the event of the last snapshot that was asked for: one that had begun before may miss what was just done
	changed chan struct{} // closed and made anew when there is more
	read    chan struct{} // closed when the journal was read to its end
}

// startLesson begins a run; it waits before its first stage.
func startLesson(ctx context.Context, f *runFlags, p *stages.Plan) (*lessonRun, error) {
	r, err := f.prepare(p)
	if err != nil {
		return nil, err
	}
	r.Stdin = nil
	r.Gate = stages.NewGate(stages.StepStage, -1)
	r.Watch.Store(true)
	run := &lessonRun{r: r, done: make(chan struct{}), read: make(chan struct{}), changed: make(chan struct{})}
	if run.image, err = f.source(p, r); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if run.in, err = journal.Open(stages.JournalPath(p.State)); err != nil {
		run.image()
		return nil, errors.Join(err, r.Close())
	}
	run.state = journal.NewState(run.in.Header)
	ctx, run.cancel = context.WithCancelCause(ctx)
	if err := r.Serve(run.cancel); err != nil {
		run.image()
		return nil, errors.Join(err, run.in.Close(), r.Close())
	}
	go func() {
		defer close(run.done)
		run.code, run.err = r.Go(ctx)
	}()
	go run.follow()
	return run, nil
}

// follow folds the journal as it is written.
func (l *lessonRun) follow() {
	defer close(l.read)
	for {
		l.drain()
		select {
		case <-l.r.Journal.Signal():
		case <-l.done:
			l.drain()
			return
		}
	}
}

func (l *lessonRun) drain() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		e, err := l.in.Next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				l.state.Errors = append(l.state.Errors, journal.Error{Text: err.Error()})
			}
			break
		}
		l.state.Apply(e)
		switch {
		case e.Gate != nil && e.Gate.State == journal.Waiting:
			l.gate = e
		case e.Snapshot != nil && e.Snapshot.When == "on demand":
			l.snaps = e.Seq
		}
	}
	close(l.changed)
	l.changed = make(chan struct{})
}

// wait waits until there is more of the journal, or the run or ctx is over.
func (l *lessonRun) wait(ctx context.Context, more <-chan struct{}) (over bool, err error) {
	select {
	case <-more:
		return false, nil
	case <-l.read:
		return true, nil
	case <-ctx.Done():
		return false, fmt.Errorf("it took too long; now: %s: %w", l.where(), ctx.Err())
	}
}

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
			return fmt.Errorf("the run is over: %s", l.where())
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
func (l *lessonRun) where() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := "not begun"
	if st := l.state.Current(); st != nil {
		s = fmt.Sprintf("stage %s, %s", st.Name, st.State)
	}
	if x := l.state.Exit; x != nil {
		s += fmt.Sprintf(", the program ended with %d", x.Code)
	}
	if said := l.said(); said != "" {
		s += "; " + said
	}
	return s
}

// said is the last error, or the end of what the program printed. The lock is held.
func (l *lessonRun) said() string {
	if n := len(l.state.Errors); n > 0 {
		return l.state.Errors[n-1].Text
	}
	var b strings.Builder
	for _, c := range l.state.Output {
		b.Write(c.Data)
	}
	s := strings.TrimSpace(b.String())
	return s[max(0, len(s)-200):]
}

// look is the state now. A program that runs is observed anew first.
func (l *lessonRun) look(ctx context.Context) (*journal.State, error) {
	l.mu.Lock()
	before, more := l.snaps, l.changed
	l.mu.Unlock()
	for asked := false; l.running(); {
		if !asked {
			l.r.Snapshot()
			asked = true
		}
		over, err := l.wait(ctx, more)
		if err != nil {
			return nil, err
		}
		l.mu.Lock()
		fresh := l.snaps > before
		more = l.changed
		l.mu.Unlock()
		if over || fresh {
			break
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state.Clone(), nil
}

// running tells whether the program runs.
func (l *lessonRun) running() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	exec := l.state.Stage("exec")
	return exec != nil && exec.State == journal.Done && l.state.Gate == nil && l.state.Exit == nil
}

// end ends the run at once, and undoes it.
func (l *lessonRun) end() error {
	l.cancel(errors.New("the lesson went on without it"))
	l.r.Hurry()
	<-l.done
	<-l.read
	l.image()
	err := l.r.Close()
	if e := l.in.Close(); err == nil {
		err = e
	}
	return err
}
