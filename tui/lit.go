package tui

import (
	"slices"
	"strings"

	"glassbox/lessons"
)

// Lit is what a lesson points at in a pane: the rows of some facts, and of those
// the ones that have a text, as whole words.
type Lit struct {
	Facts []string
	Text  string
	Side  string // outside, inside; "" or both: either
}

// in is what is pointed at among these rows: where none has the text, the facts alone.
func (p Lit) in(all []Line) Lit {
	if len(p.Facts) > 0 && p.Text != "" && !slices.ContainsFunc(all, func(l Line) bool { return p.has(&l) }) {
		p.Text = ""
	}
	return p
}

// has tells whether a row is pointed at.
func (p Lit) has(l *Line) bool {
	switch {
	case l.Head != "" || len(p.Facts) == 0 && p.Text == "":
		return false
	case p.Side == "inside" && !l.Wide && (l.In.Text == "" || l.In.Mark == '-') || p.Side == "outside" && !l.Wide && (l.Out.Text == "" || l.Out.Mark == '-'):
		return false
	case len(p.Facts) > 0 && !slices.Contains(p.Facts, l.Fact):
		return false
	}
	want := strings.ToLower(p.Text)
	return slices.ContainsFunc([]string{l.Label, l.Out.Text, l.In.Text}, func(s string) bool {
		return lessons.WordAt(strings.ToLower(s), want) >= 0
	})
}

// rows are the first and the last row that are pointed at; -1 where there is none.
func (p Lit) rows(all []Line) (first, last int) {
	p = p.in(all)
	first, last = -1, -1
	for i := range all {
		if p.has(&all[i]) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}
