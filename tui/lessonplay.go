package tui

import (
	tea "charm.land/bubbletea/v2"

	"glassbox/lessons"
	"glassbox/runtime/journal"
)

// movedMsg says how something that was asked of the player went.
type movedMsg struct {
	what     string // advance, check, solve, reset
	item     *lessons.Item
	step     int // that the item is in
	verdicts []lessons.Verdict
	result   *lessons.Result
	ok       bool
	err      error
}

// openedMsg is the screen of a run that the lesson has come to.
type openedMsg struct {
	run string
	x   *journal.Index
	c   Controller
	err error
}

// begin says that the player is being asked something. Until it answers nothing
// but the answering command touches it: what is drawn comes from what was peeked at.
func (m *lessonModel) begin(busy string) {
	m.peek()
	m.busy = busy
	m.fresh = max(len(m.last().entries)-1, 0)
	if e := m.lastEntry(); e != nil && e.kind == entryCommand && len(e.rows) > m.tall/2 {
		m.fresh++ // it was read; what comes of it would be far below
	}
}

// peek is what the player does next, also while it is being asked something.
func (m *lessonModel) peek() (*lessons.Step, *lessons.Item) {
	if m.busy == "" {
		m.step, m.item = m.o.Player.Peek()
		m.done = m.o.Player.Score.Step
	}
	return m.step, m.item
}

// next goes on: to the lesson where the pane hides it, to what is below, and then
// with the lesson.
func (m *lessonModel) next() tea.Cmd {
	switch {
	case m.busy != "":
		return nil
	case m.pane && m.tall == 0:
		m.pane = false
		return m.autoNext()
	case m.below:
		m.view.moved = true
		m.view.Top += max(m.tall-1, 1)
		return m.autoNext()
	}
	return m.goOn()
}

// goOn goes to the page that was told already, or on with the lesson.
func (m *lessonModel) goOn() tea.Cmd {
	switch {
	case m.busy != "":
		return nil
	case m.at < len(m.pages)-1:
		return m.turn(1)
	case m.over:
		return nil
	}
	p := m.o.Player
	s, i := p.Peek()
	switch {
	case s == nil:
		return m.finish()
	case m.last().number != p.At()+1:
		m.pages = append(m.pages, &page{title: Clean(s.Title), number: p.At() + 1})
		m.at, m.view, m.fresh, m.pane = len(m.pages)-1, View{}, 0, false
		m.unlit()
		m.speak(s)
		return m.tell(s)
	case i == nil:
		m.keep()
		return m.advance(m.t.Moving)
	}
	return m.doItem(s, i)
}

// tell shows what can be shown before anything is done: prose, and then what
// waits for the person.
func (m *lessonModel) tell(s *lessons.Step) tea.Cmd {
	p := m.o.Player
	for {
		_, i := p.Peek()
		if i == nil {
			break
		}
		if i.Prose != "" {
			m.add(told{kind: entryProse, text: i.Prose, of: s, item: itemOf(s, i)})
			if _, _, err := p.Advance(m.ctx); err != nil {
				return m.trouble(err)
			}
			continue
		}
		m.announce(s, i)
		m.goThere()
		break
	}
	return m.autoNext()
}

// announce shows an item that waits for the person.
func (m *lessonModel) announce(s *lessons.Step, i *lessons.Item) {
	m.choice = -1
	at := itemOf(s, i)
	switch {
	case i.Stop != nil:
		m.add(told{of: s, item: at, kind: entryStop, text: m.placeOf(i.Stop)})
	case i.Predict != nil:
		m.add(told{of: s, item: at, kind: entryAsk, text: i.Predict.Ask, predict: i.Predict, right: -1, chosen: -1})
	case i.Do != nil:
		e := m.command(i.Do)
		e.of, e.item = s, at
		m.add(e)
	case i.Check != nil:
		m.add(told{kind: entryTask, text: m.t.Task, hints: len(s.Hints)})
	case i.Look != nil:
		m.look(i.Look)
		m.add(told{of: s, item: at, kind: entryLook, text: m.lookText(i.Look)})
	}
}

// waiting is the command that the person may also type: what is to be done, or
// what solves the task. nil where there is none.
func (m *lessonModel) waiting() *lessons.Command {
	s, i := m.peek()
	switch {
	case i == nil:
		return nil
	case i.Check != nil:
		return s.Solve
	}
	return i.Do
}

