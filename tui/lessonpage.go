package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"glassbox/lessons"
)

// The kinds of entries of a page.
const (
	entryProse = iota
	entryStop
	entryAsk
	entryVerdict
	entryCommand
	entryOutput
	entryTask
	entryFeedback
	entryHint
	entryLook
	entryError
	entryNotice
	entryMistake
	entryFacts
)

// told is one thing that was told on a page.
type told struct {
	kind    int
	text    string
	predict *lessons.Predict
	verdict *lessons.Verdict
	mark    *lessons.Mark // of a mistake
	chosen  int           // of a question: the answer given; -1: none
	right   int           // the one that is right; -1: not known yet
	outside bool
	run     string // of a command: in which run, if it has to be said
	user    string // as whom, likewise
	ok      bool
	exit    int
	hints   int
	of      *lessons.Step // in the language that it was first told in
	item    int           // of that step, from 0
	hint    int           // of the step, from 1
	solve   bool          // the step's solution

	rows []string // as drawn
	key  string   // for which width, theme and selection
}

// drop has the entry drawn anew.
func (e *told) drop() { e.key = "" }

func (m *lessonModel) last() *page { return m.pages[len(m.pages)-1] }

// itemOf is an item's place in its step.
func itemOf(s *lessons.Step, i *lessons.Item) int {
	for k := range s.Items {
		if &s.Items[k] == i {
			return k
		}
	}
	return -1
}

// add tells one more thing, and shows the end of the page.
func (m *lessonModel) add(e told) {
	p := m.last()
	p.entries = append(p.entries, e)
	m.at = len(m.pages) - 1
	m.view.moved = false
}

func (m *lessonModel) lastEntry() *told {
	p := m.last()
	if len(p.entries) == 0 {
		return nil
	}
	return &p.entries[len(p.entries)-1]
}

// unsay takes the last entry back, if it tells that a task is not done.
func (m *lessonModel) unsay() {
	if e := m.lastEntry(); e != nil && e.kind == entryFeedback && !e.ok {
		p := m.last()
		p.entries = p.entries[:len(p.entries)-1]
		m.fresh = min(m.fresh, len(p.entries))
	}
}

// lastOf is the last entry of a kind on the page that grows.
func (m *lessonModel) lastOf(kind int) *told {
	p := m.last()
	for i := len(p.entries) - 1; i >= 0; i-- {
		if p.entries[i].kind == kind {
			return &p.entries[i]
		}
	}
	return nil
}

// solved tells whether the page's task is done.
func (m *lessonModel) solved() bool {
	e := m.lastOf(entryFeedback)
	return e != nil && e.ok
}

// reveal tells a question's answer: below it, and marked in it.
func (m *lessonModel) reveal(v lessons.Verdict) {
	for _, p := range m.pages {
		for i := range p.entries {
			if e := &p.entries[i]; e.kind == entryAsk && e.predict == v.Predict {
				e.right = v.Right
				e.drop()
			}
		}
	}
	m.add(told{kind: entryVerdict, verdict: &v})
}

// keep remembers which moment of which run belongs to the page.
func (m *lessonModel) keep() {
	p := m.last()
	p.run = m.now
	if in := m.model(); in != nil && in.sc.Newest != nil {
		p.seq = in.sc.Newest.Seq
	}
}

// turn goes to another page that was told already, with the run as it was then.
func (m *lessonModel) turn(n int) tea.Cmd {
	at := m.at + n
	if at < 0 || at >= len(m.pages) {
		return nil
	}
	m.at, m.view = at, View{moved: true}
	p := m.pages[at]
	if at == len(m.pages)-1 {
		m.view.moved = false
		if m.runs[m.front] != nil {
			m.now = m.front
		}
		if in := m.model(); in != nil {
			m.lookBack(p)
			return in.newest()
		}
		return nil
	}
	if m.runs[p.run] == nil || p.seq == 0 {
		return nil
	}
	m.now = p.run
	m.lookBack(p)
	return m.model().goTo(p.seq)
}

// unlit takes away what an earlier page pointed at, in every run: the lesson may come
// back to it. Its pane stays.
func (m *lessonModel) unlit() {
	for _, b := range m.runs {
		b.m.sc.Lit = Lit{}
	}
}

// lookBack shows the pane that a page pointed at.
func (m *lessonModel) lookBack(p *page) {
	m.unlit()
	if p.look != nil {
		now := m.now
		m.look(p.look)
		m.now = now
	}
}

// look shows the pane that a step points at.
func (m *lessonModel) look(k *lessons.Look) {
	if k.Run != "" && m.runs[k.Run] != nil {
		m.now = k.Run
	}
	in := m.model()
	if in == nil {
		return
	}
	if at := paneOf(k.Pane); at >= 0 {
		in.sc.Pane, in.sc.pinned = at, true
		in.sc.Panes[at] = View{}
	}
	m.pages[m.at].look = k
	in.sc.Lit = Lit{Facts: k.Fact, Text: k.Highlight, Side: k.Side}
}

// lookAgain shows what the page's last look points at, in a run that has just opened.
func (m *lessonModel) lookAgain() {
	s, i := m.peek()
	if s != nil && i != nil && i.Look != nil {
		m.look(i.Look)
	}
}

// paneNames are the words of lessons for the panes, in their order.
var paneNames = [paneCount]string{"overview", "processes", "namespaces", "cgroup", "mounts", "files", "network", "security", "calls", "output"}

func paneOf(name string) int {
	for i, n := range paneNames {
		if n == name {
			return i
		}
	}
	return -1
}

// command is a command as it is told: where it runs, in which run where there are
// several, and as whom where the lesson says so.
func (m *lessonModel) command(c *lessons.Command) told {
	e := told{kind: entryCommand, text: c.Text, outside: c.Outside, user: c.User}
	if !c.Outside && len(m.o.Player.Lesson.Runs) > 1 {
		if e.run = c.Run; e.run == "" {
			e.run = m.o.Player.Now()
		}
	}
	return e
}

// lookText says where to look: the pane's name, and what is lit in it.
func (m *lessonModel) lookText(k *lessons.Look) string {
	var parts []string
	if at := paneOf(k.Pane); at >= 0 {
		parts = append(parts, m.sc.Text.Panes[at])
	}
	if k.Highlight != "" {
		parts = append(parts, k.Highlight)
	}
	return strings.Join(parts, ", ")
}

// summary is the last page: how it went, what was predicted wrongly, where to read on.
func (m *lessonModel) summary() []told {
	s, l := m.o.Player.Score, m.o.Player.Lesson
	right, solved := 0, 0
	for _, a := range s.Answers {
		if a.OK {
			right++
		}
	}
	for _, t := range s.Tasks {
		if t.Solved {
			solved++
		}
	}
	out := []told{{kind: entryProse, text: "**" + fmt.Sprintf(m.t.Summary, right, l.Predictions(), solved, l.Tasks()) + "**"}}
	if m.o.Taped {
		out = append(out, told{kind: entryNotice, text: m.t.TapedOver})
	}
	for _, a := range s.Answers {
		if a.OK || a.Chosen == "" {
			continue
		}
		out = append(out, told{kind: entryProse, text: fmt.Sprintf("**%s**", a.Ask)})
		out = append(out, told{kind: entryMistake, mark: &a})
	}
	var b strings.Builder
	for _, r := range l.Read {
		b.WriteString("- " + r.String() + "\n")
	}
	if b.Len() > 0 {
		out = append(out, told{kind: entryProse, text: "**" + m.t.ReadOn + "**"}, told{kind: entryProse, text: b.String()})
	}
	return out
}
