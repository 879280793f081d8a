package tui

import (
	"strings"

	"glassbox/lessons"
)

// prose draws Markdown in rows of at most w cells. It is drawn once a width and
// theme: the page keeps it.
func (sc *Scene) prose(markdown string, w int) []string {
	th := sc.Theme
	var rows []string
	for i, p := range lessons.Prose(markdown) {
		if i > 0 && (p.Kind != lessons.ListItem || p.Mark == "") {
			rows = append(rows, "")
		}
		front, rest := "", ""
		switch p.Kind {
		case lessons.CodeBlock:
			rows = append(rows, sc.code(strings.Join(p.Lines, "\n"), " ", w, th.Inside)...)
			continue
		case lessons.Rule:
			rows = append(rows, th.Border.Of(strings.Repeat(th.Glyphs.H, max(w, 0))))
			continue
		case lessons.Quotation:
			front = th.Border.Of(th.Glyphs.V) + " "
			rest = front
		case lessons.ListItem:
			depth := max(min(p.Level, 4), 1)
			rest = Spaces(3 * depth)
			front = rest
			if p.Mark != "" {
				front = Spaces(3*(depth-1)) + th.Accent.Of(Pad(p.Mark, 3))
			}
		}
		for k, r := range sc.flow(p, max(w-Width(rest), 1)) {
			if k == 0 {
				rows = append(rows, front+r)
				continue
			}
			rows = append(rows, rest+r)
		}
	}
	return rows
}

// flow breaks a paragraph of several manners into rows, at blanks where it can.
func (sc *Scene) flow(p lessons.Par, w int) []string {
	var rows []string
	var row strings.Builder
	used := 0
	end := func() {
		rows = append(rows, row.String())
		row.Reset()
		used = 0
	}
	put := func(text string, look Style, glue bool) {
		n := Width(text)
		if used > 0 && !glue {
			if used+1+n > w {
				end()
			} else {
				row.WriteString(" ")
				used++
			}
		}
		for used+n > w { // wider than what is left of a row
			head := CutPlain(text, w-used)
			if head == "" && used == 0 {
				return
			}
			row.WriteString(look.Of(head))
			end()
			text = text[len(head):]
			n = Width(text)
		}
		row.WriteString(look.Of(text))
		used += n
	}
	glue := true // what comes next follows without a blank
	for _, s := range p.Spans {
		if s.Text == "\n" {
			end()
			glue = true
			continue
		}
		text := strings.Join(Lines(s.Text, 0), " ")
		look := sc.look(p, s)
		if strings.HasPrefix(text, " ") {
			glue = false
		}
		for i, word := range strings.Fields(text) {
			put(word, look, glue && i == 0)
		}
		if text != "" {
			glue = !strings.HasSuffix(text, " ")
		}
	}
	if used > 0 || len(rows) == 0 {
		end()
	}
	return rows
}

// look is the manner of a piece of prose.
func (sc *Scene) look(p lessons.Par, s lessons.Span) Style {
	th := sc.Theme
	switch {
	case s.Code:
		return th.Inside
	case s.Link != "":
		return th.Key
	case p.Kind == lessons.Heading || s.Strong:
		return th.Strong
	case s.Em:
		return th.Accent
	}
	return th.Text
}

// plainOf is Markdown's text without its manners, on one line.
func plainOf(markdown string) string {
	var b strings.Builder
	for i, p := range lessons.Prose(markdown) {
		if i > 0 {
			b.WriteString(" ")
		}
		for _, s := range p.Spans {
			b.WriteString(s.Text)
		}
	}
	return oneLine(b.String())
}
