package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"glassbox/runtime/journal"
)

// Model is the screen over one journal: the only tea.Model of a run or a
// recording. What is drawn is in its Scene.
type Model struct {
	sc   Scene
	w, h int
	top  []overlay
	ctx  context.Context
	src  *source
	ctl  Controller
	opts Options

	want    uint64 // the moment that was asked for last
	loading bool   // and is not there yet
	tail    bool   // of a recording the newest was asked for: it is followed while it grows
	autoID  int    // of the present timer
	quit    bool   // the person asked to quit; the run unwinds
	leaving bool   // and is done
	stageAt string // the stage that the panes were set for
	spoke   string
	fallTo  string                // the stage that a recording takes over from
	refused map[promptKind]string // what was typed last and could not be done: it stands there again

	frame  string
	drawn  bool
	asking bool // for calls

	follow func(*source) tea.Cmd                // reads on
	after  func(time.Duration, tea.Msg) tea.Cmd // says something later
}

// newModel is the screen over an opened journal. ctx ends its commands.
func newModel(ctx context.Context, src *source, opts Options) *Model {
	m := &Model{ctx: ctx, src: src, ctl: opts.Controller, opts: opts, refused: map[promptKind]string{}}
	m.sc = Scene{
		S: journal.NewState(src.x.Header()), Live: opts.Controller != nil, Talk: opts.Talk,
		Speed: defaultDelay, Breaks: map[string]bool{}, Focus: OnStory, Reading: true,
		Theme: NewTheme(opts.Theme, opts.ASCII), Lang: opts.Lang, Text: textOf(opts.Lang),
		Dirs: Dirs{Open: map[string][]File{}, Text: map[string]string{}, Err: map[string]string{}},
	}
	m.after = func(d time.Duration, msg tea.Msg) tea.Cmd {
		return tea.Tick(d, func(time.Time) tea.Msg { return msg })
	}
	m.follow = func(src *source) tea.Cmd { return src.follow(ctx) }
	m.sc.Newest = m.sc.S
	if opts.Auto > 0 {
		m.sc.Speed, m.sc.Auto = opts.Auto, opts.Auto
	}
	return m
}

// Init begins to read.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.follow(m.src)}
	if m.sc.Auto > 0 {
		cmds = append(cmds, m.setAuto(m.sc.Auto))
	}
	return tea.Batch(cmds...)
}

// Update obeys a message. It does no I/O: that is in the commands it returns.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.drawn = false
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
	case tea.KeyPressMsg:
		return m, m.key(msg)
	case tea.PasteMsg:
		if p, ok := m.overlay().(*prompt); ok {
			p.typed(msg.Content)
		}
	case tea.MouseWheelMsg:
		return m, m.wheel(msg)
	case grewMsg:
		return m, m.grew(msg)
	case stateMsg:
		return m, m.arrived(msg)
	case callsMsg:
		m.asking = false
		if msg.from == m.src {
			m.sc.Calls = msg.list
		}
		return m, m.needCalls()
	case tickMsg:
		return m, m.tick(msg)
	case fallMsg:
		return m, m.fall(msg)
	case leaveMsg:
		return m, tea.Quit
	case tea.ResumeMsg:
		return m, tea.ClearScreen
	default:
		return m, m.hands(msg)
	}
	return m, nil
}

