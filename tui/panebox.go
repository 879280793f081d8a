package tui

import (
	"fmt"
	"strings"
)

// paneBox draws the present pane in its frame, with the tabs of all panes in the
// upper edge and the source of the selected row in the lower one.
func (sc *Scene) paneBox(r Rect, mode Mode) []string {
	if r.empty() {
		return nil
	}
	focus := sc.Focus == OnPane
	f := frameBox{focus: focus, joins: true, title: sc.tabs(r.W - 6)}
	w, h := r.W-2, r.H-2
	if w < 4 || h < 1 {
		return sc.box(r.W, r.H, f, nil)
	}
	all := sc.linesNow()
	if mode == Projector && sided(sc.Pane) {
		all = withContext(all, 1)
	}
	v := &sc.Panes[sc.Pane]
	cur := -1
	if focus {
		v.Cursor = max(min(v.Cursor, len(all)-1), 0)
		cur = v.Cursor
	}
	c, at := sc.fit(all, w)
	head := sc.sideHead(all, c)
	rows := make([]string, 0, h)
	if head != "" && h > 3 {
		rows = append(rows, head)
		h--
	}
	top := sc.scroll(v, at, all, h, cur)
	first, _ := sc.Lit.rows(all)
	if focus {
		cur = v.Cursor // which scroll may have set
		first = cur
	}
	if first >= 0 && first < len(all) {
		f.foot = sc.source(&all[first], r.W-16)
	}
	rows = sc.drawRows(rows, all, at, c, w, cur, top, r.H-2)
	if n := at[len(all)]; n > h {
		f.place = fmt.Sprintf("%d/%d", min(top+h, n), n)
	}
	return sc.box(r.W, r.H, f, rows)
}

// scroll keeps the cursor on the screen; a pane that nobody moved in shows what
// the stage changed, and output its end.
func (sc *Scene) scroll(v *View, at []int, all []Line, h, cur int) int {
	n := at[len(all)]
	first, last := sc.Lit.rows(all)
	switch {
	case !v.moved && first >= 0:
		if cur >= 0 {
			v.Cursor = first
		}
		v.Top = 0
		if at[last+1] > h {
			v.Top = min(at[first]-1, at[last+1]-h/2)
		}
	case !v.moved && (sc.Pane == PaneOutput || sc.Pane == PaneCalls):
		v.Top = n - h
		v.Cursor = max(len(all)-1, 0)
	case !v.moved:
		v.Top = 0
		if i := firstChanged(all); i >= 0 {
			if cur >= 0 {
				v.Cursor = i
			}
			if at[i] >= h {
				v.Top = at[i] - h/3
			}
		}
	case cur >= 0:
		v.Top = min(v.Top, max(at[cur]-1, 0))
		last := cur
		if all[cur].Head != "" {
			last = min(cur+1, len(all)-1) // a heading comes with what stands below it
		}
		v.Top = max(v.Top, at[last+1]-h)
	}
	return clampTop(v, n, h)
}

// tabs are the panes' names: all of them where they fit, else the present one
// with the keys of the others.
func (sc *Scene) tabs(w int) string {
	th := sc.Theme
	only, all := "", w
	if sc.Diff { // what says that rows are left out has its room before the other names have
		only = " " + th.Change.Of("~"+sc.Text.OnlyChanges)
		w -= Width(only)
	}
	total := 0
	for i := range sc.Text.Panes {
		total += Width(sc.Text.Panes[i]) + 3
	}
	gap := " "
	if total > w && total-len(sc.Text.Panes) <= w {
		gap = "" // the key stands close to the name
		total = w
	}
	var b strings.Builder
	for i, name := range sc.Text.Panes {
		key := itoa((i + 1) % 10)
		switch {
		case i == sc.Pane:
			b.WriteString(th.Accent.Of(key + gap + name))
		case total <= w:
			b.WriteString(th.Dim.Of(key + gap + name))
		default:
			b.WriteString(th.Faint.Of(key))
		}
		if i < len(sc.Text.Panes)-1 {
			b.WriteString(" ")
		}
	}
	s := b.String()
	if Width(s) > w {
		s = th.Accent.Of(sc.Text.Panes[sc.Pane])
	}
	if Width(s)+Width(only) > all {
		return s
	}
	return s + only
}

// sideHead names the two sides above their columns.
func (sc *Scene) sideHead(all []Line, c columns) string {
	if !sided(sc.Pane) {
		return ""
	}
	two := false
	for i := range all {
		two = two || all[i].Head == "" && !all[i].Wide
	}
	if !two || c.stacked {
		return ""
	}
	th, t := sc.Theme, sc.Text
	return Spaces(lead+c.label) + " " + th.Host.Of(Pad(t.Outside, c.out)) + th.Faint.Of(" "+th.Glyphs.V+" ") + th.Inside.Of(Pad(t.Inside, c.in)) + " "
}

// source says where the selected row was read, and what a person would type.
func (sc *Scene) source(l *Line, w int) string {
	th := sc.Theme
	switch {
	case w < 10 || l.Source == "" && l.Sh == "":
		return ""
	case l.Sh == "":
		return th.Faint.Of(CutPath(l.Source, w))
	case l.Source == "" || Width(l.Source)+Width(l.Sh)+5 > w || strings.HasSuffix(l.Sh, l.Source):
		return th.Key.Of("y") + " " + th.Dim.Of(CutShell(l.Sh, l.Source, w-2))
	}
	return th.Faint.Of(l.Source) + "  " + th.Key.Of("y") + " " + th.Dim.Of(l.Sh)
}

// part says that a line is one of several that belong to the one above them.
func part(l *Line) bool { return strings.HasPrefix(l.Label, "  ") }

// withContext keeps changed lines and n lines round each, with headings: a talk
// shows few things at once. What is part of a line comes with that, and is no
// context. If nothing changed it keeps all.
func withContext(all []Line, n int) []Line {
	keep := make([]bool, len(all))
	changed := false
	for i := range all {
		if all[i].marked() == ' ' || all[i].Ticks {
			continue
		}
		changed = true
		keep[i] = true
		for j := max(i-n, 0); j <= min(i+n, len(all)-1); j++ {
			keep[j] = keep[j] || !part(&all[j])
		}
		for j := i; j > 0 && part(&all[j]); j-- {
			keep[j-1] = keep[j-1] || !part(&all[j-1])
		}
	}
	if !changed {
		return all
	}
	var out []Line
	head := -1
	for i := range all {
		if all[i].Head != "" {
			head = i
			continue
		}
		if !keep[i] {
			continue
		}
		if head >= 0 {
			out = append(out, all[head])
			head = -1
		}
		out = append(out, all[i])
	}
	return out
}
