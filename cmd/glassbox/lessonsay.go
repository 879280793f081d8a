package main

import (
	"context"
	"fmt"
	"strings"

	"glassbox/lessons"
	"glassbox/runtime/journal"
	"glassbox/tui"
)

// lessonWords is what the plain account of a lesson says itself.
var lessonWords = map[string][2]string{
	"going on":     {"Going on at step %d. What the steps before did is done again.", "%d단계부터 이어서 합니다. 앞 단계에서 한 일을 다시 합니다."},
	"to stop":      {"[Enter] goes on to: %s", "[Enter] 다음 자리로: %s"},
	"taped":        {"This is a recording of the lesson: each value was read when it was made. Checks and solutions are the recorded ones, commands of your own can't be run, and nothing counts.", "이 학습의 녹화입니다. 모든 값은 녹화할 때 읽은 것입니다. 확인과 풀이도 녹화된 것이고, 다른 명령은 실행할 수 없으며, 기록에 남지 않습니다."},
	"not recorded": {"It was not recorded: this is a recording, and runs nothing.", "녹화되어 있지 않습니다. 녹화에서는 아무것도 실행하지 않습니다."},
	"one language": {"This lesson has no other language.", "이 학습에는 다른 언어가 없습니다."},
	"to run":       {"[Enter] runs it", "[Enter] 실행"},
	"answer":       {"Your answer, 1, 2 …; [Enter] without one; g language, q leave", "답의 번호 1, 2 …, [Enter] 답 없이, g 언어, q 나가기"},
	"task":         {"[Enter] checks; a command is run inside, !command on the host; h hint, s solution, x go on, g language, q leave", "[Enter] 확인, 명령은 안에서, !명령은 호스트에서 실행, h 힌트, s 풀이, x 다음, g 언어, q 나가기"},
	"no hint":      {"There is no further hint.", "힌트가 더 없습니다."},
	"hints left":   {"   (%d more)", "   (%d개 남음)"},
	"left":         {"Left. What is done is kept; the same command goes on from here.", "나갑니다. 한 일은 기록되었고, 같은 명령으로 이어서 할 수 있습니다."},
	"host":         {"on the host ", "호스트에서 "},
	"inside":       {"inside ", "안에서 "},
	"right":        {"Right: %s", "맞습니다: %s"},
	"wrong":        {"Not so: %s", "아닙니다: %s"},
	"is":           {"It is: %s", "답: %s"},
	"said":         {"%s says %s", "%s의 값: %s"},
	"absent":       {"%s is not there", "%s: 없습니다"},
	"compared":     {"compared with %s: %s", "비교한 값 %s: %s"},
	"done":         {"Done: %s", "됐습니다: %s"},
	"not yet":      {"Not yet: %s", "아직입니다: %s"},
	"status":       {"(exit status %d)", "(종료 코드 %d)"},
	"summary":      {"\nThe lesson is over: %d of %d predictions were right, %d of %d tasks are solved.", "\n학습이 끝났습니다. 예측 %[2]d개 중 %[1]d개를 맞혔고, 과제 %[4]d개 중 %[3]d개를 풀었습니다."},
	"predicted":    {"   Step %d: %s\n      you said: %s\n      it is: %s (%s)\n      often believed, but not so: %s", "   %d단계: %s\n      고른 답: %s\n      실제: %s (%s)\n      %s"},
	"read on":      {"Read on: %s", "더 읽을 것: %s"},
	"outside":      {"outside", "밖"},
	"in":           {"inside", "안"},
	"more lines":   {"      (%d more lines)", "      (%d줄 더)"},
}

// t is a text in the view's language.
func (v *lessonPlain) t(key string) string {
	w := lessonWords[key]
	if v.lang == tui.KO {
		return w[1]
	}
	return w[0]
}

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
		if want == "" || strings.Contains(line, want) {
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
