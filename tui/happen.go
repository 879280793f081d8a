package tui

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"glassbox/runtime/journal"
)

// storyBox says what happens: the sentence, the picture, the calls, how real
// runtimes do it.
func (sc *Scene) storyBox(r Rect, mode Mode) []string {
	if r.empty() {
		return nil
	}
	focus := sc.Focus == OnStory
	f := frameBox{focus: focus, joins: true, title: sc.storyTitle(r, mode)}
	w, h := r.W-2, r.H-2
	var rows []string
	if sc.S != nil {
		rows = sc.storyNow(w-2, h, mode)
	}
	if mode == Projector { // a picture that needs less leaves the room to the pane
		h = min(h, max(len(rows), 1))
	}
	top := clampTop(&sc.Story, len(rows), h)
	if end := top + h; end < len(rows) && sc.isHeading(rows[end-1], w-2) {
		rows = slices.Clone(rows)
		rows[end-1] = Spaces(w)
	}
	if len(rows) > h {
		f.place = fmt.Sprintf("%d/%d", min(top+h, len(rows)), len(rows))
	}
	return sc.box(r.W, h+2, f, rows[min(top, len(rows)):])
}

func (sc *Scene) storyTitle(r Rect, mode Mode) string {
	t := sc.boxTitle(sc.Text.Happens, sc.Focus == OnStory)
	st := sc.stage()
	if mode == Projector || st == "" || r.W < 40 {
		return t
	}
	return t + sc.Theme.Faint.Of(": "+Cut(Story(st, sc.Lang).Title, r.W-Width(sc.Text.Happens)-10))
}

// clampTop keeps a scroll position within the rows that there are.
func clampTop(v *View, n, h int) int {
	v.Top = max(min(v.Top, n-h), 0)
	return v.Top
}

// story are the rows of what happens, each of exactly w cells.
func (sc *Scene) story(w, h int, mode Mode) []string {
	name := sc.stage()
	if name == "" {
		return sc.before(w)
	}
	rows := sc.waiting(w)
	rows = append(rows, sc.trouble(w)...)
	talk := mode == Projector
	if !talk {
		rows = append(rows, sc.para(Story(name, sc.Lang).Sentence, w, sc.Theme.Text)...)
		rows = append(rows, Spaces(w))
	}
	var below []string
	if !talk {
		below = sc.below(name, w)
	}
	tall := func(calls int) int { // the rows below the picture, with so many calls at most
		if n := len(sc.stageCalls(name, calls)); n > 0 {
			return n + 2 + len(below)
		}
		return len(below)
	}
	room := h - len(rows)
	ph := room
	switch {
	case talk || room < 12:
	case room < 22:
		ph = room - 2
	default: // more where everything below it keeps its place
		ph = max(min(room*3/5, 18), room-tall(8))
	}
	rows = append(rows, Picture(name, sc.S, w, max(ph, 3), sc.Theme, sc.Lang)...)
	if talk {
		return rows
	}
	calls := 6
	if free := h - len(rows) - tall(calls); free > 0 && mode == Three {
		calls += min(free, 2)
	}
	if list := sc.stageCalls(name, calls); len(list) > 0 {
		rows = append(rows, Spaces(w), sc.heading2(sc.Text.CallsHere, w))
		rows = append(rows, sc.callRows(list, w)...)
	}
	return append(rows, below...)
}

// below is what stands below the picture and the calls.
func (sc *Scene) below(name string, w int) []string {
	s := Story(name, sc.Lang)
	var rows []string
	for _, part := range []struct{ head, text string }{{sc.Text.RuncNote, s.Runc}, {sc.Text.WhoDoes, s.Kubernetes}} {
		if part.text == "" {
			continue
		}
		rows = append(rows, Spaces(w), sc.heading2(part.head, w))
		if part.head == sc.Text.WhoDoes {
			rows = append(rows, Chain(name, w, sc.Theme, sc.Lang)...)
		}
		rows = append(rows, sc.para(part.text, w, sc.Theme.Dim)...)
	}
	rows = append(rows, sc.notes(name, w)...)
	if len(s.Man) > 0 {
		rows = append(rows, Spaces(w))
		rows = append(rows, sc.para(strings.Join(s.Man, "  "), w, sc.Theme.Faint)...)
	}
	return rows
}

func (sc *Scene) heading2(text string, w int) string {
	return Pad(sc.Theme.Strong.Of(text), w)
}

// isHeading says of a row of the story whether it is a heading.
func (sc *Scene) isHeading(row string, w int) bool {
	for _, text := range []string{sc.Text.CallsHere, sc.Text.RuncNote, sc.Text.WhoDoes} {
		if row == " "+sc.heading2(text, w)+" " {
			return true
		}
	}
	return false
}

// para wraps a paragraph of the screen's own or of a story.
func (sc *Scene) para(text string, w int, st Style) []string {
	rows := Wrap(text, w)
	for i, r := range rows {
		rows[i] = st.Of(r) + Spaces(w-Width(r))
	}
	return rows
}

