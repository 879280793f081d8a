package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"glassbox/lessons"
	"glassbox/runtime/journal"
)

// LessonOptions say which lesson the screen plays, and what it asks for beside
// the player.
type LessonOptions struct {
	Options
	Player *lessons.Player
	All    []*lessons.Lesson                // the lesson in all its languages
	From   int                              // the step to begin at, from 0
	Taped  bool                             // a recording is played: it shows, and it counts for nothing
	Save   func(*lessons.Score) error       // keeps how far the learner is
	Behind func(run string) (LiveRun, bool) // what is behind a run that the lesson started
}

// behind is the screen of one of the runs, and its journal.
type behind struct {
	x *journal.Index
	m *Model
}

// LiveRun is where a lesson's run can be followed and touched; of a recording
// there is no Controller.
type LiveRun struct {
	Journal    string
	Controller Controller
}

// RunLesson plays a lesson on the full screen until the person leaves. The runs
// are the player's: the caller closes it.
func RunLesson(ctx context.Context, o LessonOptions) error {
	o.Options = o.filled()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := newLesson(ctx, o)
	defer m.forget()
	return play(ctx, m, o.Options)
}

// lessonModel is the lesson screen: what was told so far, and beside it a pane of
// the run that the step is about. The free screen of that run is an inner Model.
type lessonModel struct {
	ctx  context.Context
	o    LessonOptions
	t    *lessonText
	sc   Scene // for its theme, words and boxes before there is a run
	w, h int

	pages  []*page // a step each, as far as they were told; the last one grows
	at     int     // the page that is shown
	view   View    // where in it
	fresh  int     // the entry of it below which all is new
	tall   int     // how many rows of it are seen; 0 where the pane hides it
	below  bool    // there is more of it below these
	pane   bool    // the pane has the focus, not the lesson
	free   bool    // the free screen is shown
	blank  bool
	help   bool   // the keys are told
	busy   string // what is being done now; "" nothing
	step   *lessons.Step
	item   *lessons.Item
	done   int // steps, as the score had them
	notice Notice
	asked  bool // q was pressed once
	over   bool
	choice int // the selected answer

	runs   map[string]*behind
	now    string // the run that is shown
	front  string // the run that the lesson has come to
	autoID int

	frame string
	drawn bool
}

// page is one step as it was told.
type page struct {
	title   string
	number  int // from 1; 0: the introduction, or the summary
	entries []told
	look    *lessons.Look // what it pointed at last
	run     string        // what was shown beside it at its end
	seq     uint64
}

func newLesson(ctx context.Context, o LessonOptions) *lessonModel {
	l := o.Player.Lesson
	if o.Lang == "" || l.Lang == string(KO) {
		o.Lang = ParseLang(l.Lang)
	}
	m := &lessonModel{ctx: ctx, o: o, t: lessonTextOf(o.Lang), runs: map[string]*behind{}, sc: Scene{
		Theme: NewTheme(o.Theme, o.ASCII), Lang: o.Lang, Text: textOf(o.Lang), S: journal.NewState(journal.Header{}),
	}}
	m.pages = []*page{m.opening()}
	return m
}

// opening is the page before the first step.
func (m *lessonModel) opening() *page {
	l := m.o.Player.Lesson
	p := &page{title: Clean(l.Title), entries: []told{{kind: entryFacts, text: m.t.facts(l)}, {kind: entryProse, text: l.Intro}}}
	if m.o.Taped {
		p.entries = append(p.entries, told{kind: entryNotice, text: m.t.Taped})
	}
	return p
}

// Init resumes where the learner was.
func (m *lessonModel) Init() tea.Cmd {
	if m.o.From > 0 {
		return m.reset(m.o.From)
	}
	return m.autoNext()
}

// Update obeys a message. It does no I/O: that is in the commands it returns.
func (m *lessonModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.drawn = false
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
		return m, m.all(msg)
	case tea.KeyPressMsg:
		return m, m.key(msg)
	case movedMsg:
		return m, m.moved(msg)
	case openedMsg:
		return m, m.opened(msg)
	case begunMsg:
		return m, m.refresh()
	case lessonTick:
		if msg.id != m.autoID || m.o.Auto == 0 && !m.auto() {
			return m, nil
		}
		return m, m.next()
	case grewMsg, stateMsg, callsMsg, callMsg:
		return m, m.all(msg)
	case tea.ResumeMsg:
		return m, tea.ClearScreen
	case ranMsg: // which the footer said is waited for
		m.notice = Notice{}
	}
	return m, m.inner(msg)
}

// all gives a message to every run's screen: each knows its own.
func (m *lessonModel) all(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, b := range m.runs {
		_, cmd := b.m.Update(msg)
		cmds = append(cmds, cmd)
	}
	return tea.Batch(cmds...)
}

// inner gives a message to the run's screen that is shown.
func (m *lessonModel) inner(msg tea.Msg) tea.Cmd {
	b := m.runs[m.now]
	if b == nil {
		return nil
	}
	_, cmd := b.m.Update(msg)
	return cmd
}

// model is the screen of the run that is shown, or nil.
func (m *lessonModel) model() *Model {
	if b := m.runs[m.now]; b != nil {
		return b.m
	}
	return nil
}

// forget closes the journals.
func (m *lessonModel) forget() {
	for name, b := range m.runs {
		_ = b.x.Close()
		delete(m.runs, name)
	}
	m.now = ""
}

// View is the frame. It is made once for each change.
func (m *lessonModel) View() tea.View {
	if !m.drawn {
		m.frame = strings.Join(m.sc.Theme.sent(m.rows(m.w, m.h)), "\n")
		m.drawn = true
	}
	v := tea.NewView(m.frame)
	v.AltScreen = true
	v.WindowTitle = "glassbox " + Clean(m.o.Player.Lesson.Title)
	return v
}

// auto tells whether the lesson goes on by itself.
func (m *lessonModel) auto() bool { return m.o.Auto != 0 }

// lessonTick is one beat of a lesson that goes on by itself.
type lessonTick struct{ id int }

// autoNext asks for the next beat, after as long as what comes next needs.
func (m *lessonModel) autoNext() tea.Cmd {
	if !m.auto() || m.over || m.busy != "" {
		return nil
	}
	m.autoID++
	id := m.autoID
	return tea.Tick(m.stay(), func(time.Time) tea.Msg { return lessonTick{id} })
}

// stay is how long what is shown now stays: the lesson's timing, --auto's delay,
// or by the length of what was told last.
func (m *lessonModel) stay() time.Duration {
	if m.o.Auto > 0 {
		return m.o.Auto
	}
	s, _ := m.peek()
	last := m.lastEntry()
	var read, think, look time.Duration
	for _, t := range []*lessons.Timing{m.o.Player.Lesson.Timing, timingOf(s)} {
		if t != nil {
			read, think, look = t.Read, t.Think, t.Look
		}
	}
	switch {
	case last == nil:
		return time.Second
	case last.kind == entryAsk && think > 0:
		return think
	case last.kind == entryLook && look > 0:
		return look
	case last.kind == entryProse && read > 0:
		return read
	}
	return max(2*time.Second, time.Duration(len([]rune(last.text)))*time.Second/20)
}

func timingOf(s *lessons.Step) *lessons.Timing {
	if s == nil {
		return nil
	}
	return s.Timing
}
