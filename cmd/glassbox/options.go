package main

import (
	"os"
	"time"

	"github.com/charmbracelet/x/term"

	"glassbox/tui"
)

// drawable tells whether standard output is a terminal that can be drawn on. One that
// calls itself dumb (an editor's shell) can't move its cursor: it gets plain words.
func drawable() bool {
	return term.IsTerminal(os.Stdout.Fd()) && os.Getenv("TERM") != "dumb"
}

// onTerminal tells whether a person sits there: the keys are read from the standard input.
func onTerminal() bool { return drawable() && term.IsTerminal(os.Stdin.Fd()) }

// usualDelay is that of --auto without a value.
const usualDelay = 3 * time.Second

// options are what the flags say of the screen.
func (f *runFlags) options() tui.Options {
	o := tui.Options{Theme: f.theme, Talk: f.talk}
	if f.lang != "" {
		o.Lang = tui.ParseLang(f.lang)
	}
	if f.auto >= 0 {
		o.Auto = f.auto
	}
	if f.loop {
		if o.Loop = true; o.Auto == 0 {
			o.Auto = usualDelay
		}
	}
	return o
}