// goThere shows the run in which the waiting command is to run, where a shell opens,
// or that a command of the host's is about. And the one that a question is about: what
// tells the answer is covered there.
func (m *lessonModel) goThere() {
	var run string
	if _, i := m.peek(); i != nil && i.Predict != nil {
		run = i.Predict.Value.Run
	} else if c := m.waiting(); c == nil || c.Outside && c.Run == "" {
		return
	} else {
		run = c.Run
	}
	if run == "" {
		run = m.front
	}
	if m.runs[run] != nil {
		m.now = run
	}
}

// placeOf says where a stop lets the run go on to, and which run where there are several.
func (m *lessonModel) placeOf(s *lessons.Stop) string {
	if runs := m.o.Player.Lesson.Runs; len(runs) > 1 {
		run := s.Run
		if run == "" {
			run = runs[0].Name
		}
		return Clean(run) + ": " + m.t.place(s)
	}
	return m.t.place(s)
}

// doItem does the item that waits.
func (m *lessonModel) doItem(s *lessons.Step, i *lessons.Item) tea.Cmd {
	switch {
	case i.Check != nil:
		if m.auto() && !m.solved() {
			return m.solve()
		}
		if m.solved() {
			return m.advance(m.t.Moving)
		}
		return m.check()
	case i.Predict != nil:
		m.o.Player.Answer(m.choice)
		if e := m.lastOf(entryAsk); e != nil {
			e.chosen = m.choice
			e.drop()
		}
	case i.Do != nil:
		return m.advance(m.t.Running)
	}
	if i.Prose != "" {
		return m.tell(s)
	}
	return m.advance(m.t.Moving)
}

// advance asks the player to do the item that comes next.
func (m *lessonModel) advance(busy string) tea.Cmd {
	p := m.o.Player
	_, i := p.Peek()
	step := p.At()
	m.begin(busy)
	ctx := m.ctx
	return func() tea.Msg {
		v, r, err := p.Advance(ctx)
		return movedMsg{what: "advance", item: i, step: step, verdicts: v, result: r, err: err}
	}
}

// check asks whether the task is done.
func (m *lessonModel) check() tea.Cmd {
	p, ctx := m.o.Player, m.ctx
	m.begin(m.t.Checking)
	return func() tea.Msg {
		r, ok, err := p.Check(ctx)
		return movedMsg{what: "check", result: r, ok: ok, err: err}
	}
}

// solve shows the solution and runs it, then the check.
func (m *lessonModel) solve() tea.Cmd {
	p, ctx := m.o.Player, m.ctx
	s, i := p.Peek()
	if s == nil || i == nil || i.Check == nil || s.Solve == nil || m.busy != "" {
		return nil
	}
	m.fresh = len(m.last().entries)
	e := m.command(s.Solve)
	e.solve = true
	m.add(e)
	m.begin(m.t.Running)
	return func() tea.Msg {
		if r, err := p.Solve(ctx); err != nil || r.Exit != 0 {
			return movedMsg{what: "check", result: r, err: err}
		}
		r, ok, err := p.Check(ctx)
		return movedMsg{what: "check", result: r, ok: ok, err: err}
	}
}

// reset brings the lesson to the beginning of a step, with new containers.
func (m *lessonModel) reset(step int) tea.Cmd {
	if m.busy != "" {
		return nil
	}
	m.begin(m.t.Resetting)
	m.over = false
	p, ctx := m.o.Player, m.ctx
	return func() tea.Msg {
		return movedMsg{what: "reset", step: step, err: p.Reset(ctx, step)}
	}
}

// finish shows the summary.
func (m *lessonModel) finish() tea.Cmd {
	m.over = true
	m.save()
	m.pages = append(m.pages, &page{title: m.t.Over, entries: m.summary()})
	m.at, m.view, m.fresh, m.pane = len(m.pages)-1, View{}, 0, false
	return nil
}

// save keeps how far the learner is.
func (m *lessonModel) save() {
	if m.o.Save == nil || m.busy != "" {
		return // the end of the last step kept it
	}
	if err := m.o.Save(m.o.Player.Score); err != nil {
		m.notice = fault(err, m.o.Lang)
	}
}

// speak tells the speaker's second terminal where we are.
func (m *lessonModel) speak(s *lessons.Step) {
	if m.o.Speak == nil {
		return
	}
	l := m.o.Player.Lesson
	at := m.o.Player.At()
	note, next := "", ""
	for _, n := range s.Notes {
		note += n.Text + "\n\n"
	}
	if at+1 < len(l.Steps) {
		next = l.Steps[at+1].Title
	}
	m.o.Speak(Speaker{
		Stage: l.Name, Number: at + 1, Of: len(l.Steps), Title: s.Title, Note: note, Next: next,
		Began: m.o.Player.Score.Started, State: m.sc.Text.Live, Auto: m.o.Auto, Waiting: true,
		Name: l.Name,
	})
}
