package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"glassbox/runtime/journal"
)

// prompt takes one line of text.
type prompt struct {
	kind  promptKind
	text  string
	last  bool // text is that of last time: what is typed takes its place
	where int  // of a command: inside, outside, both
}

type promptKind int

const (
	askSearch promptKind = iota
	askRun
	askSignal
	askLimit
)

// ranMsg is what commands said.
type ranMsg struct {
	line string
	side []journal.Side
	res  []Result
	err  []error
}

func (o *prompt) title(sc *Scene) (title, hint string) {
	t := sc.Text
	switch o.kind {
	case askRun:
		return t.RunTitle, t.RunHint
	case askSignal:
		return t.SignalTitle, "TERM HUP INT USR1 KILL"
	case askLimit:
		return t.LimitTitle, sc.limitHow()
	}
	return t.SearchTitle, ""
}

func (o *prompt) draw(sc *Scene, w, h int) []string {
	title, hint := o.title(sc)
	n := min(60, w-4)
	if o.kind == askRun {
		names := []string{sc.Text.Inside, sc.Text.Outside, sc.Text.Inside + " | " + sc.Text.Outside}
		title += ": " + names[o.where]
	}
	text := o.text
	if Width(text) > n-3 {
		text = CutLeft(text, n-3)
	}
	if o.last {
		text = sc.Theme.Dim.Of(text)
	}
	row := sc.Theme.Key.Of("> ") + text + sc.Theme.Accent.Of("▏")
	if sc.Theme.Glyphs.ASCII {
		row = sc.Theme.Key.Of("> ") + text + "_"
	}
	return sc.panel(title, Cut(hint, max(w-8, 0)), []string{Pad(row, n)}, w, h)
}

func (o *prompt) key(m *Model, k tea.KeyPressMsg) (bool, tea.Cmd) {
	switch k.String() {
	case "esc", "ctrl+c":
		if o.kind == askSearch {
			m.search("")
		}
		delete(m.refused, o.kind)
		return true, nil
	case "enter":
		return true, o.enter(m)
	case "backspace":
		r := []rune(o.text)
		if len(r) > 0 {
			o.text = string(r[:len(r)-1])
		}
	case "ctrl+u":
		o.text = ""
	case "tab":
		o.where = (o.where + 1) % 3
	default:
		o.typed(k.Text)
	}
	o.last = false
	if o.kind == askSearch {
		return false, m.search(o.text)
	}
	return false, nil
}

// typed takes text, also what is pasted: printable, and not without end.
func (o *prompt) typed(s string) {
	if o.last && s != "" {
		o.text, o.last = "", false
	}
	for _, r := range s {
		if unicode.IsPrint(r) && !hidden(r) && len(o.text) < 1000 {
			o.text += string(r)
		}
	}
}

func (o *prompt) enter(m *Model) tea.Cmd {
	text := strings.TrimSpace(o.text)
	if text == "" || o.kind == askSearch {
		return m.jumpMatch(false)
	}
	c := m.ctl
	if c == nil {
		return nil
	}
	delete(m.refused, o.kind)
	switch o.kind {
	case askRun: // it may take as long as it may
		m.sc.Notice = Notice{Text: fmt.Sprintf(m.sc.Text.Runs, int(runLimit.Seconds()), Clean(text))}
		return runBoth(m.ctx, c, text, o.where)
	case askSignal:
		name := strings.ToUpper(text)
		return o.do(func() error { return c.Signal(name) }, strings.Replace(m.sc.Text.Sent, "%s", Clean(name), 1))
	case askLimit:
		file, v, ok := strings.Cut(text, " ")
		if !ok {
			m.refused[o.kind] = text
			m.sc.Notice = Notice{Text: m.sc.limitHow(), Error: true}
			return nil
		}
		return o.do(func() error { return c.Limit(file, strings.TrimSpace(v)) }, strings.Replace(m.sc.Text.Written, "%s", Clean(text), 1))
	}
	return nil
}

// do does what was typed. Where that is refused the text is kept for the next time.
func (o *prompt) do(f func() error, said string) tea.Cmd {
	return func() tea.Msg { return doneMsg{f(), said, o} }
}

// limitHow says how a limit is changed, by the example of a file that the group has.
func (sc *Scene) limitHow() string {
	file := "memory.max"
	if s := sc.Newest; s != nil {
		if _, old := s.Fact(famCgroup+"memory.limit_in_bytes", journal.Outside); old {
			file = "memory.limit_in_bytes"
		}
	}
	return strings.Replace(sc.Text.LimitHow, "%s", file, 1)
}

// runLimit is how long one command may take.
const runLimit = 30 * time.Second

// runBoth runs a command inside, outside or on both sides.
func runBoth(ctx context.Context, c Controller, line string, where int) tea.Cmd {
	sides := []journal.Side{journal.Inside}
	switch where {
	case 1:
		sides = []journal.Side{journal.Outside}
	case 2:
		sides = []journal.Side{journal.Outside, journal.Inside}
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, runLimit)
		defer cancel()
		msg := ranMsg{line: line, side: sides}
		for _, s := range sides {
			r, err := c.Run(ctx, s, line)
			msg.res, msg.err = append(msg.res, r), append(msg.err, err)
		}
		return msg
	}
}

// ran shows what commands said, side beside side.
type ran struct {
	roll
	msg ranMsg
}

