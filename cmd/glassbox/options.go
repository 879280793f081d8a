package main

import (
	"errors"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/pflag"

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

// stay is a flag's value: how long to stay at a place. One below zero is refused,
// since within it means that nobody asked to go on.
type stay time.Duration

// String writes the delay as the flag takes it.
func (d *stay) String() string { return time.Duration(*d).String() }

// Type is what pflag calls it.
func (*stay) Type() string { return "duration" }

// Set takes 3s, 500ms.
func (d *stay) Set(text string) error {
	v, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return errors.New("a delay is a number with its unit, as in 3s or 500ms")
	case v < 0:
		return errors.New("a delay is not below zero, as in 3s or 500ms")
	}
	*d = stay(v)
	return nil
}

// autoFlag adds --auto: below zero as long as it is not given, usual without a value.
func autoFlag(s *pflag.FlagSet, auto *time.Duration, usual time.Duration, usage string) {
	*auto = -1
	s.Var((*stay)(auto), "auto", usage)
	a := s.Lookup("auto")
	a.DefValue, a.NoOptDefVal = "", usual.String()
}

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
