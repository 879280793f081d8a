package lessons

import (
	"strings"
	"time"
)

// kinds are the first words of the info strings that the program understands.
var kinds = []string{"stop", "look", "predict", "do", "check", "solve", "hint", "note", "timing"}

// languages are info strings of plain code blocks that are near to one of kinds.
var languages = []string{"go", "d", "dot", "c"}

// block takes one fenced block of ours into a step.
func (p *parser) block(s *Step, kind, attrs string, line int, text string) {
	switch kind {
	case "do", "check", "solve":
		p.command(s, kind, attrs, line, text)
		return
	case "hint", "note":
		p.words(s, kind, attrs, line, text)
		return
	}
	if attrs != "" {
		p.faults.add(p.file, line, "%s takes no words behind it: %q; its fields stand in the block", kind, attrs)
	}
	switch kind {
	case "stop":
		b := &Stop{Line: line}
		p.faults.within(strict(p.file, line+1, text, b))
		p.item(s, Item{Line: line, Stop: b})
	case "look":
		b := &Look{Line: line}
		p.faults.within(strict(p.file, line+1, text, b))
		p.item(s, Item{Line: line, Look: b})
	case "predict":
		b := &Predict{Line: line}
		p.faults.within(strict(p.file, line+1, text, b))
		p.item(s, Item{Line: line, Predict: b})
	case "timing":
		if s.Timing != nil {
			p.faults.add(p.file, line, "a second timing in this step")
		}
		s.Timing = &Timing{}
		p.faults.within(strict(p.file, line+1, text, s.Timing))
	}
}

// words takes a hint or a speaker's note.
func (p *parser) words(s *Step, kind, attrs string, line int, text string) {
	if attrs != "" {
		p.faults.add(p.file, line, "%s takes no words behind it: %q", kind, attrs)
	}
	text = strings.TrimSpace(text)
	if text == "" {
		p.faults.add(p.file, line, "an empty %s", kind)
	}
	if kind == "hint" {
		s.Hints = append(s.Hints, Block{line, text})
		return
	}
	s.Notes = append(s.Notes, Block{line, text})
}

// command takes what a shell runs.
func (p *parser) command(s *Step, kind, attrs string, line int, text string) {
	c := &Command{Line: line, Text: strings.TrimRight(text, "\n")}
	p.attrs(c, kind, attrs)
	if strings.TrimSpace(text) == "" {
		p.faults.add(p.file, line, "an empty %s", kind)
	}
	switch kind {
	case "do":
		p.item(s, Item{Line: line, Do: c})
	case "check":
		for _, i := range s.Items {
			if i.Check != nil {
				p.faults.add(p.file, line, "a second check in this step (the first is in line %d): a step has one task", i.Line)
				return
			}
		}
		p.item(s, Item{Line: line, Check: c})
	case "solve":
		if s.Solve != nil {
			p.faults.add(p.file, line, "a second solve in this step (the first is in line %d)", s.Solve.Line)
			return
		}
		s.Solve = c
	}
}

// attrs reads what stands behind do, check and solve: inside (the default) or
// outside, run=NAME, user=NAME, timeout=5s, fails.
func (p *parser) attrs(c *Command, kind, attrs string) {
	for _, word := range strings.Fields(attrs) {
		key, value, pair := strings.Cut(word, "=")
		switch {
		case word == "inside":
		case word == "outside":
			c.Outside = true
		case word == "fails" && kind == "do":
			c.Fails = true
		case key == "run" && pair && value != "":
			c.Run = value
		case key == "user" && pair && value != "":
			c.User = value
		case key == "timeout" && pair:
			d, err := time.ParseDuration(value)
			if err != nil || d <= 0 {
				p.faults.add(p.file, c.Line, "%q is no duration: timeout=5s", value)
			}
			c.Timeout = d
		default:
			known := []string{"inside", "outside", "run=NAME", "user=NAME", "timeout=5s"}
			if kind == "do" {
				known = append(known, "fails")
			}
			p.faults.add(p.file, c.Line, "unknown word %q behind %s%s", word, kind, meant(word, known))
		}
	}
	if c.Outside && c.User != "" {
		p.faults.add(p.file, c.Line, "user= is for commands inside: on the host they run as you")
	}
}