func (o *ran) draw(sc *Scene, w, h int) []string {
	cols := len(o.msg.side)
	cw := max((min(w, 160)-4-3*(cols-1))/cols, 1)
	blocks := make([][]string, cols)
	n := 0
	for i, side := range o.msg.side {
		blocks[i] = sc.ranSide(side, o.msg.res[i], o.msg.err[i], cw)
		n = max(n, len(blocks[i]))
	}
	var rows []string
	for r := range n {
		var parts []string
		for i := range blocks {
			cell := ""
			if r < len(blocks[i]) {
				cell = blocks[i][r]
			}
			parts = append(parts, Pad(cell, cw))
		}
		rows = append(rows, strings.Join(parts, sc.Theme.Border.Of(" "+sc.Theme.Glyphs.V+" ")))
	}
	return sc.scrolled(Cut("$ "+Clean(o.msg.line), max(w-8, 0)), "", rows, &o.roll, w, h-2)
}

func (sc *Scene) ranSide(side journal.Side, r Result, err error, w int) []string {
	th := sc.Theme
	name, look := sc.Text.Outside, th.Host
	if side == journal.Inside {
		name, look = sc.Text.Inside, th.Inside
	}
	if err != nil {
		return append([]string{look.Of(name)}, sc.para(fault(err, sc.Lang).Text, w, th.Error)...)
	}
	rows := []string{look.Of(name) + th.Faint.Of(fmt.Sprintf("  %s %d  %s", sc.Text.Rows["code"], r.Exit, spanOf(r.Took.Microseconds())))}
	for _, l := range Lines(string(r.Out), 1000) {
		rows = append(rows, Break(short(l), w)...)
	}
	return rows
}

func (o *ran) key(m *Model, k tea.KeyPressMsg) (bool, tea.Cmd) {
	return !o.scroll(m, k), nil
}

// leave offers what can be left out of the run.
type leave struct {
	list []Choice
	at   int
}

func (o *leave) draw(sc *Scene, w, h int) []string {
	th := sc.Theme
	var rows []string
	for i, c := range o.list {
		bar, box := " ", "[ ]"
		if i == o.at {
			bar = th.bar()
		}
		look := th.Text
		if c.Out {
			box, look = "[x]", th.Warn
		}
		if st := sc.Newest.Stage(c.Stage); st != nil && st.State != "" {
			look = th.Faint
		}
		rows = append(rows, bar+look.Of(box+" "+Pad(oneLine(c.Name), 14))+" "+th.Faint.Of(oneLine(c.Stage)))
	}
	return sc.panel(sc.Text.WithoutTitle, sc.Text.WithoutHow, rows, w, h)
}

func (o *leave) key(m *Model, k tea.KeyPressMsg) (bool, tea.Cmd) {
	switch actOf(k) {
	case ActUp:
		o.at = max(o.at-1, 0)
	case ActDown:
		o.at = min(o.at+1, len(o.list)-1)
	case ActNext:
		if o.at < 0 || o.at >= len(o.list) {
			return true, nil
		}
		c := &o.list[o.at]
		c.Out = !c.Out
		name, out, ctl := c.Name, c.Out, m.ctl
		return false, func() tea.Msg { // where that is refused the mark goes again
			refused := ctl.Without(name, out)
			list, err := ctl.Choices()
			return choicesMsg{list, errors.Join(refused, err), true}
		}
	case ActClose, ActWithout, ActQuit:
		return true, nil
	}
	return false, nil
}

// scrub moves along the timeline.
type scrub struct{}

func (scrub) draw(sc *Scene, w, h int) []string {
	th := sc.Theme
	n := min(w-6, 110)
	if n < 20 || sc.S == nil {
		return nil
	}
	at, total := 0, len(sc.Stops)
	for at < total && sc.Stops[at].Seq <= sc.S.Seq {
		at++
	}
	where := oneLine(sc.stage())
	if sc.S.When != "" {
		where += "  " + th.Dim.Of(oneLine(moment(sc.S.When, sc.Lang)))
	}
	rows := []string{
		sc.timeline(n),
		"",
		Pad(where, n-24) + PadLeft(th.Faint.Of(fmt.Sprintf("%d/%d  #%d", at, total, sc.S.Seq)), 24),
	}
	return sc.panel(sc.Text.TimeTitle, sc.Theme.arrows(sc.Text.TimeHow), rows, w, h)
}

// moment says when a snapshot was taken.
func moment(when string, lang Lang) string {
	if lang != KO {
		return when
	}
	if of, ok := strings.CutPrefix(when, "after "); ok {
		if stage, failed := strings.CutSuffix(of, " failed"); failed {
			return stage + " 실패 후"
		}
		return of + " 후"
	}
	if call, ok := strings.CutPrefix(when, "before "); ok {
		return call + " 전"
	}
	if said, ok := map[string]string{"running": "실행 중", "ended": "끝난 직후", "on demand": "요청한 때"}[when]; ok {
		return said
	}
	return when
}

func (scrub) key(m *Model, k tea.KeyPressMsg) (bool, tea.Cmd) {
	switch k.String() {
	case "left":
		return false, m.snap(-1)
	case "right":
		return false, m.snap(1)
	case "up":
		return false, m.step(-1)
	case "down":
		return false, m.step(1)
	case "home":
		return false, m.first()
	case "end":
		return false, m.newest()
	}
	switch actOf(k) {
	case ActClose, ActTimeline, ActNext, ActQuit:
		return true, nil
	}
	return false, nil
}
