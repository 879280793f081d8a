package tui

import (
	"slices"
	"sort"
	"strings"

	"glassbox/lessons"
)

// The panes, in the order of their keys 1 … 9, 0.
const (
	PaneOverview = iota
	PaneProcesses
	PaneNamespaces
	PaneCgroup
	PaneMounts
	PaneFiles
	PaneNetwork
	PaneSecurity
	PaneCalls
	PaneOutput
	paneCount
)

// pane builds a pane's lines; each is a function of the scene alone.
var panes = [paneCount]func(*lines){
	PaneOverview:   overview,
	PaneProcesses:  processes,
	PaneNamespaces: namespaces,
	PaneCgroup:     cgroup,
	PaneMounts:     mounts,
	PaneFiles:      files,
	PaneNetwork:    network,
	PaneSecurity:   security,
	PaneCalls:      calls,
	PaneOutput:     output,
}

// sided says which panes have two sides.
func sided(p int) bool { return p != PaneCalls && p != PaneOutput }

// paneFor is the pane that shows best what a stage does.
func paneFor(stage string) int {
	switch stage {
	case "pull", "unpack", "overlay":
		return PaneFiles
	case "clone":
		return PaneProcesses
	case "namespaces":
		return PaneNamespaces
	case "cgroups":
		return PaneCgroup
	case "rootfs":
		return PaneMounts
	case "network":
		return PaneNetwork
	case "exec":
		return PaneOverview
	}
	return PaneOverview
}

// paneLines are the present pane's lines: all, or, with Diff, those that the
// shown stage changed with their headings.
func (sc *Scene) paneLines() []Line {
	if sc.S == nil {
		return nil
	}
	b := lines{sc: sc}
	panes[sc.Pane](&b)
	b.out = withoutEmpty(b.out)
	if b.unread {
		b.out = slices.Insert(b.out, 0, Line{Wide: true, Out: Cell{Text: sc.Text.Gone, Look: sc.Theme.Dim}})
	}
	if sc.Diff && sc.Pane != PaneCalls && sc.Pane != PaneOutput {
		b.out = onlyChanged(b.out)
		if len(b.out) == 0 {
			b.note(sc.Text.NoChange)
		}
	}
	errorsOnce(b.out)
	return b.out
}

// ditto stands for the error that was said above.
const ditto = `"`

// errorsOnce says an error once, where it is that of many rows: it is three rows tall.
func errorsOnce(all []Line) {
	var out, in string
	for i := range all {
		all[i].Out.once(&out)
		all[i].In.once(&in)
	}
}

func (x *Cell) once(said *string) {
	switch {
	case !x.Err:
	case x.Text == *said:
		x.Text = ditto
	default:
		*said = x.Text
	}
}

// withoutEmpty drops headings that nothing stands below.
func withoutEmpty(all []Line) []Line {
	out := all[:0]
	for i := range all {
		if all[i].Head == "" || i+1 < len(all) && all[i+1].Head == "" {
			out = append(out, all[i])
		}
	}
	return out
}

func onlyChanged(all []Line) []Line {
	var out []Line
	head := -1
	for i := range all {
		switch {
		case all[i].Head != "":
			head = i
		case all[i].marked() != ' ':
			if head >= 0 {
				out = append(out, all[head])
				head = -1
			}
			out = append(out, all[i])
		}
	}
	return out
}

// firstChanged is the index of the first line that the shown stage changed, or -1.
// What only counts while the program runs is not it.
func firstChanged(all []Line) int {
	for i := range all {
		if all[i].marked() != ' ' && !all[i].Ticks {
			return i
		}
	}
	return -1
}

// lead is the width of what stands before each line: the bar, the sign, a blank.
const lead = 3

// columns are the widths of a pane's columns.
type columns struct {
	label, out, in int
	stacked        bool // sides below each other: too narrow for two columns
}

// stackedBelow is the width of a pane from which sides stand beside each other, in cells.
const stackedBelow = 50

// roomy is a width with room to spare: for a second blank behind the labels, for the
// longer of two wordings.
const roomy = 60

