package tui

import "glassbox/lessons"

// language goes on in the next language: the screen's own words, and the lesson's
// where it has that language. Step, answers and what was printed stay.
func (m *lessonModel) language() {
	if m.busy != "" {
		m.notice = Notice{Text: m.busy}
		m.words(m.o.Lang)
		return
	}
	to := map[Lang]Lang{EN: KO, KO: EN}[m.o.Lang]
	p := m.o.Player
	from := p.Lesson
	for _, l := range m.o.All {
		if l.Lang == string(to) && l != from {
			if err := p.Switch(l); err != nil {
				m.notice = fault(err, m.o.Lang)
			}
		}
	}
	m.words(to)
	twins := from.Twins(p.Lesson)
	for _, pg := range m.pages {
		m.retell(pg, twins)
	}
	if s, _ := m.peek(); s != nil && m.last().number > 0 {
		m.speak(s)
	}
}

// words gives the screen, and those of the runs, their own words in a language.
func (m *lessonModel) words(l Lang) {
	m.o.Lang, m.t, m.sc.Lang, m.sc.Text = l, lessonTextOf(l), l, textOf(l)
	for _, b := range m.runs {
		b.m.sc.Lang, b.m.sc.Text, b.m.drawn = l, textOf(l), false
	}
}

// retell puts a page into the lesson's present language.
func (m *lessonModel) retell(p *page, twins map[*lessons.Predict]*lessons.Predict) {
	switch {
	case p == m.pages[0]:
		o := m.opening()
		p.title, p.entries = o.title, o.entries
		return
	case p.number == 0:
		p.title, p.entries = m.t.Over, m.summary()
		return
	}
	is := &m.o.Player.Lesson.Steps[p.number-1]
	p.title = Clean(is.Title)
	for i := range p.entries {
		e := &p.entries[i]
		e.drop()
		switch {
		case e.of != nil:
			m.retellItem(e, is)
		case e.kind == entryTask:
			e.text = m.t.Task
		case e.kind == entryHint:
			e.text = is.Hints[e.hint-1].Text
		case e.solve:
			e.text = is.Solve.Text
		case e.kind == entryVerdict:
			v := *e.verdict
			v.Predict = twins[v.Predict]
			e.verdict = &v
		}
	}
}

// retellItem puts what tells an item of a step into the step's language.
func (m *lessonModel) retellItem(e *told, s *lessons.Step) {
	var i lessons.Item
	if at := e.of.Twin(e.item, s); at < len(s.Items) {
		i = s.Items[at]
	}
	switch {
	case e.kind == entryProse:
		e.text = i.Prose
	case i.Stop != nil:
		e.text = m.placeOf(i.Stop)
	case i.Predict != nil:
		e.text, e.predict = i.Predict.Ask, i.Predict
	case i.Do != nil:
		e.text = i.Do.Text
	case i.Look != nil:
		e.text = m.lookText(i.Look)
	}
}
