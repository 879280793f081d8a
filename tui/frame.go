package tui

import "strings"

// Frame draws the scene on a screen of w×h cells: exactly h rows of at most w
// cells, overlays on top. It is a function of the scene.
func (sc *Scene) Frame(w, h int, top []overlay) []string {
	if w <= 0 || h <= 0 {
		return nil
	}
	var rows []string
	boxes := sc.drawn(top, w, h)
	l := layout(w, h, sc.Focus, sc.Zoom, sc.Talk)
	switch {
	case sc.Blank:
		rows = make([]string, 0, h)
	case l.Mode == Words:
		rows = sc.words(w, h)
	default:
		rows = sc.whole(l, top)
	}
	for len(rows) < h {
		rows = append(rows, Spaces(w))
	}
	rows = rows[:h]
	if !sc.Blank {
		if box := sc.noticeBox(sc.Notice, w, h); l.Mode != Words {
			copy(rows[h-len(box):], box)
		}
		for _, box := range boxes {
			rows = lay(rows, box, w, h)
		}
	}
	return sc.Theme.sent(rows)
}

// sent are rows as the terminal gets them: in ASCII where it has no more, and with
// no more bytes than they need.
func (t *Theme) sent(rows []string) []string {
	for i := range rows {
		if t.Glyphs.ASCII {
			rows[i] = asciiSigns.Replace(rows[i])
		}
		rows[i] = thrift(rows[i])
	}
	return rows
}

// asciiSigns replaces the screen's own signs that are left, each by one as wide. To
// a shell ~/ would be somebody's home.
var asciiSigns = strings.NewReplacer("1…", "1-", "…/", "*/", "…", "~", "→", ">", "←", "<", "↑", "^", "↓", "v", "×", "x", "µ", "u", "·", ".", "–", "-", "—", "-", "’", "'", "▏", "|")

// drawn are the boxes of overlays. Only then is it known which of them can be scrolled,
// as the footer tells.
func (sc *Scene) drawn(top []overlay, w, h int) [][]string {
	boxes := make([][]string, len(top))
	for i, o := range top {
		boxes[i] = o.draw(sc, w, h)
	}
	return boxes
}

// whole draws all parts of a layout; what lies over them, if anything does, has the keys.
func (sc *Scene) whole(l Layout, top []overlay) []string {
	rows := make([]string, 0, l.H)
	if l.Mode == Projector {
		rows = append(rows, sc.banner(l.Title)...)
	} else {
		rows = append(rows, sc.title(l.W))
	}
	if !l.Timeline.empty() {
		rows = append(rows, sc.timeline(l.W))
	}
	rows = append(rows, sc.body(l)...)
	if n := len(top); n > 0 && sc.Notice.Text == "" {
		return append(rows, sc.footerCovered(top[n-1], l.W))
	}
	return append(rows, sc.footer(l.W))
}

// body sets the boxes beside and below each other.
func (sc *Scene) body(l Layout) []string {
	mode := l.Mode
	if mode == Projector && sc.Zoom { // who looks closer wants to see all of it
		mode = Tabs
	}
	left := sc.railBox(l.Rail)
	if l.Mode == Two {
		sc.share(&l)
	}
	story := sc.storyBox(l.Story, mode)
	if n := len(story); mode == Projector && n < l.Story.H && !l.Pane.empty() {
		l.Pane.H += l.Story.H - n
	}
	pane := sc.paneBox(l.Pane, mode)
	var right []string
	switch {
	case l.Story.empty():
		right = pane
	case l.Pane.empty():
		right = story
	case l.Story.Y == l.Pane.Y:
		right = beside(story, pane)
	default:
		right = append(story, pane...)
	}
	switch {
	case l.Rail.empty():
		return right
	case len(right) == 0:
		return left
	}
	return beside(left, right)
}

