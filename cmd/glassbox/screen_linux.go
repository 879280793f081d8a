package main

import (
	"context"
	"errors"
	"os"

	"github.com/charmbracelet/x/term"

	"glassbox/stages"
	"glassbox/tui"
)

// onScreen tells whether the run is shown on the full screen: on a terminal,
// unless another view was asked for.
func (f *runFlags) onScreen() bool {
	return !f.plain && !f.json && !f.quiet && f.bundle == "" && onTerminal()
}

// screen runs the stages behind the full screen, and ends them when the person leaves.
func (f *runFlags) screen(outside context.Context, r *stages.Run) error {
	ctx, cancel := context.WithCancelCause(outside)
	defer cancel(nil)
	r.Watch.Store(true)
	r.Stdin = nil // the keys belong to the screen; attaching hands them over
	go hurry(outside, r)
	if err := r.Serve(cancel); err != nil {
		return err
	}
	if cols, rows, err := term.GetSize(os.Stdout.Fd()); err == nil {
		r.Rows, r.Cols = uint16(rows), uint16(cols)
	}
	var code int
	var failed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		code, failed = r.Go(ctx)
	}()
	talk := newSpeaker()
	defer talk.close()
	o := f.options()
	o.Speak = talk.speak
	if f.talk { // a talk goes on when a stage fails on the stage
		path, remove, err := recording(nil)
		if err != nil {
			return err
		}
		defer remove()
		o.Fallback = path
	}
	o.Journal, o.Signal = stages.JournalPath(r.Plan.State), r.Journal.Signal()
	o.Controller, o.Done = &controller{r: r, cancel: cancel, done: done}, done
	shown, leave := context.WithCancel(context.WithoutCancel(ctx))
	defer leave()
	go func() { // a signal from outside, such as a terminal's end, unwinds and then ends the screen too
		<-outside.Done()
		<-done
		leave()
	}()
	err := tui.Run(shown, o)
	cancel(errors.New("the screen was left"))
	<-done
	if err != nil {
		return err
	}
	if failed != nil {
		say(failed.Error())
	}
	if code != 0 {
		return ended{code}
	}
	return nil
}
