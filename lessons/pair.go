package lessons

import (
	"fmt"
	"reflect"
	"strings"
)

// pair says where two languages of a lesson are out of step: they have the same
// steps, blocks and answers; prose, questions, answers' words, misconceptions,
// hints, notes and what scripts say are the language's own.
func pair(a, b *Lesson) (f Faults) {
	say := func(line int, format string, args ...any) { f.add(b.File, line, format, args...) }
	fa, fb := a.Front, b.Front
	fa.Title, fb.Title = "", ""
	va, vb := reflect.ValueOf(fa), reflect.ValueOf(fb)
	for i := range va.NumField() {
		if !reflect.DeepEqual(va.Field(i).Interface(), vb.Field(i).Interface()) {
			say(b.line, "%s is not what %s has", va.Type().Field(i).Tag.Get("yaml"), a.File)
		}
	}
	if len(a.Steps) != len(b.Steps) {
		line := b.Steps[min(len(a.Steps), len(b.Steps)-1)].Line
		say(line, "%d steps, where %s has %d", len(b.Steps), a.File, len(a.Steps))
		return f
	}
	for i := range a.Steps {
		sa, sb := skeleton(&a.Steps[i]), skeleton(&b.Steps[i])
		for k := range max(len(sa), len(sb)) {
			switch {
			case k >= len(sb):
				say(b.Steps[i].Line, "step %d has no %s, as line %d of %s", i+1, sa[k].kind, sa[k].line, a.File)
			case k >= len(sa):
				say(sb[k].line, "step %d of %s has no such %s", i+1, a.File, sb[k].kind)
			case sa[k].kind != sb[k].kind:
				say(sb[k].line, "%s, where line %d of %s is %s", sb[k].kind, sa[k].line, a.File, sa[k].kind)
			case sa[k].text != sb[k].text:
				say(sb[k].line, "this %s is not the one in line %d of %s", sb[k].kind, sa[k].line, a.File)
			default:
				continue
			}
			break
		}
	}
	return f
}

// bone is one block without its words.
type bone struct {
	line       int
	kind, text string
}

// skeleton is a step without its words.
func skeleton(s *Step) []bone {
	var list []bone
	add := func(line int, kind string, v any) { list = append(list, bone{line, kind, fmt.Sprintf("%+v", v)}) }
	for _, i := range s.Items {
		switch {
		case i.Stop != nil:
			c := *i.Stop
			c.Line = 0
			add(i.Line, "stop", c)
		case i.Look != nil:
			c := *i.Look
			c.Line = 0
			add(i.Line, "look", c)
		case i.Predict != nil:
			add(i.Line, "predict", i.Predict.bones())
		case i.Do != nil:
			add(i.Line, "do", i.Do.bones())
		case i.Check != nil:
			add(i.Line, "check", i.Check.bones())
		}
	}
	if s.Solve != nil {
		add(s.Solve.Line, "solve", s.Solve.bones())
	}
	for _, h := range s.Hints {
		add(h.Line, "hint", "")
	}
	for _, n := range s.Notes {
		add(n.Line, "note", "")
	}
	if s.Timing != nil {
		add(s.Line, "timing", *s.Timing)
	}
	return list
}

func (c *Command) bones() string {
	d := *c
	d.Line, d.Text = 0, unsaid(c.Text)
	return fmt.Sprintf("%+v", d)
}

func (p *Predict) bones() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v", p.Value)
	if p.Against != nil {
		fmt.Fprintf(&b, " against %+v", *p.Against)
	}
	for _, c := range p.Choices {
		fmt.Fprintf(&b, " (%s %t %t)", c.When, c.Right, c.Wrong != "")
	}
	return b.String()
}