func (sc *Scene) columns(all []Line, w int) columns {
	var c columns
	for i := range all {
		c.label = max(c.label, Width(all[i].Label))
	}
	w -= lead + 1 // the bar, the sign; a blank before the frame
	if w < stackedBelow {
		c.stacked = true
		c.label = min(c.label, w/3)
		c.out = max(w-c.label-1, 0)
		c.in = c.out
		return c
	}
	c.label = min(c.label, w*2/5)
	if c.label > 0 && w >= roomy {
		c.label++
	}
	rest := w - c.label - 1 - 3
	if w < roomy && rest%2 == 1 && c.label > 16 { // both sides of a mask of 16 digits are whole
		c.label, rest = c.label-1, rest+1
	}
	out, in := rest/4, rest/4
	for i := range all {
		if l := &all[i]; !l.Wide {
			mark := l.marked()
			out, in = max(out, need(&l.Out, "", mark, rest)), max(in, need(&l.In, l.Out.Note, mark, rest))
		}
	}
	c.out = rest / 2
	if w < roomy {
		c.out = (rest + 1) / 2 // which has the notes
	}
	switch half := rest - c.out; { // a side that needs less leaves the room to the one that needs more
	case out > c.out && in < half:
		c.out = min(out, rest-in)
	case in > half && out < c.out:
		c.out = max(out, rest-in)
	}
	c.in = rest - c.out
	return c
}

// need is the room that a side's value would fill, up to most, in steps: the edge
// between both sides is not to jump about. A note that was said is not said again; a
// sign that is not the line's stands before the value.
func need(x *Cell, said string, mark byte, most int) int {
	if len(x.Text) > 4*most {
		return most
	}
	n := Width(x.Text)
	if x.Was != "" && x.Mark == '~' {
		n += Width(x.Was) + 3
	}
	if x.Note != said {
		n += 2 + Width(x.Note)
	}
	if x.ownSign(mark) != 0 {
		n += 2
	}
	return min((n+edgeStep-1)/edgeStep*edgeStep, most)
}

// edgeStep is by how many cells the edge between both sides moves.
const edgeStep = 4

// rowsOf says at which row each line begins; the last entry is the number of all rows.
func (c columns) rowsOf(all []Line) []int {
	at := make([]int, len(all)+1)
	for i := range all {
		n := 1
		switch l := &all[i]; {
		case l.Head != "":
			if i > 0 {
				n = 2
			}
		case l.Wide:
		case !c.stacked:
			mark := l.marked()
			n = max(len(l.Out.split(c.out, l.Out.ownSign(mark) != 0)), len(l.In.split(c.in, l.In.ownSign(mark) != 0)))
		case c.out >= 4 && l.In.Text != "" && l.Out.Text != "" && l.In.Text != l.Out.Text:
			n = 2
		}
		at[i+1] = at[i] + n
	}
	return at
}

// tallest is in how many rows of its column a long value stands at most; in one more
// where that keeps its words whole.
const tallest = 3

// split is the text in rows of w cells, two less where it is signed. It is broken
// between words or names where that needs no more than the tallest, else anywhere; the
// last row may be longer.
func (x *Cell) split(w int, signed bool) []string {
	if signed {
		w -= 2
	}
	if len(x.Text) <= w || w < 8 || Width(x.Text) <= w {
		return []string{x.Text}
	}
	const words = " ,"
	if rows := rowsBetween(x.Text, w, tallest+1, words); rows != nil && Width(rows[len(rows)-1]) <= w {
		if list := rowsBetween(x.Text, w, len(rows), ","); list != nil && Width(list[len(list)-1]) <= w {
			return list // each of a list stays whole: a name beside its address, a number beside its unit
		}
		return rows
	}
	var first []string
	for _, signs := range []string{words, " ,/", " ,/-:", ""} {
		rows := rowsBetween(x.Text, w, tallest, signs)
		if rows != nil && Width(rows[len(rows)-1]) <= w {
			return rows
		}
		if first == nil {
			first = rows
		}
	}
	if strings.HasPrefix(x.Text, "/") && !strings.Contains(x.Text, " ") { // the end of a path tells more than its beginning
		for i := 1; i < len(x.Text)-1; i++ {
			if x.Text[i] != '/' || Width(x.Text[i:]) >= tallest*w {
				continue
			}
			if rows := rowsBetween("…"+x.Text[i:], w, tallest, "/"); rows != nil && Width(rows[len(rows)-1]) <= w {
				return rows
			}
		}
	}
	return first // it is too long, however it is broken
}

// rowsBetween breaks behind one of some signs, or anywhere if there are none; nil
// where none of them is.
func rowsBetween(rest string, w, most int, signs string) []string {
	var rows []string
	for len(rows) < most-1 && Width(rest) > w {
		head := CutPlain(rest, w)
		if signs != "" && (rest[len(head)] != ' ' || signs[0] != ' ') {
			i := strings.LastIndexAny(head, signs)
			if i < 1 {
				return nil
			}
			head = head[:i+1]
		}
		rows = append(rows, strings.TrimRight(head, " "))
		rest = strings.TrimLeft(rest[len(head):], " ")
	}
	return append(rows, rest)
}

