package tui

import (
	"strings"
	"unicode/utf8"

	"glassbox/runtime/journal"
)

// Picture draws stage's picture from state into at most w×h cells: each row is
// padded to exactly w cells, and there are at most h rows. Everything in it was
// read by a snapshot or reported by an event; what is not known yet is drawn as
// a gap that says so. Below 24x3 it is the stage's sentence instead.
func Picture(stage string, s *journal.State, w, h int, th *Theme, lang Lang) []string {
	if w <= 0 || h <= 0 || s == nil {
		return nil
	}
	p := &picture{canvas: newCanvas(w, h), s: s, th: th, g: th.Glyphs, lang: lang}
	draw, ok := pictures[stage]
	switch {
	case w < smallestW || h < smallestH || !ok:
		p.sentence(stage)
	default:
		draw(p)
	}
	return p.rows()
}

// The smallest size that a picture is drawn at.
const smallestW, smallestH = 24, 3

var pictures = map[string]func(*picture){
	"pull":       (*picture).pull,
	"unpack":     (*picture).unpack,
	"overlay":    (*picture).overlay,
	"clone":      (*picture).clone,
	"namespaces": (*picture).namespaces,
	"cgroups":    (*picture).cgroups,
	"rootfs":     (*picture).rootfs,
	"network":    (*picture).network,
	"exec":       (*picture).exec,
	"exit":       (*picture).exit,
}

// picture is a canvas with what its drawers need at hand.
type picture struct {
	statuses [2]parsed // outside, inside
	indent   int       // where the leaves of a tree hang
	*canvas
	s    *journal.State
	th   *Theme
	g    *Glyphs
	lang Lang
}

// say is Say in the picture's language.
func (p *picture) say(en, ko string) string { return Say(p.lang, en, ko) }

// sentence is the picture of what is too small for one.
func (p *picture) sentence(stage string) {
	for y, row := range Wrap(Sentence(stage, p.s, p.lang), p.w) {
		if y == p.h {
			return
		}
		if y == p.h-1 {
			row = Cut(row, p.w)
		}
		p.put(0, y, p.th.Text, row)
	}
}

// gap says, where a thing would be drawn, that it is not known.
func (p *picture) gap(x, y, w int, text string) {
	p.text(x, y, w, p.th.Faint, text)
}

// noProcess says that there is no process yet, or no more.
func (p *picture) noProcess() {
	text := p.say("there is no process yet", "아직 프로세스가 없습니다")
	if p.s.Facts[journal.Key{Fact: factStatus, Side: journal.Outside}].Gone {
		text = p.say("the process has ended: there is nothing left to read", "프로세스가 끝나서 더는 읽을 수 없습니다")
	}
	p.gap(0, 0, p.w, text)
}

// frame draws a box in the picture's own signs.
func (p *picture) frame(x, y, w, h int, edge, title Style, name string) {
	p.box(x, y, w, h, p.g, edge, title, name)
}

// leastAside is how many cells of an aside are worth showing.
const leastAside = 14

// pieces writes styled pieces one after the other into w cells, and returns the
// column after the last; what does not fit is cut.
func (p *picture) pieces(x, y, w int, list ...piece) int {
	end := x + w
	for _, k := range list {
		if k.s == "" {
			continue
		}
		if x >= end {
			break
		}
		cut := Cut
		if n := Width(k.s); k.st.aside && n > end-x {
			if end-x < leastAside || n < 2*leastAside && k.s[0] == ' ' {
				continue // two letters of an aside tell nothing, and half of a short one little
			}
			cut = CutWords
		}
		x = p.put(x, y, k.st, cut(k.s, end-x))
	}
	return x
}

// piece is text with its look.
type piece struct {
	st Style
	s  string
}

// gauge draws how much of n cells a part of a whole fills.
func (p *picture) gauge(x, y, n int, part float64, st Style) {
	full, rest := bar(p.g, n, part)
	p.put(p.put(x, y, st, full), y, p.th.Border, rest)
}

// level is the look of a gauge: within limits, near the limit, at it.
func (p *picture) level(part float64) Style {
	switch {
	case part >= 0.95:
		return p.th.Error
	case part >= 0.8:
		return p.th.Warn
	}
	return p.th.Good
}

// struck is a look with a line through the text, for what is gone.
func struck(st Style) Style { return Style{on: st.on + "\x1b[9m"} }

// brief makes foreign text safe for a place of w cells, whatever its length:
// more bytes than could be seen there are never looked at.
func brief(s string, w int) string {
	if limit := 4*max(w, 0) + 32; len(s) > limit {
		for limit > 0 && !utf8.RuneStart(s[limit]) {
			limit--
		}
		s = s[:limit]
	}
	if s = strings.TrimSpace(s); w <= 0 || s == "" {
		return ""
	}
	return Cut(Clean(s), w)
}

// briefLeft is brief for paths: their end matters more than their beginning.
func briefLeft(s string, w int) string {
	if limit := 4*max(w, 0) + 32; len(s) > limit {
		from := len(s) - limit
		for from < len(s) && !utf8.RuneStart(s[from]) {
			from++
		}
		s = s[from:]
	}
	return CutPath(Clean(strings.TrimSpace(s)), max(w, 0))
}