// notes are what the stage remarked: warnings, and what else is to be known. What
// real runtimes do differently is told in its story.
func (sc *Scene) notes(name string, w int) []string {
	st := sc.S.Stage(name)
	if st == nil {
		return nil
	}
	var rows []string
	for i := range st.Notes {
		n := &st.Notes[i]
		look, known := map[string]Style{"warning": sc.Theme.Warn, "info": sc.Theme.Dim}[n.About]
		if !known {
			continue
		}
		if len(rows) == 0 {
			rows = append(rows, Spaces(w))
		}
		rows = append(rows, sc.para(oneLine(NoteText(*n, sc.Lang)), w, look)...)
	}
	return rows
}

// stageCalls are the newest calls of a stage.
func (sc *Scene) stageCalls(name string, n int) []journal.Event {
	list := sc.S.Calls
	end := len(list)
	for end > 0 && list[end-1].Stage != name {
		end--
	}
	from := end
	for from > 0 && end-from < n && list[from-1].Stage == name {
		from--
	}
	return list[from:end]
}

// longPath is a path of more than two names.
var longPath = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`/[^ ,)"]+(/[^ ,)"/]+/[^ ,)"/]+)`) })

// shortPath is a path that was shortened to its last two names.
var shortPath = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`…/[^ ,)"/]+(/[^ ,)"/]+)`) })

// withoutDirs shortens the paths of a call that is wider than w, to two names or, where
// that is not enough, to one: where a path begins matters least, and what is written most.
func withoutDirs(call string, w int) string {
	if Width(call) > w {
		call = longPath().ReplaceAllString(call, "…$1")
	}
	if Width(call) > w {
		call = shortPath().ReplaceAllString(call, "…$1")
	}
	return call
}

// formerly is what a file held before a write, at the end of its row.
var formerly = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(` \((was|이전) "[^"]*"\)$`) })

// callRows are calls, one a row. Where one has no room all their paths are shortened:
// how a call went matters more than where a path begins.
func (sc *Scene) callRows(list []journal.Event, w int) []string {
	lines := make([]Line, len(list))
	long := false
	for i := range list {
		lines[i] = sc.callLine(&list[i])
		long = long || Width(lines[i].Out.Text) > w
	}
	rows := make([]string, len(list))
	for i := range lines {
		x := &lines[i].Out
		if long {
			x.Text = longPath().ReplaceAllString(x.Text, "…$1")
		}
		if Width(x.Text) > w {
			x.Text = formerly().ReplaceAllString(x.Text, "")
		}
		rows[i] = sc.cellText(x, w)
	}
	return rows
}

// waiting says what the run waits for, and what will be done next.
func (sc *Scene) waiting(w int) []string {
	g := sc.gate()
	if g == nil {
		return nil
	}
	th := sc.Theme
	sign := th.Warn.Of(th.Glyphs.Gate) + " "
	switch g.At {
	case atFailure:
		return nil
	case atCall:
		text := ""
		if g.Call != nil {
			text = announce(g.Call)
		} else if g.Write != nil {
			text = announceWrite(g.Write, sc.Lang)
		}
		rows := []string{Pad(sign+th.Warn.Of(sc.Text.WaitsCall), w)}
		for _, r := range Wrap(text, w-2) {
			rows = append(rows, "  "+th.Accent.Of(r)+Spaces(w-2-Width(r)))
		}
		return append(rows, Spaces(w))
	}
	return nil
}

// trouble says what failed, why, and what can be done.
func (sc *Scene) trouble(w int) []string {
	th := sc.Theme
	st := sc.S.Current()
	if st == nil || st.State != journal.Failed && st.State != journal.Skipped {
		return nil
	}
	if st.State == journal.Skipped {
		return append(sc.para(sc.Text.Skipped+": "+oneLine(Phrase(st.Why, sc.Lang)), w, th.Warn), Spaces(w))
	}
	text := oneLine(Phrase(st.Why, sc.Lang))
	mend := ""
	if n := len(sc.S.Errors); n > 0 {
		text, mend = oneLine(Phrase(sc.S.Errors[n-1].Text, sc.Lang)), oneLine(Phrase(sc.S.Errors[n-1].Mend, sc.Lang))
	}
	rows := sc.para(th.Glyphs.Fail+" "+text, w, th.Error)
	if mend != "" {
		rows = append(rows, sc.para(th.Glyphs.Right+" "+mend, w, th.Warn)...)
	}
	if g := sc.gate(); g != nil {
		rows = append(rows, sc.para(sc.waitsFailure(g), w, th.Text)...)
	}
	return append(rows, Spaces(w))
}

// waitsFailure says what can be done after a failure.
func (sc *Scene) waitsFailure(g *journal.Gate) string {
	if sc.Page { // the keys go on with the lesson, and reset its step
		return sc.Text.LookFailure
	}
	switch g.Why {
	case journal.Spent:
		return fmt.Sprintf(sc.Text.FailureSpent, oneLine(g.From))
	case journal.Gone:
		return fmt.Sprintf(sc.Text.FailureGone, oneLine(g.From))
	}
	return sc.Text.WaitsFailure
}

// before is what stands there before the first stage.
func (sc *Scene) before(w int) []string {
	stages := sc.S.Stages
	if len(stages) == 0 {
		return sc.para(sc.Text.Nothing, w, sc.Theme.Dim)
	}
	first := stages[0].Name
	rows := sc.para(fmt.Sprintf(sc.Text.WaitsBefore, first), w, sc.Theme.Warn)
	rows = append(rows, Spaces(w))
	return append(rows, sc.para(Story(first, sc.Lang).Sentence, w, sc.Theme.Text)...)
}
