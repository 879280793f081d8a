package main

import (
	"time"

	"glassbox/tui"
)

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