// drawRows appends the rows from top on to rows, until there are h. Only what is
// seen is drawn. cur is the line under the cursor, -1 for none.
func (sc *Scene) drawRows(rows []string, all []Line, at []int, c columns, w, cur, top, h int) []string {
	first := sort.SearchInts(at, top+1) - 1
	lit := sc.Lit.in(all)
	for i := max(first, 0); i < len(all) && len(rows) < h; i++ {
		l := &all[i]
		var part []string
		switch {
		case l.Head != "" && i > 0:
			part = []string{Spaces(w), sc.heading(l.Head, w)}
		case l.Head != "":
			part = []string{sc.heading(l.Head, w)}
		default:
			part = sc.drawLine(l, c, w-1, i == cur, lit.has(l))
			for k := range part {
				part[k] += " " // no value touches the frame
			}
		}
		for k, row := range part {
			if at[i]+k < top || len(rows) == h {
				continue
			}
			if len(rows) == h-1 && l.Head != "" && i != cur {
				row = Spaces(w) // a heading whose rows can't be seen says nothing
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// heading has no rule behind it: three bytes a cell on each step would be most of
// what the terminal is sent.
func (sc *Scene) heading(text string, w int) string {
	w = max(w-lead-1, 0)
	if name, path, ok := strings.Cut(text, "  /"); ok && Width(text) > w {
		text = name + "  " + CutPath("/"+path, max(w-Width(name)-2, 0))
	}
	return Spaces(lead) + Pad(sc.Theme.Strong.Of(Cut(text, w)), w) + " "
}

// drawLine draws one line: one row, or two where sides stand below each other.
func (sc *Scene) drawLine(l *Line, c columns, w int, cur, lit bool) []string {
	th := sc.Theme
	bar := " "
	switch {
	case cur:
		bar = th.bar()
	case lit:
		bar = th.Key.Of(th.Glyphs.Now)
	}
	mark := l.marked()
	sides := *l
	l = &sides
	l.Out.sign, l.In.sign = l.Out.ownSign(mark), l.In.ownSign(mark)
	if l.In.Note == l.Out.Note && l.In.Text == l.Out.Text {
		l.In.Note = "" // once is enough
	}
	front := bar + th.markStyle(mark).Of(string(mark)) + " "
	if l.Wide {
		label := ""
		room := w - lead
		if l.Label != "" {
			lw := min(c.label, room)
			look := th.Dim
			if lit {
				look = th.Key
			}
			label = sc.hit(Pad(CutName(l.Label, lw), lw), look) + " "
			room -= lw + 1
		}
		return []string{front + label + sc.cellText(&l.Out, room)}
	}
	look := th.Dim
	switch {
	case lit:
		look = th.Key
	case cur:
		look = th.Accent
	case mark != ' ': // what changed is found by the colour of its row
		look = th.markStyle(mark)
	}
	label := sc.hit(Pad(CutName(l.Label, c.label), c.label), look) + " "
	if !c.stacked {
		return sc.beside(l, c, front+label)
	}
	return sc.stacked(l, c, front, label)
}

// beside draws the sides beside each other, in as many rows as the longer needs.
func (sc *Scene) beside(l *Line, c columns, front string) []string {
	out, in := l.Out.split(c.out, l.Out.sign != 0), l.In.split(c.in, l.In.sign != 0)
	rows := make([]string, max(len(out), len(in)))
	for k := range rows {
		rows[k] = front + sc.cellRow(&l.Out, out, k, c.out) + sc.Theme.Faint.Of(" "+sc.Theme.Glyphs.V+" ") + sc.cellRow(&l.In, in, k, c.in)
		if k == 0 && len(rows) > 1 {
			front = Spaces(lead+c.label) + " "
			if trunk := sc.Theme.Glyphs.trunk(l.Label); trunk != "" {
				front = Spaces(lead) + sc.Theme.Dim.Of(Pad(trunk, c.label)) + " "
			}
		}
	}
	return rows
}

// trunk is what of a tree's lines goes on below a label that stands in it; "" nothing.
func (g *Glyphs) trunk(label string) string {
	at := strings.Index(label, g.H+" ")
	if at < 0 {
		return ""
	}
	var b strings.Builder
	for _, r := range label[:at] {
		switch s := string(r); {
		case s == g.V, s == g.TeeRight && !g.ASCII: // there the last branch looks like the others
			b.WriteString(g.V)
		case s == g.BottomLeft, s == " ":
			b.WriteString(" ")
		default: // no tree
			return ""
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// cellRow is one of the rows of a value.
func (sc *Scene) cellRow(x *Cell, rows []string, k, w int) string {
	if k >= len(rows) {
		return Spaces(w)
	}
	if len(rows) == 1 {
		return sc.cellText(x, w)
	}
	part := *x
	part.Text, part.Was = rows[k], ""
	if k < len(rows)-1 {
		part.Note = ""
	}
	if k > 0 && part.sign != 0 {
		part.sign = ' '
	}
	return sc.cellText(&part, w)
}

// stacked draws the sides below each other, once where they say the same.
func (sc *Scene) stacked(l *Line, c columns, front, label string) []string {
	th := sc.Theme
	first := front + label
	next := Spaces(lead+c.label) + " "
	sign := func(s string, st Style) string { return st.Of(s) + " " }
	cell := func(x *Cell, s string, st Style) string { return sign(s, st) + sc.cellText(x, max(c.out-2, 0)) }
	switch {
	case c.out < 4:
		return []string{first + sc.cellText(&l.Out, c.out)}
	case l.In.Text == "":
		return []string{first + cell(&l.Out, "o", th.Host)}
	case l.Out.Text == "":
		return []string{first + cell(&l.In, "i", th.Inside)}
	case l.In.Text == l.Out.Text:
		return []string{first + cell(&l.Out, "=", th.Faint)}
	}
	return []string{first + cell(&l.Out, "o", th.Host), next + cell(&l.In, "i", th.Inside)}
}

// cellText draws a value in exactly w cells.
func (sc *Scene) cellText(x *Cell, w int) string {
	th := sc.Theme
	if w <= 0 {
		return ""
	}
	text := x.Text
	if text == "" {
		return Spaces(w)
	}
	look := x.Look
	if x.sign != 0 && w > 4 {
		sign := th.markStyle(x.Mark).Of(string(x.sign)) + " "
		own := *x
		own.sign = 0
		return sign + sc.cellText(&own, w-2)
	}
	if x.Mark != 0 && x.Mark != ' ' && !x.Keep {
		look = th.markStyle(x.Mark)
	}
	if n := min(x.Bar, w/3); n > 0 { // the numbers matter more
		full, rest := bar(th.Glyphs, n, x.Part)
		own := *x
		own.Bar = 0
		return look.Of(full) + th.Border.Of(rest) + " " + sc.cellText(&own, w-n-1)
	}
	n := Width(text)
	if x.Was != "" && x.Mark == '~' {
		k := Width(x.Was) + 3
		if n+k <= w {
			return th.Faint.Of(x.Was+" "+th.Glyphs.Right+" ") + sc.tail(x, text, look, w-k, n)
		}
	}
	return sc.tail(x, text, look, w, n)
}

// leastNote are the cells that a note that is cut must have more of: "the…" says nothing.
const leastNote = 5

// tail draws the text and as much of its note as has room; one blank apart where that
// keeps the note whole.
func (sc *Scene) tail(x *Cell, text string, look Style, w, n int) string {
	if n > w {
		cut := Cut
		if x.Call {
			cut, text = CutCall, withoutDirs(text, w)
		}
		text = cut(text, w)
		n = Width(text)
	}
	out := sc.hit(text, look)
	if x.Note != "" && n+2+6 <= w {
		gap := 2
		if n+1+Width(x.Note) == w {
			gap = 1
		}
		note := CutWords(x.Note, w-n-gap)
		if k := Width(note); k > leastNote || note == x.Note {
			out += Spaces(gap) + sc.Theme.Faint.Of(note)
			n += gap + k
		}
	}
	return out + Spaces(w-n)
}

// hit styles text, and lights what is searched for in it, or else what a lesson
// points at.
func (sc *Scene) hit(text string, look Style) string {
	want, find := sc.Search, strings.Index
	if want == "" {
		want, find = sc.Lit.Text, lessons.WordAt
	}
	if want == "" {
		return look.Of(text)
	}
	lower := strings.ToLower(text)
	want = strings.ToLower(want)
	if len(lower) != len(text) || find(lower, want) < 0 {
		return look.Of(text)
	}
	var b strings.Builder
	for {
		i := find(lower, want)
		if i < 0 {
			b.WriteString(look.Of(text))
			return b.String()
		}
		b.WriteString(look.Of(text[:i]))
		b.WriteString(sc.Theme.Badge.Of(text[i : i+len(want)]))
		text, lower = text[i+len(want):], lower[i+len(want):]
	}
}
