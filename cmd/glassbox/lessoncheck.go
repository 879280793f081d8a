package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"glassbox/lessons"
	"glassbox/tui"
)

// checkFlags are those of `glassbox lesson check`.
type checkFlags struct {
	lessonFlags
	run    bool
	strict bool
	steps  bool
	tape   string
}

// checkReport is what --json prints.
type checkReport struct {
	Format  int              `json:"format"`
	Faults  []lessons.Fault  `json:"faults,omitempty"`
	Lessons []lessons.Proof  `json:"lessons,omitempty"`
	Counts  map[string]int   `json:"counts"`
	Errors  []map[string]any `json:"errors,omitempty"`
}

func lessonCheck() *cobra.Command {
	f := &checkFlags{}
	c := &cobra.Command{
		Use: "check [NAME|FILE|DIR|TARBALL…]", Short: "Say what is wrong with lessons; with --run, prove them",
		Long: `Without --run the files are read: the spelling of fields, unknown facts, links, languages that
are out of step; each fault with its file and line. Nothing is run.

With --run each lesson is played with no person, in each of its languages. Every check must fail
before its solve and pass after it; the right answer of every question must be what the kernel
says; nothing may be left behind. A lesson that needs what this machine has not is skipped and
counted (--strict makes that a failure). Without names it is about the lessons that came with glassbox.

The exit status is 0 if all is well, 1 if not.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = lessons.Shipped()
			}
			if f.run {
				if done, err := inOuter(); done || err != nil {
					return err
				}
			}
			return f.check(cmd.Context(), cmd.OutOrStdout(), args)
		},
	}
	s := c.Flags()
	s.BoolVar(&f.run, "run", false, "play them with no person, and hold them against the kernel")
	s.BoolVar(&f.strict, "strict", false, "with --run: a skipped lesson is a failure")
	s.StringVar(&f.tape, "tape", "", "`DIR`: with --run, keep what was played in files there; recordings of lessons are made of them")
	s.BoolVar(&f.steps, "verbose", false, "with --run: tell everything that was held")
	s.BoolVar(&f.json, "json", false, "a report for machines")
	s.BoolVar(&f.trust, "trust", false, "run a stranger's commands without asking")
	s.StringVar(&f.lang, "lang", "", "`LANG`: only this language, en or ko")
	s.StringVar(&f.root, "root", "", "`DIR`: where images and containers are kept")
	return c
}

// check reads all, then plays all that is well.
func (f *checkFlags) check(ctx context.Context, w io.Writer, args []string) error {
	report := checkReport{Format: 1, Counts: map[string]int{}}
	var sets []*lessons.Set
	for _, a := range args {
		set, err := lessons.Open(a)
		var faults lessons.Faults
		if err == nil && !set.Shipped {
			if faults = set.TapeFaults(ctx); len(faults) > 0 {
				err = faults
			}
		}
		switch {
		case errors.As(err, &faults):
			report.Faults = append(report.Faults, faults...)
		case err != nil:
			report.Errors = append(report.Errors, map[string]any{"lesson": a, "text": err.Error()})
		default:
			sets = append(sets, set)
			continue
		}
		if !f.json {
			f.complain(w, err)
		}
	}
	if f.run {
		if err := f.prove(ctx, w, sets, &report); err != nil {
			return err
		}
	}
	f.total(w, &report, len(sets), len(args))
	bad := len(report.Faults)+len(report.Errors)+report.Counts[lessons.Fail] > 0 || f.strict && report.Counts[lessons.Skip] > 0
	if bad {
		return ended{1}
	}
	return nil
}

// spoken is the language of what is said; a report for machines is English.
func (f *checkFlags) spoken() tui.Lang {
	if f.json {
		return tui.EN
	}
	return tongue
}

// complain says what is wrong with a lesson, a line for each fault.
func (f *checkFlags) complain(w io.Writer, err error) {
	var faults lessons.Faults
	if !errors.As(err, &faults) {
		fmt.Fprintln(w, cleanLines(tui.Phrase(err.Error(), f.spoken())))
	}
	for _, one := range faults {
		one.Text = tui.Phrase(one.Text, f.spoken())
		fmt.Fprintln(w, cleanLines(one.Error()))
	}
}

// prove plays each lesson in each language.
func (f *checkFlags) prove(ctx context.Context, w io.Writer, sets []*lessons.Set, report *checkReport) error {
	for _, set := range sets {
		if !set.Shipped && !f.trust {
			if err := askTrust(set.Lessons, f.spoken()); err != nil {
				return err
			}
		}
		for _, l := range set.Lessons {
			if f.lang != "" && l.Lang != "" && l.Lang != f.lang || ctx.Err() != nil {
				continue
			}
			p, err := f.play(ctx, l)
			if err != nil {
				return err
			}
			report.Lessons = append(report.Lessons, p)
			report.Counts[p.Result]++
			if !f.json {
				f.tell(w, p)
			}
		}
	}
	return context.Cause(ctx)
}

// play plays one lesson, and tapes it where that was asked for.
func (f *checkFlags) play(ctx context.Context, l *lessons.Lesson) (p lessons.Proof, err error) {
	m := newLessonMachine(f.root, f.spoken())
	if f.tape == "" {
		return lessons.Prove(ctx, l, m), nil
	}
	j, ok := m.(interface{ Journal(run string) string })
	if !ok {
		return p, errors.New("--tape: there is nothing to tape on this system")
	}
	name := l.Name
	if l.Lang != "" {
		name += "." + l.Lang
	}
	w, err := os.Create(filepath.Join(f.tape, filepath.Base(name)+".jsonl"))
	if err != nil {
		return p, fmt.Errorf("keep what is played: %w", err)
	}
	t := lessons.NewTaper(l, m, w)
	t.Journal = j.Journal
	p = lessons.Prove(ctx, l, t)
	if err := w.Close(); err != nil {
		return p, fmt.Errorf("keep what is played: %w", err)
	}
	return p, nil
}

// tell says how one lesson went.
func (f *checkFlags) tell(w io.Writer, p lessons.Proof) {
	lang := f.spoken()
	fmt.Fprintf(w, "%s %s (%s) %d ms\n", lessonWord(lang, p.Result), clean(p.Lesson), clean(p.File), p.TookMS)
	for _, why := range p.Why {
		fmt.Fprintf(w, "     %s\n", clean(tui.Phrase(why, lang)))
	}
	if !f.steps {
		return
	}
	for _, pt := range p.Points {
		at := lessonText(lang, "point", pt.Step, pt.Line)
		fmt.Fprintf(w, "     %s %s: %s %s [%d ms]\n", lessonWord(lang, pt.Result), at, pt.Kind, clean(tui.Phrase(pt.Say, lang)), pt.TookMS)
	}
}

func (f *checkFlags) total(w io.Writer, report *checkReport, good, of int) {
	if f.json {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		_ = e.Encode(report)
		return
	}
	fmt.Fprint(w, lessonText(f.spoken(), "well written", good, of))
	if f.run {
		c := report.Counts
		fmt.Fprint(w, lessonText(f.spoken(), "played", c[lessons.Pass], c[lessons.Fail], c[lessons.Skip]))
	}
	fmt.Fprintln(w)
}

// cleanLines makes several lines safe for a terminal.
func cleanLines(s string) string {
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(clean(line))
	}
	return b.String()
}