// View is the frame. It is made once for each change.
func (m *Model) View() tea.View {
	if !m.drawn {
		m.frame = strings.Join(m.sc.Frame(m.w, m.h, m.top), "\n")
		m.drawn = true
	}
	v := tea.NewView(m.frame)
	v.AltScreen = true
	v.WindowTitle = m.windowTitle()
	v.ProgressBar = m.progress()
	if m.sc.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

// windowTitle is what the terminal's window is called.
func (m *Model) windowTitle() string {
	s := "glassbox"
	if m.sc.S != nil && m.sc.S.Header.Image != "" {
		s += " " + oneLine(m.sc.S.Header.Image)
	}
	if st := m.sc.stage(); st != "" {
		s += " " + m.sc.place() + " " + oneLine(st)
	}
	return s
}

// progress is the terminal's own progress bar, where it has one.
func (m *Model) progress() *tea.ProgressBar {
	s := m.sc.Newest
	if !m.sc.Live || s == nil || m.sc.Ended {
		return nil
	}
	done, failed := 0, false
	for i := range s.Stages {
		switch s.Stages[i].State {
		case journal.Done, journal.Skipped:
			done++
		case journal.Failed:
			failed = true
		}
	}
	state := tea.ProgressBarDefault
	switch {
	case failed:
		state = tea.ProgressBarError
	case m.sc.gate() != nil:
		state = tea.ProgressBarWarning
	}
	return tea.NewProgressBar(state, done*100/max(len(s.Stages), 1))
}

// overlay is the topmost overlay, or nil.
func (m *Model) overlay() overlay {
	if len(m.top) == 0 {
		return nil
	}
	return m.top[len(m.top)-1]
}

func (m *Model) open(o overlay) tea.Cmd {
	m.top = append(m.top, o)
	return nil
}

// key gives a key to the topmost overlay, or obeys it.
func (m *Model) key(k tea.KeyPressMsg) tea.Cmd {
	m.sc.Notice = Notice{}
	if actOf(k) == ActSuspend {
		return tea.Suspend
	}
	if o := m.overlay(); o != nil {
		n := len(m.top)
		done, cmd := o.key(m, k)
		if done && len(m.top) >= n {
			m.top = append(m.top[:n-1], m.top[n:]...)
		}
		return cmd
	}
	a := actOf(k)
	if m.sc.Blank && a != ActQuit {
		m.sc.Blank = false
		if a == ActBlank || a == ActClose {
			return nil
		}
	}
	return m.act(a, k)
}

func (m *Model) wheel(msg tea.MouseWheelMsg) tea.Cmd {
	if msg.Button == tea.MouseWheelUp {
		return m.move(-3)
	}
	return m.move(3)
}

// grew takes in what was read of the journal.
func (m *Model) grew(msg grewMsg) tea.Cmd {
	if msg.from != m.src {
		return nil
	}
	if msg.err != nil {
		m.sc.Notice = fault(msg.err, m.sc.Lang)
		m.sc.Reading = false
		return nil
	}
	sc := &m.sc
	sc.Newest, sc.Damaged = msg.newest, msg.damaged
	sc.Stops = append(sc.Stops, msg.stops...)
	sc.Steps = steps(sc.Stops, sc.Newest.Seq)
	first := sc.Reading && !sc.Live && sc.At == 0 && len(sc.Steps) > 0
	sc.Reading = msg.more
	var cmds []tea.Cmd
	switch {
	case first && (len(sc.Steps) > 1 || !msg.more) && m.want == 0:
		cmds = append(cmds, m.goTo(m.begin()))
	case first && m.want == 0:
		sc.Reading = true // the first stage's end is not known yet
	case sc.At == 0 && sc.Live:
		m.show(sc.Newest)
	case m.tail && m.want < sc.Newest.Seq:
		cmds = append(cmds, m.newest())
	}
	if msg.ended {
		sc.Ended = true
		cmds = append(cmds, m.finish())
	} else {
		cmds = append(cmds, m.follow(m.src))
	}
	cmds = append(cmds, m.fellBack(), m.needCalls())
	return tea.Batch(cmds...)
}

// begin is where a recording begins: its first stage's end, or the stage that a
// run failed in.
func (m *Model) begin() uint64 {
	for _, s := range m.sc.Steps {
		if s.Stage == m.fallTo {
			return s.Seq
		}
	}
	return m.sc.Steps[0].Seq
}

// show makes a state the shown one; panes begin anew with each stage.
func (m *Model) show(s *journal.State) {
	sc := &m.sc
	sc.S = s
	if st := sc.stage(); st != m.stageAt {
		m.stageAt = st
		for i := range sc.Panes {
			sc.Panes[i].moved = false
		}
		sc.Story = View{}
		sc.Rail = max(s.Now, 0)
		if st != "" && !sc.pinned {
			sc.Pane = paneFor(st)
		}
	}
	m.speak()
}

// speak tells the speaker's second terminal where we are.
func (m *Model) speak() {
	if m.opts.Speak == nil {
		return
	}
	sc := &m.sc
	name := sc.stage()
	state := sc.when()
	if key := name + state + secondsOf(sc.Auto); key != m.spoke {
		m.spoke = key
		next := ""
		if i := sc.S.Now + 1; i < len(sc.S.Stages) {
			next = Story(sc.S.Stages[i].Name, sc.Lang).Title
		}
		s := Story(name, sc.Lang)
		m.opts.Speak(Speaker{
			Stage: name, Number: sc.S.Now + 1, Of: len(sc.S.Stages), Title: s.Title, Note: s.Sentence + "\n\n" + s.Runc + "\n\n" + s.Kubernetes,
			Next: next, Began: sc.S.Header.Started, State: state, Auto: sc.Auto, Waiting: sc.gate() != nil,
			Name: sc.S.Header.Name,
		})
	}
}

// finish is called when the run is over.
func (m *Model) finish() tea.Cmd {
	if !m.quit {
		m.sc.Notice = Notice{Text: m.sc.Text.AllUndone}
		return nil
	}
	m.leaving = true
	m.sc.Notice = Notice{Text: m.sc.Text.Undone}
	return m.after(lookAfter, leaveMsg{})
}

// lookAfter is how long a run that was stopped stays on the screen.
const lookAfter = 800 * time.Millisecond

type leaveMsg struct{}
