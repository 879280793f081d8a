package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// act does what a key stands for.
func (m *Model) act(a Act, k tea.KeyPressMsg) tea.Cmd {
	if cmd, ok := m.actTime(a, k); ok {
		return cmd
	}
	if cmd, ok := m.actLook(a, k); ok {
		return cmd
	}
	if needsRun(a) {
		return m.actHands(a)
	}
	return m.actScreen(a)
}

func needsRun(a Act) bool {
	for _, b := range bindings {
		if b.Act == a {
			return b.Live
		}
	}
	return false
}

// actTime moves in time.
func (m *Model) actTime(a Act, k tea.KeyPressMsg) (tea.Cmd, bool) {
	switch a {
	case ActNext:
		if k.String() == "enter" && m.sc.Focus != OnStory {
			return m.enter(), true
		}
		return m.next(ByStage), true
	case ActBack:
		return m.orEdge(m.step(-1), -1), true
	case ActSnapNext:
		return m.snap(1), true
	case ActSnapBack:
		return m.snap(-1), true
	case ActCall:
		return m.next(ByCall), true
	case ActCallBack:
		return m.call(-1), true
	case ActRun:
		if !m.sc.Live || m.sc.past() {
			return m.goTo(m.sc.Newest.Seq), true
		}
		return m.next(RunOn), true
	case ActNewest:
		return m.newest(), true
	case ActFirst:
		return m.first(), true
	case ActTimeline:
		return m.open(scrub{}), true
	case ActAuto:
		if m.sc.Auto > 0 {
			return m.setAuto(0), true
		}
		return m.setAuto(m.sc.Speed), true
	case ActFaster:
		return m.speed(1 / 1.5), true
	case ActSlower:
		return m.speed(1.5), true
	case ActBlank:
		m.sc.Blank = true
		return nil, true
	}
	return nil, false
}

// enter opens what is selected: a stage in the rail, a row in a pane.
func (m *Model) enter() tea.Cmd {
	if m.sc.Focus == OnPane {
		return m.openRow()
	}
	if m.sc.Rail >= len(m.sc.S.Stages) {
		return nil
	}
	name := m.sc.S.Stages[m.sc.Rail].Name
	for _, s := range slices.Backward(m.sc.Steps) { // its last try
		if s.Stage == name {
			return m.goTo(s.Seq)
		}
	}
	if m.sc.Live && m.ctl != nil {
		return m.do(func() error { return m.ctl.Go(Go{Grain: RunOn, To: name}) })
	}
	return nil
}

// actLook changes what is looked at.
func (m *Model) actLook(a Act, k tea.KeyPressMsg) (tea.Cmd, bool) {
	sc := &m.sc
	switch a {
	case ActFocus, ActFocusBack:
		n := Focus(1)
		if a == ActFocusBack {
			n = focusCount - 1
		}
		sc.Focus = (sc.Focus + n) % focusCount
		if sc.Focus == OnRail && layout(m.w, m.h, sc.Focus, sc.Zoom, sc.Talk).Mode == Projector { // which has no rail
			sc.Focus = (sc.Focus + n) % focusCount
		}
	case ActPane:
		n := int(keyName(k)[0] - '0')
		return m.pane((n + 9) % 10), true
	case ActPaneNext:
		return m.pane((sc.Pane + 1) % paneCount), true
	case ActPaneBack:
		return m.pane((sc.Pane + paneCount - 1) % paneCount), true
	case ActUp:
		return m.move(-1), true
	case ActDown:
		return m.move(1), true
	case ActPageUp:
		return m.move(-m.h / 2), true
	case ActPageDown:
		return m.move(m.h / 2), true
	case ActTop:
		return m.move(-1 << 30), true
	case ActBottom:
		return m.move(1 << 30), true
	case ActOpen:
		return m.openRow(), true
	case ActZoom:
		sc.Zoom = !sc.Zoom
	case ActDiff:
		sc.Diff = !sc.Diff
		sc.Panes[sc.Pane] = View{}
	case ActSearch:
		return m.open(&prompt{kind: askSearch, text: sc.Search, last: sc.Search != ""}), true
	case ActMatch:
		return m.jumpMatch(true), true
	case ActCopy:
		return m.copy(), true
	default:
		return nil, false
	}
	return nil, true
}

// pane shows a pane and gives it the focus. It stays when the stage changes.
func (m *Model) pane(n int) tea.Cmd {
	m.sc.pinned = true
	m.sc.Pane = n
	m.sc.Focus = OnPane
	return tea.Batch(m.needCalls(), m.needDir("/"))
}

// move moves what has the focus by n rows.
func (m *Model) move(n int) tea.Cmd {
	sc := &m.sc
	switch sc.Focus {
	case OnRail:
		sc.Rail = max(min(sc.Rail+max(min(n, 100), -100), len(sc.S.Stages)-1), 0)
	case OnStory:
		sc.Story.Top = max(sc.Story.Top+max(min(n, 1000), -1000), 0)
	default:
		v := &sc.Panes[sc.Pane]
		v.moved = true
		all := sc.linesNow()
		step := 1
		if n < 0 {
			step = -1
		}
		v.Cursor = max(min(v.Cursor+n, len(all)-1), 0)
		for v.Cursor > 0 && v.Cursor < len(all)-1 && all[v.Cursor].Head != "" {
			v.Cursor += step
		}
		if len(all) > 0 && all[v.Cursor].Head != "" && step < 0 {
			v.Top = 0
		}
	}
	return nil
}

