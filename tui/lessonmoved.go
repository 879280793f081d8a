package tui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"glassbox/runtime/journal"
)

// moved takes in what the player did.
func (m *lessonModel) moved(msg movedMsg) tea.Cmd {
	m.busy = ""
	if errors.Is(msg.err, context.Canceled) {
		return nil
	}
	switch msg.what {
	case "reset":
		m.forget()
		for len(m.pages) > 1 && (m.last().number == 0 || m.last().number > msg.step) {
			m.pages = m.pages[:len(m.pages)-1]
		}
		m.at, m.view = len(m.pages)-1, View{}
		if msg.err != nil {
			return m.trouble(msg.err)
		}
		return tea.Batch(m.come(), m.goOn())
	case "check":
		if msg.result != nil {
			m.unsay() // what a check said before is no longer so
			m.add(told{kind: entryFeedback, text: msg.result.Out, ok: msg.ok, exit: msg.result.Exit})
		}
		if msg.err != nil {
			return m.trouble(msg.err)
		}
		m.keep()
		return tea.Batch(m.refresh(), m.autoNext())
	}
	if msg.result != nil && msg.item != nil && msg.item.Do != nil {
		m.add(told{kind: entryOutput, text: msg.result.Out, exit: msg.result.Exit})
	}
	for _, v := range msg.verdicts {
		m.reveal(v)
	}
	if msg.err != nil {
		return m.trouble(msg.err)
	}
	s, i := m.peek()
	var cmds []tea.Cmd
	if msg.item != nil && msg.item.Stop != nil { // else what the step looks at stays
		m.follow()
		cmds = append(cmds, m.come())
	}
	switch {
	case msg.result != nil:
		cmds = append(cmds, m.refresh())
	case msg.item != nil && msg.item.Stop != nil && msg.item.Stop.At == "running":
		cmds = append(cmds, tea.Tick(begun, func(time.Time) tea.Msg { return begunMsg{} }))
	}
	switch {
	case msg.item == nil: // a step is done
		m.save()
		cmds = append(cmds, m.goOn())
	case i == nil && (msg.item.Look != nil || msg.item.Check != nil): // all was seen: no key for nothing
		cmds = append(cmds, m.goOn())
	case s != nil:
		cmds = append(cmds, m.tell(s))
	}
	return tea.Batch(cmds...)
}

// begun is how long a program is given to become what it is to be: right after
// execve(2) an entrypoint may still run, and nothing can be read inside.
const begun = 300 * time.Millisecond

// begunMsg says that a program has begun for a while.
type begunMsg struct{}

// refresh has the run that is shown observed anew: a command may have changed what its pane says.
func (m *lessonModel) refresh() tea.Cmd {
	in := m.model()
	if in == nil || in.ctl == nil || in.sc.Ended {
		return nil
	}
	return in.do(in.ctl.Snapshot)
}

// follow lets the pane be the one of the stage again, until a step looks elsewhere.
func (m *lessonModel) follow() {
	for _, b := range m.runs {
		sc := &b.m.sc
		sc.pinned, sc.Lit = false, Lit{}
		if st := sc.stage(); st != "" {
			sc.Pane = paneFor(st)
		}
	}
}

// trouble shows what went wrong; the item can be tried again, the step reset.
func (m *lessonModel) trouble(err error) tea.Cmd {
	e := told{kind: entryError, text: Phrase(err.Error(), m.o.Lang)}
	if last := m.lastEntry(); last == nil || last.kind != e.kind || last.text != e.text { // tried again, it may say the same
		m.add(e)
	}
	m.notice = Notice{Text: m.t.Trouble, Error: true}
	return nil
}

// come shows the run that the lesson has come to beside it.
func (m *lessonModel) come() tea.Cmd {
	run := m.o.Player.Now()
	m.front = run
	if run == "" || m.o.Behind == nil {
		return nil
	}
	if m.runs[run] != nil {
		m.now = run
		return nil
	}
	live, ok := m.o.Behind(run)
	if !ok {
		return nil
	}
	return func() tea.Msg {
		x, err := journal.OpenIndex(live.Journal)
		return openedMsg{run: run, x: x, c: live.Controller, err: err}
	}
}

// opened begins to follow a run.
func (m *lessonModel) opened(msg openedMsg) tea.Cmd {
	if msg.err != nil {
		return m.trouble(msg.err)
	}
	if m.runs[msg.run] != nil {
		_ = msg.x.Close()
		return nil
	}
	o := m.o.Options
	o.Controller, o.Auto, o.Speak, o.Signal, o.Fallback = msg.c, 0, nil, nil, ""
	in := newModel(m.ctx, &source{x: msg.x}, o)
	in.w, in.h = m.w, m.h
	in.sc.Focus, in.sc.InLesson, in.sc.Theme = OnPane, true, m.sc.Theme
	if m.o.Taped { // it grows as a live one does
		in.sc.Live, in.sc.Taped = true, true
	}
	m.runs[msg.run] = &behind{x: msg.x, m: in}
	m.now = msg.run
	m.lookAgain()
	m.goThere()
	return in.Init()
}
