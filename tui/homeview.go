package tui

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// logo is a box of glass with the first process in it.
func logo(g *Glyphs) []string {
	if g.ASCII {
		return []string{
			"    +--------+",
			"   /        /|",
			"  +--------+ |",
			"  | PID 1  | +",
			"  |        |/ ",
			"  +--------+  ",
		}
	}
	return []string{
		"    ╭────────╮",
		"   ╱        ╱│",
		"  ╭────────╮ │",
		"  │ PID 1  │ ╯",
		"  │        │╱ ",
		"  ╰────────╯  ",
	}
}

// frame draws home on a screen of w×h cells.
func (m *homeModel) frame(w, h int) []string {
	if w <= 0 || h <= 0 {
		return nil
	}
	t := m.sc.Text
	n := homeWidth(w)
	rows := make([]string, 0, h)
	switch {
	case n < 30 || h < 6:
		rows = append(rows, Wrap("glassbox: "+t.HomeHow, w)...)
	case m.report:
		rows = append(rows, m.examined(n, h-2)...)
	default:
		rows = append(rows, m.head(n, h)...)
		rows = append(rows, m.field(n)...)
		room := h - len(rows) - 2
		rows = append(rows, m.list(n, room)...)
	}
	for len(rows) < h-2 {
		rows = append(rows, "")
	}
	if len(rows) > h {
		rows = rows[:h]
	}
	if h >= 6 && n >= 30 {
		rows = append(rows[:h-2], m.found(n), m.keys(n))
	}
	for len(rows) < h {
		rows = append(rows, "")
	}
	left := Spaces(max((w-n)/2, 0))
	for i, r := range rows {
		if n >= 30 && h >= 6 {
			r = left + r
		}
		rows[i] = Pad(r, w)
	}
	return rows
}

// head is the logo with the name beside it, or the name alone.
func (m *homeModel) head(n, h int) []string {
	th, t := m.sc.Theme, m.sc.Text
	if h < 20 {
		return []string{Cut(th.Accent.Of("glassbox")+"  "+th.Dim.Of(t.HomeTitle), n)}
	}
	rows := []string{""}
	beside := []string{"", "", th.Accent.Of("g l a s s b o x"), "", th.Dim.Of(t.HomeTitle), ""}
	for i, l := range logo(th.Glyphs) {
		look := th.Host
		if i >= 3 {
			l = strings.Replace(l, "PID 1", "\x00", 1)
		}
		line := look.Of(l)
		if a, b, ok := strings.Cut(l, "\x00"); ok {
			line = look.Of(a) + th.Inside.Of("PID 1") + look.Of(b)
		}
		rows = append(rows, Cut(line+"     "+beside[i], n))
	}
	return append(rows, "")
}

// field is where a reference is typed.
func (m *homeModel) field(n int) []string {
	th, t := m.sc.Theme, m.sc.Text
	text := th.Text.Of(CutLeft(m.text, n-6))
	if m.text == "" {
		text = th.Faint.Of(Cut(t.HomeHow, n-6))
	}
	cursor := "▏"
	if th.Glyphs.ASCII {
		cursor = "_"
	}
	row := " " + text
	if m.text != "" {
		row += th.Accent.Of(cursor)
	} else {
		row = " " + th.Accent.Of(cursor) + text
	}
	return m.sc.box(n, 3, frameBox{title: th.Accent.Of(t.HomeAsk), focus: true}, []string{Pad(row, n-2)})
}

// list shows what can be chosen, by kind, with the selected one in view.
func (m *homeModel) list(n, room int) []string {
	th, t := m.sc.Theme, m.sc.Text
	kinds := map[string]string{OpenImage: t.KindImage, OpenRecording: t.KindRecording, OpenLesson: t.KindLesson}
	var rows []string
	var places []int // the items' rows
	cur, kind := 0, ""
	for i, it := range m.shown() {
		label := ""
		if it.Kind != kind {
			rows = append(rows, m.more(kind, n)...)
			kind, label = it.Kind, kinds[it.Kind]
		}
		bar, look := " ", th.Text
		if i == m.at {
			bar, look, cur = th.bar(), th.Accent, len(rows)
		}
		name := it.Ref
		if name == "" {
			name = t.BuiltIn
		}
		col := min(34, n-14)
		if it.Kind == OpenLesson { // short names, long titles
			col = min(16, n-14)
		}
		places = append(places, len(rows))
		front := th.Dim.Of(Pad(label, 11)) + bar + " " + look.Of(Pad(Cut(oneLine(name), col), col)) + " "
		rows = append(rows, Cut(front+th.Faint.Of(CutWords(m.detail(it), max(n-14-col, 0))), n))
	}
	if len(rows) == 0 {
		text := ""
		if m.items != nil { // else they are still being read
			text = t.HomeEmpty
		}
		if m.err != "" {
			text = m.err
		}
		rows = []string{"  " + th.Faint.Of(Cut(text, n-2))}
	}
	top := max(min(cur-room/2, len(rows)-room+1), 0)
	end := min(top+max(room-1, 0), len(rows))
	if left := len(places) - sort.SearchInts(places, end-1); end < len(rows) && cur < end-1 {
		rows[end-1] = m.andMore(left, n)
	}
	return append([]string{""}, rows[top:end]...)
}

