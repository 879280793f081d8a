package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"glassbox/runtime/journal"
)

// Delays of auto.
const (
	defaultDelay = 5 * time.Second
	shortest     = 500 * time.Millisecond
	longestDelay = 2 * time.Minute
)

// tickMsg is one beat of auto in a recording.
type tickMsg struct{ id int }

// steps are the ends of the stages among the stops: the event before the next
// stage's gate or begin, and the newest event for the last one.
func steps(stops []journal.Stop, last uint64) []Step {
	var out []Step
	stage, end := "", uint64(0)
	for i := range stops {
		s := &stops[i]
		switch {
		case s.Kind == journal.KindGate && s.State == atStage:
			if end == 0 {
				end = s.Seq - 1
			}
		case s.Kind == journal.KindStage && s.State == journal.Begin && s.Stage != stage:
			if stage != "" {
				if end == 0 {
					end = s.Seq - 1
				}
				out = append(out, Step{Seq: end, Stage: stage})
			}
			stage, end = s.Stage, 0
		case s.Kind == journal.KindStage || s.Kind == journal.KindSnapshot:
			end = 0
		}
	}
	if stage != "" {
		out = append(out, Step{Seq: last, Stage: stage})
	}
	return out
}

// seq is the event that is shown.
func (m *Model) seq() uint64 {
	if m.loading {
		return m.want
	}
	return m.sc.S.Seq
}

// goTo shows the state after an event; the newest one is followed.
func (m *Model) goTo(seq uint64) tea.Cmd {
	if m.sc.Live && m.sc.Newest != nil && seq >= m.sc.Newest.Seq {
		return m.newest()
	}
	m.want, m.tail = max(seq, 1), false
	if m.loading {
		return nil
	}
	m.loading = true
	return m.src.at(m.want)
}

// arrived shows a moment that was asked for, unless another was asked for since.
func (m *Model) arrived(msg stateMsg) tea.Cmd {
	if msg.from != m.src {
		return nil
	}
	m.loading = false
	if msg.err != nil {
		m.sc.Notice = fault(msg.err, m.sc.Lang)
		return nil
	}
	if m.want == 0 { // now was asked for meanwhile
		return nil
	}
	if m.want != msg.seq {
		m.loading = true
		return m.src.at(m.want)
	}
	m.sc.At = msg.seq
	m.show(msg.state)
	return m.needCalls()
}

// newest goes to now and follows it.
func (m *Model) newest() tea.Cmd {
	if !m.sc.Live {
		cmd := m.goTo(m.sc.Newest.Seq)
		m.tail = true
		return cmd
	}
	m.want, m.sc.At = 0, 0
	m.show(m.sc.Newest)
	return m.needCalls()
}

// first goes to the first stage's end.
func (m *Model) first() tea.Cmd {
	if len(m.sc.Steps) == 0 {
		return nil
	}
	return m.goTo(m.sc.Steps[0].Seq)
}

// step goes n stages on or back.
func (m *Model) step(n int) tea.Cmd {
	at, list := m.seq(), m.sc.Steps
	if n > 0 {
		for _, s := range list {
			if s.Seq > at {
				return m.goTo(s.Seq)
			}
		}
		return nil
	}
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Seq < at {
			return m.goTo(list[i].Seq)
		}
	}
	return nil
}

// orEdge is cmd or, where there is no way further forward or back, a word of that: a key
// that does nothing seems to be broken.
func (m *Model) orEdge(cmd tea.Cmd, n int) tea.Cmd {
	if cmd == nil && !m.loading {
		m.edge(n)
	}
	return cmd
}

func (m *Model) edge(n int) {
	text := m.sc.Text.AtEnd
	switch {
	case n < 0:
		text = m.sc.Text.AtStart
	case m.sc.Live: // there comes more
		return
	}
	m.sc.Notice = Notice{Text: text}
}

// snap goes to the next snapshot, stage's begin or failure, or to the one before.
func (m *Model) snap(n int) tea.Cmd {
	at, list := m.seq(), m.sc.Stops
	stops := func(s *journal.Stop) bool { return s.Kind != journal.KindGate }
	if n > 0 {
		for i := range list {
			if list[i].Seq > at && stops(&list[i]) {
				return m.goTo(list[i].Seq)
			}
		}
		if m.sc.Live {
			return m.newest()
		}
		return nil
	}
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Seq < at && stops(&list[i]) {
			return m.goTo(list[i].Seq)
		}
	}
	return nil
}

// callMsg is the number of a call that was looked for; 0 if there is none.
type callMsg struct {
	from *source
	seq  uint64
	n    int // forward, or back
}

// call goes to the next call, or to the one before.
func (m *Model) call(n int) tea.Cmd {
	src, at := m.src, m.seq()
	return func() tea.Msg {
		return callMsg{from: src, seq: src.x.Near(at, n, journal.KindCall, journal.KindWrite), n: n}
	}
}

// next lets a live run go on, or goes forward in time.
func (m *Model) next(grain string) tea.Cmd {
	if m.sc.past() || !m.sc.Live {
		if grain == ByCall {
			return m.call(1)
		}
		return m.orEdge(m.step(1), 1)
	}
	g := m.sc.gate()
	if g == nil {
		switch {
		case m.sc.Ended:
			m.sc.Notice = Notice{Text: m.sc.Text.AllUndone}
		case m.sc.running():
			m.sc.Notice = Notice{Text: m.sc.Text.NothingWaits}
		}
		return nil
	}
	if g.At == atFailure {
		grain = MoveOn
	}
	if m.ctl == nil {
		m.sc.Notice = Notice{Text: m.sc.Text.NoController}
		return nil
	}
	return m.do(func() error { return m.ctl.Go(Go{Grain: grain}) })
}

// setAuto sets the delay of auto; 0 pauses.
func (m *Model) setAuto(d time.Duration) tea.Cmd {
	m.sc.Auto = d
	m.autoID++
	if d > 0 {
		m.sc.Speed = d
	}
	if m.sc.Live && m.ctl != nil {
		return m.do(func() error { return m.ctl.Auto(d) })
	}
	return m.beat()
}

// beat asks for the next tick of a recording that plays.
func (m *Model) beat() tea.Cmd {
	if m.sc.Auto == 0 || m.sc.Live {
		return nil
	}
	return m.after(m.sc.Auto, tickMsg{m.autoID})
}

func (m *Model) tick(msg tickMsg) tea.Cmd {
	if msg.id != m.autoID || m.sc.Auto == 0 {
		return nil
	}
	cmd := m.step(1)
	if cmd == nil && !m.loading {
		if !m.opts.Loop {
			return m.setAuto(0)
		}
		cmd = m.first()
	}
	return tea.Batch(cmd, m.beat())
}

// faster and slower change the delay of auto, running or paused.
func (m *Model) speed(part float64) tea.Cmd {
	d := time.Duration(float64(m.sc.Speed) * part).Round(100 * time.Millisecond)
	m.sc.Speed = min(max(d, shortest), longestDelay)
	if m.sc.Auto > 0 {
		return m.setAuto(m.sc.Speed)
	}
	m.sc.Notice = Notice{Text: m.sc.Text.Auto + " " + secondsOf(m.sc.Speed)}
	return nil
}
