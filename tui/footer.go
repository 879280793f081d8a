package tui

import "strings"

// footer is the last row: a notice, or the keys that fit what has the focus.
func (sc *Scene) footer(w int) string {
	th := sc.Theme
	if sc.Notice.Text != "" {
		st := th.Warn
		if sc.Notice.Error {
			st = th.Error
		}
		return " " + Pad(st.Of(Cut(sc.Notice.Text, max(w-2, 0))), max(w-1, 0))
	}
	var b strings.Builder
	used := 1
	b.WriteString(" ")
	last := hint{ActQuit, ""}
	leave := shown(ActQuit)
	if sc.InLesson { // it leads back there
		leave, last.text = keyFree, lessonTextOf(sc.Lang).KeyLesson
	}
	lastW := Width(leave) + 1 + max(Width(last.text), Width(sc.Text.Acts[ActQuit])) + 1
	help := Width(shown(ActHelp)) + 1 + Width(sc.Text.Acts[ActHelp]) + 2
	for _, h := range append(sc.hints(w), hint{ActHelp, ""}, last) {
		key, text := shown(h.act), sc.Text.Acts[h.act]
		if h.text != "" {
			text = h.text
		}
		if h.act == ActQuit {
			key = leave
		}
		n := Width(key) + 1 + Width(text) + 2
		reserve := help + lastW
		switch h.act {
		case ActHelp:
			reserve = lastW
		case ActQuit:
			reserve, n = 0, n-1
		}
		if used+n+reserve > w {
			continue
		}
		b.WriteString(th.Key.Of(key) + " " + th.Dim.Of(text))
		if h.act != ActQuit {
			b.WriteString("  ")
		} else {
			b.WriteString(" ")
		}
		used += n
	}
	return b.String() + Spaces(w-used)
}

// footerCovered is the footer below what lies over the screen: that has the keys, and names
// its own. The screen's would do nothing, or something else.
func (sc *Scene) footerCovered(top overlay, w int) string {
	th, t := sc.Theme, sc.Text
	keys := [][2]string{{shown(ActClose), t.Acts[ActClose]}}
	if o, ok := top.(interface{ longer() bool }); ok && o.longer() {
		keys = append(keys, [2]string{th.arrows("↑↓"), t.HomeScroll}, [2]string{shown(ActPageDown), t.Acts[ActPageDown]}, [2]string{shown(ActPageUp), t.Acts[ActPageUp]})
	}
	row := ""
	for _, k := range keys {
		if part := " " + th.Key.Of(k[0]) + " " + th.Dim.Of(k[1]) + " "; Width(row+part) <= w+1 {
			row += part
		}
	}
	return Pad(row, w)
}

// noticeBox is a notice that is too long for the footer, whole, in a box for the last
// rows of a screen: what an error says last is what can be done. It is nil if the
// footer has room for the notice.
func (sc *Scene) noticeBox(n Notice, w, h int) []string {
	if Width(n.Text) <= w-2 || w < 12 || h < 4 {
		return nil
	}
	st := sc.Theme.Warn
	if n.Error {
		st = sc.Theme.Error
	}
	rows := Wrap(n.Text, w-4)
	if most := h - 3; len(rows) > most {
		rows = rows[:most]
		rows[most-1] = CutPlain(rows[most-1], w-5) + "…"
	}
	for i, r := range rows {
		rows[i] = " " + Pad(st.Of(Cut(r, w-4)), w-4) + " "
	}
	return sc.box(w, len(rows)+2, frameBox{}, rows)
}

// hint is a key that the footer shows.
type hint struct {
	act  Act
	text string // instead of what help says
}

// hints are the keys that matter now, the most important first, for a screen of w columns.
func (sc *Scene) hints(w int) []hint {
	var out []hint
	add := func(list ...Act) {
		for _, a := range list {
			out = append(out, hint{act: a})
		}
	}
	busy := sc.running()
	switch {
	case !busy:
		add(ActNext)
	case sc.hasTerminal():
		add(ActAttach)
	}
	if w < twoFrom { // the other parts can't be seen
		add(ActFocus)
	}
	if sc.Zoom { // the way back
		add(ActZoom)
	}
	if g := sc.gate(); g != nil && g.At == atFailure {
		add(ActRetry)
	}
	switch {
	case sc.past():
		add(ActBack, ActNewest, ActCall)
	case busy: // nothing waits for a key
		add(ActBack, ActAuto)
	default:
		add(ActBack, ActCall, ActAuto)
	}
	switch sc.Focus {
	case OnRail:
		add(ActFocus, ActPane)
		if sc.Live {
			add(ActBreak)
		}
	case OnStory:
		add(ActFocus, ActPane, ActZoom)
	default:
		add(ActFocus, ActPane, ActCopy, ActDiff, ActOpen, ActSearch, ActZoom)
	}
	if sc.Live && !sc.past() && !sc.Ended {
		add(ActShell, ActRunHere)
	}
	add(ActTimeline, ActDiff)
	seen := map[Act]bool{}
	kept := out[:0]
	for _, h := range out {
		if !seen[h.act] {
			kept = append(kept, h)
		}
		seen[h.act] = true
	}
	return kept
}
