package lessons

import (
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// resaid puts what a script has said in one language into the words of the same
// script in another: line by line, as their echos say it.
func resaid(out, from, to string) string {
	if from == to {
		return out
	}
	was, is := echoed(from), echoed(to)
	if len(was) != len(is) {
		return out
	}
	lines := strings.Split(out, "\n")
	for i, line := range lines {
		for k := range was {
			if text, ok := was[k].reword(line, is[k]); ok {
				lines[i] = text
				break
			}
		}
	}
	return strings.Join(lines, "\n")
}

// saying is what an echo says: its words' parts, in order. A part is a text, or what the
// shell puts there, by its source.
type saying []part

type part struct {
	text  string
	shell bool
}

// echoed are the sayings of a script's echos that have quoted words.
func echoed(text string) []saying {
	f, err := script(text)
	if err != nil {
		return nil
	}
	var list []saying
	syntax.Walk(f, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		if !ok || len(c.Args) < 2 || c.Args[0].Lit() != "echo" {
			return true
		}
		var s saying
		for i, w := range c.Args[1:] {
			if i > 0 {
				s = append(s, part{text: " "})
			}
			s.parts(text, w.Parts)
		}
		list = append(list, s)
		return false
	})
	return list
}

func (s *saying) parts(text string, list []syntax.WordPart) {
	for _, p := range list {
		switch p := p.(type) {
		case *syntax.Lit:
			*s = append(*s, part{text: p.Value})
		case *syntax.SglQuoted:
			*s = append(*s, part{text: p.Value})
		case *syntax.DblQuoted:
			s.parts(text, p.Parts)
		default:
			*s = append(*s, part{text: text[p.Pos().Offset():p.End().Offset()], shell: true})
		}
	}
}

// reword puts a line that this saying has made into another's words.
func (s saying) reword(line string, to saying) (string, bool) {
	var b strings.Builder
	var names []string
	words := false
	for _, p := range s {
		if p.shell {
			b.WriteString("(.*)")
			names = append(names, p.text)
			continue
		}
		words = words || strings.TrimSpace(p.text) != ""
		b.WriteString(regexp.QuoteMeta(p.text))
	}
	if !words {
		return "", false
	}
	m := regexp.MustCompile(`^` + b.String() + `$`).FindStringSubmatch(line)
	if m == nil {
		return "", false
	}
	b.Reset()
	for _, p := range to {
		if !p.shell {
			b.WriteString(p.text)
			continue
		}
		at := slices.Index(names, p.text)
		if at < 0 {
			return "", false
		}
		b.WriteString(m[at+1])
	}
	return b.String(), true
}
