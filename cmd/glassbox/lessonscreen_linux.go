package main

import (
	"context"
	"os"

	"github.com/charmbracelet/x/term"

	"glassbox/stages"
	"glassbox/tui"
)

// onScreen tells whether a lesson is played on the full screen.
func (f *startFlags) onScreen() bool {
	return !f.plain && term.IsTerminal(os.Stdout.Fd()) && term.IsTerminal(os.Stdin.Fd())
}

// play plays a lesson: on the screen, or in words.
func (f *startFlags) play(ctx context.Context, l lessonPlay) error {
	m, ok := l.p.Machine.(*lessonMachine)
	if ok {
		m.record = f.record
	}
	if ok && f.onScreen() {
		return f.screen(ctx, l, m)
	}
	return f.words(ctx, l)
}

// screen plays a lesson on the full screen.
func (f *startFlags) screen(ctx context.Context, l lessonPlay, m *lessonMachine) error {
	talk := newSpeaker()
	defer talk.close()
	o := tui.LessonOptions{
		Options: tui.Options{Theme: f.theme, Lang: tui.ParseLang(l.p.Lesson.Lang), Speak: talk.speak},
		Player:  l.p, All: l.all, From: l.from, Save: l.store.Save,
		Behind: func(run string) (tui.LiveRun, bool) {
			r := m.find(run)
			if r == nil {
				return tui.LiveRun{}, false
			}
			c := &controller{r: r.r, cancel: r.cancel, done: r.done, told: func() []string { return m.env(r) }}
			return tui.LiveRun{Journal: stages.JournalPath(r.r.Plan.State), Controller: c}, true
		},
	}
	switch {
	case f.auto > 0:
		o.Auto = f.auto
	case f.auto == 0:
		o.Auto = -1 // as long as each thing needs
	}
	return tui.RunLesson(ctx, o)
}
