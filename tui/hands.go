package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"glassbox/runtime/journal"
)

// doneMsg says how something that was asked of the run went.
type doneMsg struct {
	err  error
	said string  // what the screen says where it went well; may be empty
	from *prompt // that it was typed into, or nil
}

// backMsg says that a shell or the program's terminal was left.
type backMsg struct {
	err  error
	said string
}

// choicesMsg are the things that can be left out.
type choicesMsg struct {
	list  []Choice
	err   error
	again bool // they were read anew, for who still looks at them
}

// shellMsg is a command that wants the terminal.
type shellMsg struct {
	cmd  Command
	err  error
	said string // what the screen says afterwards
}

// dirMsg is a directory or a file of the container.
type dirMsg struct {
	path string
	list []File
	text []byte
	file bool
	err  error
}

// do asks something of the run, outside of Update.
func (m *Model) do(f func() error) tea.Cmd {
	return func() tea.Msg { return doneMsg{err: f()} }
}

// actHands does what needs a live run.
func (m *Model) actHands(a Act) tea.Cmd {
	c := m.ctl
	if c == nil || m.sc.Ended {
		text := m.sc.Text.NoController
		if c != nil {
			text = m.sc.Text.NoContainer
		}
		m.sc.Notice = Notice{Text: text, Error: true}
		return nil
	}
	switch a {
	case ActShell:
		return takes(m.sc.Text.ShellDone, func() (Command, error) { return c.Shell(journal.Inside) })
	case ActHostShell:
		return takes(m.sc.Text.HostShellDone, func() (Command, error) { return c.Shell(journal.Outside) })
	case ActAttach:
		return takes("", c.Attach)
	case ActRunHere:
		return m.open(&prompt{kind: askRun, where: 2})
	case ActSignal:
		return m.openAgain(askSignal)
	case ActLimit:
		return m.openAgain(askLimit)
	case ActRefresh:
		return m.do(c.Snapshot)
	case ActWithout:
		return func() tea.Msg {
			list, err := c.Choices()
			return choicesMsg{list: list, err: err}
		}
	case ActBreak:
		return m.toggleBreak()
	case ActRetry:
		if g := m.sc.gate(); g != nil && g.At == atFailure {
			return m.do(func() error { return c.Go(Go{Grain: Retry}) })
		}
	}
	return nil
}

// openAgain opens a prompt with what was refused last time, to be mended.
func (m *Model) openAgain(kind promptKind) tea.Cmd {
	text := m.refused[kind]
	return m.open(&prompt{kind: kind, text: text, last: text != ""})
}

func (m *Model) toggleBreak() tea.Cmd {
	if m.sc.Rail >= len(m.sc.S.Stages) {
		return nil
	}
	name := m.sc.S.Stages[m.sc.Rail].Name
	on := !m.sc.Breaks[name]
	m.sc.Breaks[name] = on
	said := m.sc.Text.Breakpoint
	if !on {
		said = m.sc.Text.BreakGone
	} else if st := m.sc.Newest.Stage(name); st != nil && st.State != "" {
		said = m.sc.Text.BreakLate
	}
	m.sc.Notice = Notice{Text: strings.Replace(said, "%s", oneLine(name), 1)}
	return m.do(func() error { return m.ctl.Break(name, on) })
}

// takes asks for a command that takes the terminal.
func takes(said string, f func() (Command, error)) tea.Cmd {
	return func() tea.Msg {
		c, err := f()
		return shellMsg{c, err, said}
	}
}

// hands takes in the answers of the run.
func (m *Model) hands(msg tea.Msg) tea.Cmd {
	var err error
	switch msg := msg.(type) {
	case doneMsg:
		if err = msg.err; err == nil && msg.said != "" {
			m.sc.Notice = Notice{Text: msg.said}
		}
		if err != nil && msg.from != nil {
			m.refused[msg.from.kind] = msg.from.text
		}
	case shellMsg:
		if msg.err == nil && msg.cmd != nil {
			return tea.Exec(direct{msg.cmd}, func(err error) tea.Msg { return backMsg{err, msg.said} })
		}
		err = msg.err
	case backMsg:
		m.sc.Notice = Notice{Text: msg.said}
		err = msg.err
	case choicesMsg:
		err = msg.err
		o, open := m.overlay().(*leave)
		switch {
		case open && len(msg.list) == len(o.list):
			o.list = msg.list
		case err == nil && !msg.again:
			return m.open(&leave{list: msg.list})
		}
	case ranMsg:
		m.sc.Notice = Notice{}
		return m.open(&ran{msg: msg})
	case dirMsg:
		m.gotDir(msg)
	case callMsg:
		switch {
		case msg.from != m.src:
		case msg.seq > 0:
			return m.goTo(msg.seq)
		default:
			m.edge(msg.n)
		}
	}
	if err != nil {
		m.sc.Notice = fault(err, m.sc.Lang)
	}
	return nil
}

// needDir asks for a directory of the container that is not open yet.
func (m *Model) needDir(path string) tea.Cmd {
	if m.ctl == nil || m.sc.Ended || m.sc.Pane != PaneFiles || m.sc.S.Now < 2 {
		return nil
	}
	c := m.ctl
	return func() tea.Msg {
		list, err := c.Files(path)
		return dirMsg{path: path, list: list, err: err}
	}
}

// openPath opens or closes a directory, or shows a file.
func (m *Model) openPath(path string) tea.Cmd {
	l := m.selected()
	if _, open := m.sc.Dirs.Open[path]; open {
		delete(m.sc.Dirs.Open, path)
		m.sc.Dirs.Version++
		return nil
	}
	if l != nil && m.isDir(path) {
		return m.needDir(path)
	}
	c := m.ctl
	if c == nil {
		return nil
	}
	return func() tea.Msg {
		b, err := c.Read(path)
		return dirMsg{path: path, text: b, file: true, err: err}
	}
}

func (m *Model) isDir(path string) bool {
	for dir, list := range m.sc.Dirs.Open {
		for _, f := range list {
			if f.Dir && joinPath(dir, f.Name) == path {
				return true
			}
		}
	}
	return false
}

func joinPath(dir, name string) string {
	if dir == "/" {
		return "/" + name
	}
	return dir + "/" + name
}

func (m *Model) gotDir(msg dirMsg) {
	switch {
	case msg.err != nil:
		m.sc.Notice = fault(msg.err, m.sc.Lang)
	case msg.file:
		_ = m.open(&value{title: Cut(Clean(msg.path), 60), source: hostCommand(m.sc.S, "cat ", msg.path), text: string(msg.text)})
	default:
		m.sc.Dirs.Open[msg.path] = msg.list
		m.sc.Dirs.Version++
	}
}
