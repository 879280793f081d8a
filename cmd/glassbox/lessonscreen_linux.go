package main

import (
	"context"

	"glassbox/stages"
	"glassbox/tui"
)

// play plays a lesson: on the screen, or in words.
func (f *startFlags) play(ctx context.Context, l lessonPlay) error {
	m, ok := l.p.Machine.(*lessonMachine)
	if ok {
		m.record = f.record
	}
	if !ok || !f.onScreen() {
		return f.words(ctx, l)
	}
	return f.screen(ctx, l, func(run string) (tui.LiveRun, bool) {
		r := m.find(run)
		if r == nil {
			return tui.LiveRun{}, false
		}
		c := &controller{r: r.r, cancel: r.cancel, done: r.done, told: func() []string { return m.env(r) }}
		return tui.LiveRun{Journal: stages.JournalPath(r.r.Plan.State), Controller: c}, true
	})
}
