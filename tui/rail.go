package tui

import (
	"path"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
)

// railBox is the list of stages, with what the run has left to undo below it.
func (sc *Scene) railBox(r Rect) []string {
	if r.empty() {
		return nil
	}
	w := r.W - 2
	var rows []string
	if sc.S != nil {
		for i := range sc.S.Stages {
			rows = append(rows, sc.railRow(i, w))
		}
		if room := r.H - 2 - len(rows); room >= 5 {
			rows = append(rows, sc.railMore(w, room)...)
		}
	}
	f := frameBox{title: sc.boxTitle(sc.Text.Rail, sc.Focus == OnRail), focus: sc.Focus == OnRail, joins: true}
	return sc.box(r.W, r.H, f, rows)
}

func (sc *Scene) boxTitle(text string, focus bool) string {
	if focus {
		return sc.Theme.Accent.Of(text)
	}
	return sc.Theme.Strong.Of(text)
}

// railRow is one stage: its state, its name, how long it took.
func (sc *Scene) railRow(i, w int) string {
	th, g := sc.Theme, sc.Theme.Glyphs
	st := &sc.S.Stages[i]
	sign, look := sc.sign(i)
	bar := " "
	if sc.Focus == OnRail && i == sc.Rail {
		bar = th.bar()
	}
	name := th.Text
	switch {
	case i == sc.S.Now:
		name = th.Accent
	case st.State == "" || st.State == journal.Skipped:
		name = th.Faint
	}
	took := ""
	switch {
	case st.DurUS > 0:
		took = briefly(st.DurUS)
		if w > 21 {
			took = spanOf(st.DurUS)
		}
	case sc.Breaks[st.Name] && st.State == "":
		took = g.Break
	}
	tw := Width(took)
	nw := max(w-3-tw-1, 0)
	if tw == 0 {
		nw++
	}
	tookLook := th.Dim
	if took == g.Break {
		tookLook = th.Error
	}
	return bar + look.Of(sign) + " " + name.Of(Pad(oneLine(st.Name), nw)) + Spaces(w-3-nw-tw) + tookLook.Of(took)
}

// briefly writes microseconds in five cells, so that the longest name of a stage stays whole beside it.
func briefly(us int64) string {
	switch {
	case us >= 100_000_000:
		us = us / 1_000_000 * 1_000_000
	case us >= 10_000_000:
		us = us / 100_000 * 100_000
	case us >= 10_000 && us < 1_000_000:
		us = us / 1000 * 1000
	}
	return strings.ReplaceAll(spanOf(us), " ", "")
}

// sign is the state of a stage as one sign.
func (sc *Scene) sign(i int) (string, Style) {
	th, g := sc.Theme, sc.Theme.Glyphs
	switch sc.S.Stages[i].State {
	case journal.Done:
		return g.Done, th.Good
	case journal.Failed:
		return g.Fail, th.Error
	case journal.Skipped:
		return g.Skip, th.Faint
	case journal.Begin:
		return g.Now, th.Accent
	}
	if gate := sc.gate(); gate != nil && gate.At == atStage && i == sc.S.Now+1 {
		return g.Gate, th.Warn
	}
	return g.Next, th.Faint
}

// railMore counts what happened, and shows what there is to undo: the newest on top.
func (sc *Scene) railMore(w, room int) []string {
	th := sc.Theme
	c := sc.S.Counts
	rule := func(text string) string {
		return th.Border.Of(sc.Theme.Glyphs.DashH+" ") + th.Dim.Of(text) + " " + th.Border.Of(strings.Repeat(sc.Theme.Glyphs.DashH, max(w-Width(text)-3, 0)))
	}
	count := func(key string, n int) string {
		return " " + th.Dim.Of(Pad(sc.rowText(key), max(w-7, 0))) + " " + PadLeft(strconv.Itoa(n), 5)
	}
	rows := []string{Spaces(w), count("n.calls", c.Calls+c.Writes), count("n.snapshots", c.Snapshots)}
	open := 0
	for i := range sc.S.Undo {
		if sc.S.Undo[i].State == journal.Planned {
			open++
		}
	}
	if room < 7 || len(sc.S.Undo) == 0 {
		return rows
	}
	rows = append(rows, count("n.undo", open), Spaces(w))
	// The stack stands on the bottom: the newest comes on top, and nothing else moves.
	list := sc.undoList()
	list = list[:min(len(list), room-len(rows)-1)]
	for range room - len(rows) - 1 - len(list) {
		rows = append(rows, Spaces(w))
	}
	rows = append(rows, rule(sc.rowText("undo")))
	for _, u := range list {
		rows = append(rows, sc.undoRow(u, w))
	}
	return rows
}

// undone is an undo record as the rail shows it: what is said alike is said once.
type undone struct {
	text, state string
	n           int
}

// undoList is what there is to undo, in the order in which it will be done.
func (sc *Scene) undoList() []undone {
	var out []undone
	for i := len(sc.S.Undo) - 1; i >= 0; i-- {
		u := &sc.S.Undo[i]
		target, _, _ := strings.Cut(short(u.Target), ":") // what follows makes it certain, not clear
		if strings.HasPrefix(target, "/") {
			target = path.Base(target)
		}
		text := oneLine(u.Op) + " " + oneLine(target)
		if n := len(out); n > 0 && out[n-1].text == text && out[n-1].state == u.State {
			out[n-1].n++
			continue
		}
		out = append(out, undone{text, u.State, 1})
	}
	return out
}

func (sc *Scene) undoRow(u undone, w int) string {
	th, g := sc.Theme, sc.Theme.Glyphs
	sign, look, text := "-", th.Dim, th.Dim
	switch u.state {
	case journal.Undone:
		sign, look, text = g.Done, th.Good, th.Faint
	case journal.Failed:
		sign, look, text = g.Fail, th.Error, th.Error
	case journal.Kept:
		sign, look, text = g.Skip, th.Faint, th.Faint
	}
	times := ""
	if u.n > 1 {
		times = " ×" + strconv.Itoa(u.n)
	}
	front := " "
	if w < 20 {
		front = ""
	}
	w -= len(front) + 2
	if times != "" && Width(u.text+times) > w { // so many of a kind, rather than half of one's name
		u.text, _, _ = strings.Cut(u.text, " ")
	}
	return front + look.Of(sign) + " " + text.Of(Pad(Cut(u.text, max(w-Width(times), 0))+times, w))
}

func (sc *Scene) rowText(key string) string {
	if s, ok := sc.Text.Rows[key]; ok {
		return s
	}
	return key
}