// selected is the line under the cursor, or nil.
func (m *Model) selected() *Line {
	all := m.sc.linesNow()
	if c := m.sc.Panes[m.sc.Pane].Cursor; c >= 0 && c < len(all) {
		return &all[c]
	}
	return nil
}

// openRow shows all of the selected row, or opens a directory.
func (m *Model) openRow() tea.Cmd {
	l := m.selected()
	if l == nil {
		return nil
	}
	if l.Path != "" {
		return m.openPath(l.Path)
	}
	text := l.Full
	if text == "" {
		text = l.Out.Text
	}
	title := strings.TrimSpace(l.Label)
	if title == "" {
		title = m.sc.Text.ValueTitle
	}
	return m.open(&value{title: title, source: l.Source, text: text})
}

// copy puts the selected row's command on the clipboard, with OSC 52.
func (m *Model) copy() tea.Cmd {
	l := m.selected()
	if l == nil || m.sc.Focus != OnPane || l.Remark {
		return nil
	}
	text := l.Sh
	if text == "" {
		text = l.Out.Text
	}
	if text == "" {
		return nil
	}
	m.sc.Notice = Notice{Text: strings.Replace(m.sc.Text.Copied, "%s", Clean(text), 1)}
	return tea.SetClipboard(text)
}

// search lights a text in the panes; in the calls it leaves what has it.
func (m *Model) search(text string) tea.Cmd {
	m.sc.Search = text
	if m.sc.Pane == PaneCalls {
		m.sc.Panes[PaneCalls] = View{}
		return m.needCalls()
	}
	return m.jumpMatch(false)
}

// jumpMatch moves to the next line that has what is searched for.
func (m *Model) jumpMatch(next bool) tea.Cmd {
	sc := &m.sc
	if sc.Search == "" {
		return nil
	}
	if sc.Focus != OnPane {
		sc.Focus = OnPane
	}
	all := sc.linesNow()
	v := &sc.Panes[sc.Pane]
	want := strings.ToLower(sc.Search)
	from := v.Cursor
	if next {
		from++
	}
	for _, matches := range []func(*Line, string) bool{(*Line).has, (*Line).from} { // what can be seen comes first
		for i := range all {
			at := (from + i) % len(all)
			if all[at].Head == "" && matches(&all[at], want) {
				v.Cursor, v.moved = at, true
				return nil
			}
		}
	}
	sc.Notice = Notice{Text: sc.Text.NoMatch}
	return nil
}

// needCalls asks for the calls up to the shown moment, if they are looked at.
func (m *Model) needCalls() tea.Cmd {
	sc := &m.sc
	if sc.Pane != PaneCalls || m.asking || sc.S.Seq == 0 {
		return nil
	}
	if sc.Calls.To == sc.S.Seq && sc.Calls.Text == sc.Search {
		return nil
	}
	m.asking = true
	return m.src.calls(sc.S.Seq, sc.Search)
}

// actScreen changes the screen itself.
func (m *Model) actScreen(a Act) tea.Cmd {
	sc := &m.sc
	switch a {
	case ActHelp:
		return m.open(&help{})
	case ActTheme:
		sc.Theme = sc.Theme.next()
		sc.Notice = Notice{Text: sc.Theme.Name}
	case ActLang:
		sc.Lang = map[Lang]Lang{EN: KO, KO: EN}[sc.Lang]
		sc.Text = textOf(sc.Lang)
	case ActMouse:
		sc.Mouse = !sc.Mouse
		sc.Notice = Notice{Text: sc.Text.MouseOff}
		if sc.Mouse {
			sc.Notice.Text = sc.Text.MouseOn
		}
	case ActRedraw:
		return tea.ClearScreen
	case ActClose:
		switch {
		case sc.Zoom:
			sc.Zoom = false
		case sc.Search != "":
			return m.search("")
		case sc.Auto > 0:
			return m.setAuto(0)
		}
	case ActQuit:
		return m.leave()
	}
	return nil
}

// leave asks before a live run is stopped; a recording is just closed.
func (m *Model) leave() tea.Cmd {
	switch {
	case !m.sc.Live || m.sc.Ended:
		return tea.Quit
	case m.quit:
		return m.unwind(true)
	}
	return m.open(ask{})
}

// unwind stops the run; the screen stays until all is undone.
func (m *Model) unwind(now bool) tea.Cmd {
	if m.ctl == nil || m.sc.Ended {
		return tea.Quit
	}
	now = now || m.quit
	m.quit = true
	m.want, m.sc.At, m.sc.Going = 0, 0, true
	m.sc.Notice = Notice{Text: m.sc.Text.Unwinding}
	return m.do(func() error { return m.ctl.Unwind(now) })
}
