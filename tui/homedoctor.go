package tui

import (
	"cmp"

	tea "charm.land/bubbletea/v2"
)

// in are the findings in a state, those first without which no container starts.
func (h Health) in(state string) []Found {
	var first, rest []Found
	for _, f := range h.Found {
		switch {
		case f.State != state:
		case f.Stops && state == FoundLack:
			first = append(first, f)
		default:
			rest = append(rest, f)
		}
	}
	return append(first, rest...)
}

// Title is what a finding is about, in the reader's language.
func (f *Found) Title(lang Lang) string {
	if own := textOf(lang).Lacks[f.Name]; own != "" {
		return own
	}
	return oneLine(f.What)
}

// leaf obeys a key while the report is shown.
func (m *homeModel) leaf(key string) tea.Cmd {
	page := max(m.rows-6, 1)
	switch key {
	case "up", "k":
		m.top--
	case "down", "j":
		m.top++
	case "pgup":
		m.top -= page
	case "pgdown", "space":
		m.top += page
	case "home":
		m.top = 0
	case "end":
		m.top = len(m.findings(homeWidth(m.w)))
	case "esc", "enter":
		m.report = false
	case "q":
		return tea.Quit
	}
	m.top = max(min(m.top, len(m.findings(homeWidth(m.w)))-m.rows+4), 0)
	return nil
}

// examined is doctor's report in a frame of n×h cells: what is missing first, with
// what one loses and what mends it.
func (m *homeModel) examined(n, h int) []string {
	all := m.findings(n)
	rows := all[min(m.top, len(all)):]
	for i, r := range rows {
		rows[i] = Pad(r, n-2)
	}
	place := ""
	if len(all) > h-2 {
		place = itoa(min(m.top+h-2, len(all))) + "/" + itoa(len(all))
	}
	return m.sc.box(n, h, frameBox{title: m.sc.Theme.Accent.Of("glassbox doctor"), place: place, focus: true}, rows)
}

// findings are the rows of the report, for a frame of n columns.
func (m *homeModel) findings(n int) []string {
	th, t := m.sc.Theme, m.sc.Text
	switch {
	case m.health == nil:
		return []string{"  " + th.Faint.Of(t.Nothing)}
	case m.health.Kernel == "":
		return m.folded(" ", th.Text, oneLine(cmp.Or(Phrase(m.health.Err, m.sc.Lang), t.HomeNoLinux)), n)
	}
	var rows []string
	for _, state := range []string{FoundLack, FoundUnused, FoundUntried, FoundHave} {
		list := m.health.in(state)
		if len(list) == 0 {
			continue
		}
		if len(rows) > 0 && rows[len(rows)-1] != "" {
			rows = append(rows, "")
		}
		rows = append(rows, " "+th.Strong.Of(t.HomeFound[state]))
		for i := range list {
			rows = append(rows, m.finding(&list[i], n)...)
		}
	}
	return rows
}

// finding is one finding: a row where it is there, more where it is missing.
func (m *homeModel) finding(f *Found, n int) []string {
	th, t, lang := m.sc.Theme, m.sc.Text, m.sc.Lang
	sign, look := th.Good.Of(th.Glyphs.Done), th.Text
	switch f.State {
	case FoundLack:
		sign, look = th.Error.Of(th.Glyphs.Fail), th.Warn
	case FoundUnused, FoundUntried:
		sign, look = th.Faint.Of(th.Glyphs.Next), th.Dim
	}
	head := " " + sign + " " + look.Of(f.Title(lang))
	if f.State == FoundHave || f.State == FoundUntried {
		if said := oneLine(Phrase(f.Said, lang)); said != "" {
			head += "  " + th.Faint.Of(Cut(said, max(n-4-Width(head), 0)))
		}
		return []string{head}
	}
	rows := []string{head}
	wide := max(Width(t.HomeEffect), Width(t.HomeMend)) + 2
	part := func(label string, look Style, text string) {
		if text != "" {
			rows = append(rows, m.folded("   "+th.Dim.Of(Pad(label, wide)), look, text, n)...)
		}
	}
	part("", th.Faint, oneLine(Phrase(f.Said, lang)))
	part(t.HomeEffect, th.Text, Phrase(f.Lose, lang))
	for i, mend := range f.Mend {
		part(map[bool]string{true: t.HomeMend}[i == 0], th.Accent, oneLine(Phrase(mend, lang)))
	}
	return append(rows, "")
}

// folded is text behind a label, over as many rows as it needs.
func (m *homeModel) folded(label string, look Style, text string, n int) []string {
	var rows []string
	for i, r := range Wrap(text, max(n-3-Width(label), 10)) {
		if i > 0 {
			label = Spaces(Width(label))
		}
		rows = append(rows, label+look.Of(r))
	}
	return rows
}

// homeWidth is that of home's content on a screen of w columns.
func homeWidth(w int) int { return min(w-2, 84) }
