package main

import (
	"context"
	"fmt"
	"strings"

	"glassbox/lessons"
	"glassbox/runtime/journal"
	"glassbox/tui"
)

// t is a text in the view's language.
func (v *lessonPlain) t(key string) string { return lessonWord(v.lang, key) }

func (v *lessonPlain) say(format string, args ...any) { fmt.Fprintf(v.w, format+"\n", args...) }

func (v *lessonPlain) where(c *lessons.Command) string {
	if c.Outside {
		return v.t("host")
	}
	return v.t("inside")
}

// width is how wide prose is wrapped.
const width = 78

func (v *lessonPlain) prose(markdown string) {
	for _, line := range prose(markdown, width) {
		fmt.Fprintln(v.w, line)
	}
}

// prose is Markdown as lines of plain text.
func prose(markdown string, w int) []string {
	var out []string
	before := ""
	for i, p := range lessons.Prose(markdown) {
		if i > 0 && (p.Kind != lessons.ListItem || p.Mark == "" || before != lessons.ListItem) {
			out = append(out, "")
		}
		before = p.Kind
		if p.Kind == lessons.CodeBlock {
			for _, l := range p.Lines {
				out = append(out, "    "+clean(l))
			}
			continue
		}
		first, rest := "", ""
		switch p.Kind {
		case lessons.Quotation:
			first, rest = "| ", "| "
		case lessons.ListItem:
			rest = strings.Repeat("   ", p.Level)
			first = rest
			if p.Mark != "" {
				first = strings.Repeat("   ", p.Level-1) + tui.Pad(p.Mark, 3)
			}
		}
		for n, l := range tui.Wrap(plainSpans(p.Spans), w-tui.Width(rest)) {
			if n == 0 {
				out = append(out, first+l)
				continue
			}
			out = append(out, rest+l)
		}
	}
	return out
}

// plainSpans is a paragraph's text without its manners; code keeps its marks.
func plainSpans(spans []lessons.Span) string {
	var b strings.Builder
	for _, s := range spans {
		text := cleanLines(s.Text)
		if s.Code {
			text = "`" + text + "`"
		}
		b.WriteString(text)
	}
	return b.String()
}

// result tells what a command printed.
func (v *lessonPlain) result(r *lessons.Result) {
	out := strings.TrimRight(r.Out, "\n")
	if out != "" {
		v.say("     %s", strings.ReplaceAll(cleanLines(out), "\n", "\n     "))
	}
	if r.Exit != 0 {
		v.say("     "+v.t("status"), r.Exit)
	}
}

func (v *lessonPlain) checked(r *lessons.Result, ok bool) {
	key := "not yet"
	if ok {
		key = "done"
	}
	v.say("   "+v.t(key), strings.ReplaceAll(cleanLines(strings.TrimSpace(r.Out)), "\n", "\n     "))
}

// verdict tells a question's answer, and what it was read from.
func (v *lessonPlain) verdict(d lessons.Verdict) {
	right := d.Predict.Choices[d.Right]
	switch {
	case d.Chosen < 0:
		v.prose(fmt.Sprintf(v.t("is"), right.Text))
	case d.Chosen == d.Right:
		v.prose(fmt.Sprintf(v.t("right"), right.Text))
	default:
		v.prose(fmt.Sprintf(v.t("wrong"), d.Predict.Choices[d.Chosen].Wrong))
		v.prose(fmt.Sprintf(v.t("is"), right.Text))
	}
	if d.Value.Absent {
		v.say("   "+v.t("absent"), clean(d.Value.Source))
	} else {
		v.say("   "+v.t("said"), short(d.Value.Source, 60), short(d.Value.Text, 200))
	}
	if d.Against != nil && !d.Against.Absent {
		v.say("   "+v.t("compared"), short(d.Against.Source, 60), short(d.Against.Text, 200))
	}
}

// shownLines bounds what is told of one fact.
const shownLines = 8

// look tells the facts that a step points at, from both sides.
func (v *lessonPlain) look(ctx context.Context, k *lessons.Look) error {
	s, err := v.p.State(ctx, k.Run)
	if err != nil || s == nil {
		return err
	}
	for _, name := range k.Fact {
		for _, side := range k.Sides() {
			f, ok := s.Fact(name, side)
			if !ok {
				continue
			}
			word := v.t("outside")
			if side == journal.Inside {
				word = v.t("in")
			}
			v.fact(word, f, k.Highlight)
		}
	}
	return nil
}

func (v *lessonPlain) fact(side string, f journal.Fact, want string) {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSpace(string(f.Value.Bytes())), "\n") {
		if want == "" || lessons.WordAt(line, want) >= 0 {
			lines = append(lines, short(line, 160))
		}
	}
	if len(lines) == 0 {
		return
	}
	if len(lines) == 1 {
		v.say("   %s  %s: %s", side, clean(f.Value.Source), lines[0])
		return
	}
	v.say("   %s  %s:", side, clean(f.Value.Source))
	for _, l := range lines[:min(len(lines), shownLines)] {
		v.say("      %s", l)
	}
	if n := len(lines) - shownLines; n > 0 {
		v.say(v.t("more lines"), n)
	}
}

// summary tells what was predicted wrongly, and where to read on.
func (v *lessonPlain) summary() {
	s := v.p.Score
	right, solved := 0, 0
	for _, a := range s.Answers {
		if a.OK {
			right++
		}
	}
	for _, t := range s.Tasks {
		if t.Solved {
			solved++
		}
	}
	v.say(v.t("summary"), right, v.p.Lesson.Predictions(), solved, v.p.Lesson.Tasks())
	for _, a := range s.Answers {
		if !a.OK && a.Chosen != "" {
			v.say(v.t("predicted"), a.Step, clean(a.Ask), clean(a.Chosen), clean(a.Right), clean(a.Read), clean(a.Wrong))
		}
	}
	var read []string
	for _, r := range v.p.Lesson.Read {
		read = append(read, r.String())
	}
	if len(read) > 0 {
		v.say(v.t("read on"), strings.Join(read, ", "))
	}
}
