package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"glassbox/lessons"
	"glassbox/tui"
)

// startFlags are those of `glassbox lesson start`.
type startFlags struct {
	lessonFlags
	plain  bool
	auto   time.Duration
	record string
	fresh  bool
	step   int
	theme  string
	talk   bool
	taping bool
}

func (f *startFlags) register(s *pflag.FlagSet) {
	s.StringVar(&f.lang, "lang", "", "`LANG`: en or ko; by default as the locale says")
	s.BoolVar(&f.trust, "trust", false, "run a stranger's commands without asking")
	s.BoolVar(&f.plain, "plain", false, "in words, a line at a time: for screen readers and pipes")
	autoFlag(s, &f.auto, 0, "`DELAY`: go on by itself, for talks; with that for every place")
	s.StringVar(&f.record, "record", "", "keep the first run's journal in `FILE`, for glassbox replay")
	s.BoolVar(&f.taping, "recording", false, "play a recording of the lesson: on any system, without privileges; it counts for nothing")
	s.BoolVar(&f.fresh, "fresh", false, "begin anew, and forget the progress")
	s.IntVar(&f.step, "step", 0, "`NUMBER`: begin at this step; what the steps before do is done")
	s.StringVar(&f.theme, "theme", "", "`THEME`: dark, light, 16, none or contrast")
	s.BoolVar(&f.talk, "talk", false, "a layout for a projector")
	s.StringVar(&f.root, "root", "", "`DIR`: where images and containers are kept")
}

func lessonStart() *cobra.Command {
	f := &startFlags{}
	c := &cobra.Command{
		Use: "start NAME|NUMBER|FILE|DIR|TARBALL", Short: "Start a lesson, or go on with it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.start(cmd.Context(), args[0]) },
	}
	f.register(c.Flags())
	return c
}

func lessonNext() *cobra.Command {
	f := &startFlags{}
	c := &cobra.Command{
		Use: "next", Short: "Start the first lesson that is not done", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, err := lessons.DefaultStore()
			if err != nil {
				return err
			}
			for _, name := range lessons.Names() {
				if s, err := store.Load(name); err != nil || s == nil || !s.Done {
					return f.start(cmd.Context(), name)
				}
			}
			fmt.Fprintln(cmd.OutOrStdout(), "Every lesson is done.")
			return nil
		},
	}
	f.register(c.Flags())
	return c
}

// start opens a lesson, asks where it must, and plays it.
func (f *startFlags) start(ctx context.Context, what string) error {
	if f.taping && f.record != "" {
		return errors.New("--record keeps the journal of a run, and --recording starts none: leave one of them out")
	}
	set, err := lessons.Open(what)
	if err != nil {
		return lessonError(err)
	}
	l := set.In(f.language())
	m := newLessonMachine(f.root, pickLang(f.lang))
	if f.taping {
		return f.taped(ctx, what, set, l)
	}
	if lacks := m.Lacks(l.Needs); len(lacks) > 0 {
		return f.lacking(ctx, what, set, l, lacks)
	}
	switch done, err := inOuter(); {
	case errors.As(err, &ended{}):
		return err
	case err != nil: // no user namespaces for this user
		return f.lacking(ctx, what, set, l, []string{tui.Phrase(err.Error(), pickLang(f.lang))})
	case done:
		return nil
	}
	if !set.Shipped && !f.trust {
		if err := askTrust(append([]*lessons.Lesson{l}, slices.DeleteFunc(slices.Clone(set.Lessons), func(o *lessons.Lesson) bool { return o == l })...), pickLang(f.lang)); err != nil {
			return err
		}
	}
	p := lessons.NewPlayer(l, m)
	store, err := lessons.DefaultStore()
	if err != nil {
		return err
	}
	from, err := f.from(store, p, set.Lessons)
	if err != nil {
		return err
	}
	err = f.play(ctx, lessonPlay{p: p, all: set.Lessons, store: store, from: from})
	return errors.Join(err, p.Close(context.WithoutCancel(ctx)))
}

// lessonPlay is a lesson that is about to be played.
type lessonPlay struct {
	p     *lessons.Player
	all   []*lessons.Lesson // in each of its languages
	store lessons.Store
	from  int // the step to begin at, from 0
	taped bool
}

// words plays a lesson a line at a time.
func (f *startFlags) words(ctx context.Context, l lessonPlay) error {
	v := &lessonPlain{p: l.p, all: l.all, store: l.store, taped: l.taped, w: stdout, in: os.Stdin, lang: pickLang(l.p.Lesson.Lang), auto: f.auto}
	return v.play(ctx, l.from)
}

// from is the step to begin at: the one asked for, or where the learner was.
func (f *startFlags) from(store lessons.Store, p *lessons.Player, all []*lessons.Lesson) (int, error) {
	if f.fresh {
		return 0, store.Remove(p.Lesson.Name)
	}
	old, err := store.Load(p.Lesson.Name)
	if err != nil {
		return 0, err
	}
	if old != nil && old.Form == p.Score.Form && !old.Done {
		p.Resume(old, all)
		if f.step == 0 {
			return old.Step, nil
		}
	}
	if f.step > len(p.Lesson.Steps) {
		return 0, fmt.Errorf("--step %d: the lesson has %d", f.step, len(p.Lesson.Steps))
	}
	return max(f.step-1, 0), nil
}