// share gives the story what a pane above which it stands has no use for. A pane
// that is half full keeps its room: the edge between both is not to jump about.
func (sc *Scene) share(l *Layout) {
	if sc.S == nil || l.Story.empty() || l.Pane.empty() || l.Story.Y == l.Pane.Y || !sided(sc.Pane) {
		return
	}
	all := sc.linesNow()
	_, at := sc.fit(all, l.Pane.W-2)
	free := l.Pane.H - 3 - at[len(all)]
	if free < l.Pane.H/2 {
		return
	}
	need := len(sc.storyNow(l.Story.W-4, l.Story.H-2+free, l.Mode)) + 2
	n := min(free, need-l.Story.H)
	if n <= 0 {
		return
	}
	l.Story.H += n
	l.Pane.Y += n
	l.Pane.H -= n
}

// beside joins two blocks of the same height, row by row.
func beside(a, b []string) []string {
	rows := make([]string, min(len(a), len(b)))
	for i := range rows {
		rows[i] = a[i] + b[i]
	}
	return rows
}

// frameBox is a box's look: what stands in its upper and lower edge.
type frameBox struct {
	title string // styled
	foot  string // styled
	focus bool
	joins bool   // it touches others: what says that it has the focus is its upper edge alone
	place string // right in the lower edge: 12/40
}

// box draws a frame of w×h cells round rows, each of exactly w-2 cells.
func (sc *Scene) box(w, h int, f frameBox, rows []string) []string {
	if w < 2 || h < 2 {
		return nil
	}
	g, st, top := sc.Theme.Glyphs, sc.Theme.Border, sc.Theme.Border
	if f.focus {
		g, top = sc.Theme.focused(), sc.Theme.Focus
		if !f.joins {
			st = top
		}
	}
	out := make([]string, 0, h)
	out = append(out, sc.edge(w, top, g.H, g.TopLeft, g.TopRight, f.title, ""))
	v := st.Of(g.V)
	for i := range h - 2 {
		row := ""
		if i < len(rows) {
			row = rows[i]
		} else {
			row = Spaces(w - 2)
		}
		out = append(out, v+row+v)
	}
	return append(out, sc.edge(w, st, g.H, g.BottomLeft, g.BottomRight, f.foot, f.place))
}

// edge draws an upper or lower edge with text in it.
func (sc *Scene) edge(w int, st Style, line, left, right, text, place string) string {
	room := w - 4
	n := Width(text)
	if n > room-2 || n == 0 {
		if text = CutPlain(text, max(room-2, 0)); n > 0 {
			n = Width(text)
		}
	}
	var b strings.Builder
	b.WriteString(st.Of(left + line))
	used := 2
	if n > 0 && room > 4 {
		b.WriteString(" " + text + " ")
		used += n + 2
	}
	k := Width(place)
	if k > 0 && used+k+4 <= w {
		b.WriteString(st.Of(strings.Repeat(line, w-used-k-4)))
		b.WriteString(" " + sc.Theme.Faint.Of(place) + " ")
		used = w - 2
	}
	b.WriteString(st.Of(strings.Repeat(line, max(w-used-1, 0)) + right))
	return b.String()
}

// words is what a window says that is too small for anything else.
func (sc *Scene) words(w, h int) []string {
	text := sc.Text.TooSmall
	if sc.S != nil {
		if st := sc.stage(); st != "" {
			text = sc.place() + " " + Story(st, sc.Lang).Title + ". " + Sentence(st, sc.S, sc.Lang)
		}
	}
	rows := Wrap(text, w)
	for i := range rows {
		rows[i] = Pad(rows[i], w)
	}
	if len(rows) > h {
		rows = rows[:h]
		rows[h-1] = Pad(CutPlain(rows[h-1], w-1)+"…", w)
	}
	return rows
}

// lay puts a box over the middle of a frame.
func lay(rows, box []string, w, h int) []string {
	if len(box) == 0 {
		return rows
	}
	bw := min(Width(box[0]), w)
	x, y := (w-bw)/2, max((h-len(box))/2, 0)
	out := append([]string(nil), rows...)
	for i, b := range box {
		if y+i >= h {
			break
		}
		out[y+i] = over(out[y+i], b, x, bw, w)
	}
	return out
}
