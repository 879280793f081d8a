package main

import "glassbox/tui"

// options are what the flags say of the screen.
func (f *runFlags) options() tui.Options {
	o := tui.Options{Theme: f.theme, Talk: f.talk}
	if f.lang != "" {
		o.Lang = tui.ParseLang(f.lang)
	}
	if f.auto >= 0 {
		o.Auto = f.auto
	}
	return o
}
