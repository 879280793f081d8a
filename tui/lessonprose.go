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
	before := ""
	for i, p := range lessons.Prose(markdown) {
		if i > 0 && (p.Kind != lessons.ListItem || p.Mark == "" || before != lessons.ListItem) {
			rows = append(rows, "")
		}
		before = p.Kind
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

// wordPart is a part of a word in one manner.
type wordPart struct {
	text string
	look Style
}

// flow breaks a paragraph of several manners into rows, at blanks where it can: a
// word may be of several manners, as where a Korean particle follows code.
func (sc *Scene) flow(p lessons.Par, w int) []string {
	var rows []string
	var row strings.Builder
	used := 0
	end := func() {
		rows = append(rows, row.String())
		row.Reset()
		used = 0
	}
	for _, word := range sc.pieces(p, w) {
		if word == nil { // a line break
			end()
			continue
		}
		n := 0
		for _, c := range word {
			n += Width(c.text)
		}
		switch {
		case used > 0 && used+1+n > w:
			end()
		case used > 0:
			row.WriteString(" ")
			used++
		}
		for _, c := range word {
			for k := Width(c.text); used+k > w; k = Width(c.text) { // a word that is wider than a row
				head := atName(CutPlain(c.text, w-used))
				if head == "" && used == 0 {
					c.text = ""
					break
				}
				row.WriteString(c.look.Of(head))
				end()
				c.text = c.text[len(head):]
			}
			row.WriteString(c.look.Of(c.text))
			used += Width(c.text)
		}
	}
	if used > 0 || len(rows) == 0 {
		end()
	}
	return rows
}

// pieces are a paragraph's words; nil is a line break. Code that is short stays in one piece.
func (sc *Scene) pieces(p lessons.Par, w int) [][]wordPart {
	var words [][]wordPart
	glue := false // what comes next belongs to the last word
	for _, s := range p.Spans {
		if s.Text == "\n" {
			words, glue = append(words, nil), false
			continue
		}
		text := strings.Join(Lines(s.Text, 0), " ")
		if s.Text == " " {
			text = " "
		}
		if strings.HasPrefix(text, " ") {
			glue = false
		}
		look := sc.look(p, s)
		list := strings.Fields(text)
		if s.Code && Width(text) <= w/2 {
			list = []string{strings.Join(list, " ")}
		}
		for i, word := range list {
			if i == 0 && glue && len(words) > 0 && words[len(words)-1] != nil {
				words[len(words)-1] = append(words[len(words)-1], wordPart{word, look})
				continue
			}
			words = append(words, []wordPart{{word, look}})
		}
		if text != "" {
			glue = !strings.HasSuffix(text, " ")
		}
	}
	return words
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
