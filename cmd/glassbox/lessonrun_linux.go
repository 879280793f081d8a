package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

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
	go hurry(ctx, r)
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
		return false, fmt.Errorf("it took too long; now: %w: %w", l.where(), ctx.Err())
	}
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