// more ends a kind: how many of it are not shown, and a gap.
func (m *homeModel) more(kind string, n int) []string {
	if kind == "" {
		return nil
	}
	all := 0
	for _, it := range m.items {
		if it.Kind == kind {
			all++
		}
	}
	if m.text != "" || kind == OpenLesson || all <= m.first() {
		return []string{""}
	}
	return []string{m.andMore(all-m.first(), n), ""}
}

// andMore says how many items are not shown.
func (m *homeModel) andMore(left, n int) string {
	return Cut(Spaces(13)+m.sc.Theme.Faint.Of(fmt.Sprintf(m.sc.Text.HomeMore, left)), n)
}

// detail says more of an item than its name.
func (m *homeModel) detail(it Item) string {
	t := m.sc.Text
	switch {
	case it.Kind != OpenImage:
		return oneLine(it.Detail)
	case it.Layers == 1:
		return fmt.Sprintf(t.HomeImage1, amountOf(uint64(it.Size))) //nolint:gosec // a size is never negative
	case it.Layers > 1:
		return fmt.Sprintf(t.HomeImage, amountOf(uint64(it.Size)), it.Layers) //nolint:gosec // likewise
	case it.Ref == "demo":
		return t.HomeDemo
	}
	return ""
}

// found is what doctor says, in a line.
func (m *homeModel) found(n int) string {
	th := m.sc.Theme
	if m.health == nil {
		return ""
	}
	line, fine := m.health.fit(m.sc.Lang, n-2)
	if fine {
		return Cut(th.Good.Of(th.Glyphs.Done)+" "+th.Dim.Of(line), n)
	}
	return Cut(th.Warn.Of("! "+line), n)
}

// Line is what is there and what is missing; fine says that nothing is.
func (h Health) Line(lang Lang) (line string, fine bool) {
	return h.line(lang, fmt.Sprintf("Linux %s, cgroup %s, %s: ", h.Kernel, h.Cgroup, textOf(lang).HomeWho[h.Who]), 3)
}

// fit is the longest form of Line that fits in n cells, so that it still says where
// there is more: without the machine, then with fewer names.
func (h Health) fit(lang Lang, n int) (line string, fine bool) {
	line, fine = h.Line(lang)
	for _, head := range []string{textOf(lang).HomeWho[h.Who] + ": ", ""} {
		for most := 3; most > 0 && Width(line) > n; most-- {
			line, fine = h.line(lang, head, most)
		}
	}
	return line, fine
}

// line is Line behind a head, with so many names at most.
func (h Health) line(lang Lang, head string, most int) (line string, fine bool) {
	t := textOf(lang)
	if h.Err != "" {
		return oneLine(Phrase(h.Err, lang)), false
	}
	if h.Kernel == "" {
		return t.HomeNoLinux, false
	}
	line = oneLine(head)
	lacks := h.in(FoundLack)
	if len(lacks) == 0 {
		return line + t.HomeAll, true
	}
	names := make([]string, 0, len(lacks))
	for _, l := range lacks {
		what := l.Title(lang)
		if l.Stops {
			return line + fmt.Sprintf(t.HomeStops, what), false
		}
		names = append(names, what)
	}
	if n := len(names); n > most {
		names = append(names[:most], fmt.Sprintf(t.HomeOthers, n-most))
	}
	return line + fmt.Sprintf(t.HomeWithout, strings.Join(names, ", ")), false
}

func (m *homeModel) keys(n int) string {
	th, t := m.sc.Theme, m.sc.Text
	row := ""
	list := []struct{ key, text string }{
		{"enter", t.HomeStart}, {th.arrows("↑↓"), t.HomeGroups}, {"!", "doctor"}, {"esc", t.HomeClear}, {"ctrl+g", th.words(t.Acts[ActLang])}, {"q", t.Acts[ActQuit]},
	}
	if m.report {
		list = []struct{ key, text string }{{th.arrows("↑↓"), t.HomeScroll}, {"esc", t.HomeBack}, {"ctrl+g", th.words(t.Acts[ActLang])}, {"q", t.Acts[ActQuit]}}
	}
	switch {
	case m.report:
	case m.text == "": // there is nothing to clear
		list = slices.Delete(list, 3, 4)
	default: // q is a letter of what is typed
		list[len(list)-1].key = "ctrl+c"
	}
	for _, k := range list {
		part := th.Key.Of(k.key) + " " + th.Dim.Of(k.text) + "  "
		if Width(row)+Width(part) > n+2 {
			break
		}
		row += part
	}
	return row
}
