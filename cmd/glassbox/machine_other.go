//go:build !linux

package main

import (
	"context"
	"errors"

	"glassbox/lessons"
	"glassbox/runtime/journal"
	"glassbox/tui"
)

// lessonMachine is a machine that can start no container: lessons are read and
// checked here, not played.
type lessonMachine struct{ lang tui.Lang }

var errNoLinux = errors.New("containers need a Linux kernel")

func newLessonMachine(_ string, lang tui.Lang) lessons.Machine { return lessonMachine{lang} }

func (m lessonMachine) Lacks(lessons.Needs) []string {
	return []string{lessonWord(m.lang, "needs Linux")}
}
func (lessonMachine) Start(context.Context, lessons.Run) error       { return errNoLinux }
func (lessonMachine) Go(context.Context, string, lessons.Stop) error { return errNoLinux }
func (lessonMachine) End(context.Context) error                      { return nil }
func (lessonMachine) Left() []string                                 { return nil }

func (lessonMachine) State(context.Context, string) (*journal.State, error) { return nil, errNoLinux }

func (lessonMachine) Do(context.Context, string, lessons.Command) (lessons.Result, error) {
	return lessons.Result{}, errNoLinux
}

// play has no containers to play with: Lacks said so before.
func (f *startFlags) play(ctx context.Context, l lessonPlay) error { return f.words(ctx, l) }

// inOuter is for kernels that have namespaces.
func inOuter() (done bool, err error) { return false, nil }
