package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// The keys of the lesson screen that the free one has not, or uses otherwise.
const (
	keyHint  = "h"
	keySolve = "v"
	keyReset = "R"
	keyFree  = "`"
)

// key obeys a key: of the free screen, of an overlay, or of the lesson.
func (m *lessonModel) key(k tea.KeyPressMsg) tea.Cmd {
	m.notice = Notice{}
	name := keyName(k)
	in := m.model()
	if m.free && in != nil {
		if in.overlay() == nil && (name == keyFree || name == "₩" || name == "f2" || actOf(k) == ActQuit) {
			m.free, in.sc.Focus = false, OnPane
			return nil
		}
		cmd := m.inner(k)
		if in.sc.Lang != m.o.Lang {
			m.language()
		}
		return cmd
	}
	if in != nil && in.overlay() != nil {
		return m.inner(k)
	}
	if m.blank || m.help {
		m.blank, m.help = false, false
		return nil
	}
	if actOf(k) != ActQuit {
		m.asked = false
	}
	if cmd, ok := m.lessonKey(name); ok {
		return cmd
	}
	return m.act(k)
}

// lessonKey obeys the lesson's own keys.
func (m *lessonModel) lessonKey(name string) (tea.Cmd, bool) {
	if e := m.question(); e != nil && !m.pane {
		n := len(e.predict.Choices)
		switch {
		case len(name) == 1 && name[0] >= '1' && int(name[0]-'0') <= n:
			m.choose(int(name[0] - '1'))
			return nil, true
		case name == "up" || name == "k":
			m.choose((max(m.choice, 0) + n - 1) % n)
			return nil, true
		case name == "down" || name == "j":
			m.choose((m.choice + 1) % n)
			return nil, true
		}
	}
	switch name {
	case keyHint:
		m.hint()
		return nil, true
	case keySolve:
		return m.solve(), true
	case keyReset:
		if m.at > 0 && m.pages[m.at].number > 0 {
			return m.reset(m.pages[m.at].number - 1), true
		}
		return nil, true
	case keyFree, "₩", "f2":
		if in := m.model(); in != nil {
			m.free, in.sc.Focus = true, OnStory
		} else {
			m.notice = Notice{Text: m.t.NoRun}
		}
		return nil, true
	}
	return nil, false
}

// act obeys the keys that the free screen has, too.
func (m *lessonModel) act(k tea.KeyPressMsg) tea.Cmd {
	switch actOf(k) {
	case ActNext:
		return m.next()
	case ActBack:
		return m.turn(-1)
	case ActFocus, ActFocusBack:
		m.pane = !m.pane && m.model() != nil
		return nil
	case ActAuto:
		if m.auto() {
			m.o.Auto = 0
			m.autoID++
			return nil
		}
		m.o.Auto = -1
		return m.autoNext()
	case ActFaster, ActSlower:
		return m.speed(actOf(k) == ActFaster)
	case ActBlank:
		m.blank = true
		return nil
	case ActHelp:
		m.help = true
		return nil
	case ActSuspend:
		return tea.Suspend
	case ActRedraw:
		return tea.ClearScreen
	case ActTheme:
		m.theme()
		return nil
	case ActLang:
		m.language()
		return nil
	case ActQuit:
		return m.leave()
	}
	if !m.pane {
		switch actOf(k) {
		case ActUp:
			return m.scroll(-1)
		case ActDown:
			return m.scroll(1)
		case ActPageUp:
			return m.scroll(-m.h / 2)
		case ActPageDown:
			return m.scroll(m.h / 2)
		case ActTop:
			return m.scroll(-1 << 20)
		case ActBottom:
			return m.scroll(1 << 20)
		}
	}
	return m.paneKey(k)
}

// paneKey gives a key to the pane of the run. Keys that would let the run go on
// are the free screen's.
func (m *lessonModel) paneKey(k tea.KeyPressMsg) tea.Cmd {
	in := m.model()
	if in == nil || m.busy != "" && needsRun(actOf(k)) {
		return nil
	}
	switch actOf(k) {
	case ActCall, ActCallBack, ActRun, ActBreak, ActWithout, ActRetry, ActClose, ActNone:
		return nil
	case ActShell, ActHostShell, ActRunHere, ActAttach, ActSignal, ActLimit:
		if m.busy != "" {
			return nil
		}
	}
	in.sc.Focus = OnPane
	return in.key(k)
}

// question is the entry that waits for an answer, or nil.
func (m *lessonModel) question() *told {
	e := m.lastEntry()
	if e == nil || e.kind != entryAsk || m.busy != "" || m.at != len(m.pages)-1 || e.right >= 0 {
		return nil
	}
	return e
}

func (m *lessonModel) choose(n int) {
	m.choice = n
	m.scroll(1 << 20)
	if e := m.lastOf(entryAsk); e != nil {
		e.drop()
	}
}

// hint tells one hint more.
func (m *lessonModel) hint() {
	s, i := m.peek()
	if i == nil || i.Check == nil || m.busy != "" {
		return
	}
	text, left, ok := m.o.Player.Hint()
	if !ok {
		m.notice = Notice{Text: m.t.NoHint}
		return
	}
	m.fresh = len(m.last().entries)
	m.add(told{kind: entryHint, text: text, hints: left, hint: len(s.Hints) - left})
}

// scroll moves in the page.
func (m *lessonModel) scroll(n int) tea.Cmd {
	m.view.moved = true
	m.view.Top = max(m.view.Top+max(min(n, 10000), -10000), 0)
	return nil
}

// speed changes the delay of a lesson that goes on by itself.
func (m *lessonModel) speed(faster bool) tea.Cmd {
	if !m.auto() {
		return nil
	}
	d := m.stay()
	if faster {
		d = d * 2 / 3
	} else {
		d = d * 3 / 2
	}
	m.o.Auto = max(min(d, longestDelay), shortest).Round(100 * time.Millisecond)
	m.notice = Notice{Text: secondsOf(m.o.Auto)}
	return m.autoNext()
}

// theme goes to the next theme, here and in the runs' screens.
func (m *lessonModel) theme() {
	m.wear((*Theme).next)
	m.notice = Notice{Text: m.sc.Theme.Name}
}

// leave asks once; what was done is kept.
func (m *lessonModel) leave() tea.Cmd {
	if m.over || m.asked {
		m.save()
		return tea.Quit
	}
	m.asked = true
	m.notice = Notice{Text: m.t.Leave}
	return nil
}
