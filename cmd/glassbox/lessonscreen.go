package main

import (
	"context"

	"glassbox/tui"
)

// onScreen tells whether a lesson is played on the full screen.
func (f *startFlags) onScreen() bool {
	return !f.plain && onTerminal()
}

// screen plays a lesson on the full screen.
func (f *startFlags) screen(ctx context.Context, l lessonPlay, behind func(run string) (tui.LiveRun, bool)) error {
	talk := newSpeaker()
	defer talk.close()
	o := tui.LessonOptions{
		Options: tui.Options{Theme: f.theme, Lang: tui.ParseLang(l.p.Lesson.Lang), Speak: talk.speak},
		Player:  l.p, All: l.all, From: l.from, Save: l.store.Save, Behind: behind, Taped: l.taped,
	}
	switch {
	case f.auto > 0:
		o.Auto = f.auto
	case f.auto == 0:
		o.Auto = -1 // as long as each thing needs
	}
	return tui.RunLesson(ctx, o)
}
