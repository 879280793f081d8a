package tui

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Notes shows a speaker's notes in a second terminal: the note to the present
// stage, what comes next, the time that went by; and, where talks counts several talks,
// which of them it is. It ends when in is closed or the person leaves.
func Notes(ctx context.Context, in <-chan Speaker, talks func() int, opts Options) error {
	opts = opts.filled()
	return play(ctx, &notesModel{in: in, ctx: ctx, talks: talks, now: time.Now, sc: Scene{
		Theme: NewTheme(opts.Theme, opts.ASCII), Lang: opts.Lang, Text: textOf(opts.Lang),
	}}, opts)
}

// notesModel is the screen of the notes.
type notesModel struct {
	in    <-chan Speaker
	ctx   context.Context
	talks func() int // how many run
	now   func() time.Time
	sc    Scene
	w, h  int
	s     Speaker
	n     int       // talks, when they were counted last
	came  time.Time // when the present stage came
	from  time.Time // when the first one did
	over  bool
}

type speakMsg struct {
	s    Speaker
	open bool
}

// secondMsg comes each second, with the number of talks.
type secondMsg struct{ talks int }

// Init waits for the first note.
func (m *notesModel) Init() tea.Cmd { return tea.Batch(m.next(), m.second()) }

func (m *notesModel) second() tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return secondMsg{m.talks()} })
}

func (m *notesModel) next() tea.Cmd {
	return func() tea.Msg {
		select {
		case s, open := <-m.in:
			return speakMsg{s, open}
		case <-m.ctx.Done():
			return speakMsg{}
		}
	}
}

// Update obeys a message.
func (m *notesModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
	case speakMsg:
		if !msg.open {
			m.over = true
			return m, nil
		}
		if msg.s.Stage != m.s.Stage || msg.s.Number != m.s.Number { // a lesson's steps all bear its name
			m.came = m.now()
		}
		if m.from.IsZero() {
			m.from = m.now()
		}
		m.s = msg.s
		return m, m.next()
	case secondMsg:
		m.n = msg.talks
		return m, m.second()
	case tea.KeyPressMsg:
		switch actOf(msg) {
		case ActQuit:
			return m, tea.Quit
		case ActLang:
			m.sc.Lang = map[Lang]Lang{EN: KO, KO: EN}[m.sc.Lang]
			m.sc.Text = textOf(m.sc.Lang)
		}
	}
	return m, nil
}

// View is the frame.
func (m *notesModel) View() tea.View {
	v := tea.NewView(strings.Join(m.sc.Theme.sent(m.frame(m.w, m.h)), "\n"))
	v.AltScreen = true
	v.WindowTitle = "glassbox notes"
	return v
}

// frame draws the notes. The clocks stand in rows of their own without wide
// characters: a row that has some is rewritten whole at each second.
func (m *notesModel) frame(w, h int) []string {
	th, t := m.sc.Theme, m.sc.Text
	n := min(max(w-4, 1), 100)
	rows := []string{"", th.Strong.Of(Cut(t.NotesTitle, n)), ""}
	if m.s.Stage == "" {
		rows = append(rows, th.Dim.Of(Cut(t.NotesWait, n)))
	} else {
		head := strconv.Itoa(m.s.Number) + "/" + strconv.Itoa(m.s.Of) + "  " + m.s.Title
		rows = append(rows, th.Accent.Of(Cut(oneLine(head), n)), "  "+th.Dim.Of(clock(m.now().Sub(m.came)))+"   "+th.Faint.Of(clock(m.now().Sub(m.from))), "")
		next := m.s.Next
		if next == "" {
			next = t.End
		}
		if m.n > 1 {
			for _, r := range Wrap(fmt.Sprintf(t.NotesOne, m.n, oneLine(m.s.Name)), n) {
				rows = append(rows, th.Warn.Of(r))
			}
			rows = append(rows, "")
		}
		foot := []string{"", th.Dim.Of(t.Next+"  ") + th.Strong.Of(Cut(oneLine(next), max(n-12, 1)))}
		room := h - len(rows) - len(foot) - 3
		for _, para := range strings.Split(m.s.Note, "\n\n") {
			for _, r := range append(Wrap(para, n), "") {
				if room > 0 {
					rows = append(rows, Clean(r))
					room--
				}
			}
		}
		rows = append(rows, foot...)
	}
	if m.over {
		rows = append(rows, th.Warn.Of(t.NotesOver))
	}
	for i := range rows {
		rows[i] = Pad("  "+rows[i], w)
	}
	for len(rows) < h {
		rows = append(rows, Spaces(w))
	}
	if h > 1 {
		rows[h-1] = m.footer(w)
	}
	return rows[:h]
}

// footer names the keys that there are.
func (m *notesModel) footer(w int) string {
	row := ""
	for _, k := range [][2]string{{shown(ActLang), m.sc.Text.Acts[ActLang]}, {shown(ActQuit), lessonTextOf(m.sc.Lang).KeyDone}} {
		row += "  " + m.sc.Theme.Key.Of(k[0]) + " " + m.sc.Theme.Dim.Of(k[1])
	}
	return Pad(row, w)
}

// clock writes a time as minutes and seconds.
func clock(d time.Duration) string {
	s := int(max(d, 0).Seconds())
	return pad2(s/60) + ":" + pad2(s%60)
}

func pad2(n int) string {
	if n < 10 {
		return "0" + itoa(n)
	}
	return itoa(n)
}
