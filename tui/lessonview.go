package tui

import (
	"fmt"
	"slices"
	"strings"
)

// The sizes from which the lesson and a pane stand beside each other, or below, in cells.
const (
	lessonBeside = 112
	lessonBelow  = 38
)

// rows draws the lesson screen: exactly h rows of at most w cells.
func (m *lessonModel) rows(w, h int) []string {
	if w <= 0 || h <= 0 {
		return nil
	}
	in := m.model()
	if in != nil {
		m.hang(&in.sc)
		in.sc.Page = !m.free
	}
	if m.free && in != nil {
		in.drawn = false
		return in.sc.Frame(w, h, in.top)
	}
	var rows []string
	var boxes [][]string
	if in != nil {
		boxes = in.sc.drawn(in.top, w, h)
	}
	switch {
	case m.blank:
	case w < 24 || h < 6:
		rows = m.small(w, h)
	default:
		rows = append(rows, m.title(w), m.progress(w))
		if m.help {
			rows = append(rows, m.helpBox(Rect{0, 0, w, h - 3})...)
		} else {
			rows = append(rows, m.body(w, h-3)...)
		}
		foot := m.footer(w)
		if len(boxes) > 0 && m.notice.Text == "" {
			foot = in.sc.footerCovered(in.overlay(), w)
		}
		rows = append(rows, foot)
	}
	for len(rows) < h {
		rows = append(rows, Spaces(w))
	}
	rows = rows[:h]
	if !m.blank && w >= 24 && h >= 6 {
		box := m.sc.noticeBox(m.notice, w, h)
		copy(rows[h-len(box):], box)
	}
	if !m.blank {
		for _, box := range boxes {
			rows = lay(rows, box, w, h)
		}
	}
	return rows
}

// small is what fits into a window that is too small for boxes.
func (m *lessonModel) small(w, h int) []string {
	rows, _ := m.pageRows(w)
	m.tall, m.below = h, false
	var out []string
	for _, r := range rows[max(len(rows)-h, 0):] {
		out = append(out, Pad(r, w))
	}
	return out
}

// title is the first row: the lesson, the step, and whether the run is live.
func (m *lessonModel) title(w int) string {
	th := m.sc.Theme
	p := m.pages[m.at]
	right := ""
	if m.now != "" && len(m.o.Player.Lesson.Runs) > 1 {
		right = m.now + " "
	}
	if m.o.Taped {
		right += m.sc.Text.Recorded + " "
	}
	if m.auto() {
		right += m.sc.Text.Auto + " "
	}
	if m.busy != "" {
		right = m.busy + " "
	}
	n := Width(right)
	if n >= w {
		right, n = "", 0
	}
	bar := " " + th.Glyphs.V + " "
	step := ""
	if p.number > 0 {
		step = fmt.Sprintf("%d/%d", p.number, len(m.o.Player.Lesson.Steps))
	}
	room := w - n - 1 - Width(" glassbox"+bar+bar+step)
	lesson := Cut(Clean(m.o.Player.Lesson.Title), max(room, 8))
	gap := 0
	if right != "" {
		gap = 1 // a name right of the title is no part of it
	}
	if p.number > 0 && Width(lesson)+1+Width(p.title)+gap <= room { // else it stands in the lesson's box alone
		step += " " + p.title
	}
	s := " " + th.Accent.Of("glassbox") + th.Faint.Of(bar) + th.Dim.Of(lesson)
	if step != "" {
		s += th.Faint.Of(bar) + th.Strong.Of(step)
	}
	return Pad(s, w-n-1) + " " + th.Warn.Of(right)
}

// progress is a row with a part for each step.
func (m *lessonModel) progress(w int) string {
	th, g := m.sc.Theme, m.sc.Theme.Glyphs
	n := len(m.o.Player.Lesson.Steps)
	room := w - 2
	if room < n {
		return Spaces(w)
	}
	var b strings.Builder
	b.WriteString(" ")
	here := m.pages[m.at].number
	if m.over && m.at == len(m.pages)-1 {
		here = n + 1
	}
	for i := 1; i <= n; i++ {
		k := room*i/n - room*(i-1)/n
		switch {
		case i < here:
			b.WriteString(th.Focus.Of(strings.Repeat(g.HeavyH, k)))
		case i == here:
			b.WriteString(th.Focus.Of(g.Dot) + th.Border.Of(strings.Repeat(g.H, k-1)))
		case i <= m.done:
			b.WriteString(th.Dim.Of(strings.Repeat(g.HeavyH, k)))
		default:
			b.WriteString(th.Border.Of(g.TeeDown + strings.Repeat(g.H, k-1)))
		}
	}
	return Pad(b.String(), w)
}

// body is the lesson, and the run's pane where there is room or the focus.
func (m *lessonModel) body(w, h int) []string {
	in := m.model()
	all := Rect{0, 0, w, h}
	if in == nil {
		return m.lessonBox(all)
	}
	in.sc.Focus = OnRail // which is not shown: the lesson has the focus
	if m.pane {
		in.sc.Focus = OnPane
	}
	switch {
	case w >= lessonBeside: // both() knows these sizes, too
		left, right := all.left(w * 46 / 100)
		return beside(m.lessonBox(left), m.runBoxes(right))
	case h >= lessonBelow:
		upper, lower := all.top(h * 60 / 100)
		return append(m.lessonBox(upper), in.sc.paneBox(lower, Two)...)
	case m.pane:
		m.tall, m.below = 0, false
		return in.sc.paneBox(all, Two)
	}
	return m.lessonBox(all)
}

// both tells whether there is room for the lesson and a pane.
func (m *lessonModel) both() bool { return m.w >= lessonBeside || m.h-3 >= lessonBelow }

// runBoxes are the run's picture and pane, or the pane alone where it is low.
func (m *lessonModel) runBoxes(r Rect) []string {
	in := m.model()
	if r.H < 34 {
		return in.sc.paneBox(r, Two)
	}
	upper, lower := r.top(r.H * 45 / 100)
	return append(in.sc.storyBox(upper, Two), in.sc.paneBox(lower, Two)...)
}

// lessonBox is the page in its frame. Unless the person scrolled it shows the end
// of what was told, but never skips what is new: that is read from its beginning on.
func (m *lessonModel) lessonBox(r Rect) []string {
	p := m.pages[m.at]
	w, h := r.W-4, r.H-2
	rows, fresh := m.pageRows(w)
	if !m.view.moved {
		m.view.Top = min(len(rows)-h, fresh)
	}
	top := clampTop(&m.view, len(rows), h)
	m.tall, m.below = h, top+h < len(rows)
	f := frameBox{focus: !m.pane, joins: true, title: m.sc.boxTitle(Cut(p.title, max(r.W-8, 4)), !m.pane)}
	if len(rows) > h {
		f.place = fmt.Sprintf("%d/%d", min(top+h, len(rows)), len(rows))
	}
	out := make([]string, 0, h)
	for _, row := range rows[min(top, len(rows)):min(top+h, len(rows))] {
		out = append(out, " "+Pad(row, w)+" ")
	}
	return m.sc.box(r.W, r.H, f, out)
}

// helpBox tells the keys, in two columns where they need them.
func (m *lessonModel) helpBox(r Rect) []string {
	th := m.sc.Theme
	list := m.helpKeys()
	n := r.H - 2
	if n < 1 {
		return m.sc.box(r.W, r.H, frameBox{}, nil)
	}
	rows := make([]string, min(n, len(list)))
	for i, k := range list {
		key, text, _ := strings.Cut(k, " ")
		if at := i % n; at < len(rows) {
			rows[at] += "  " + th.Key.Of(Pad(key, 6)) + Pad(text, 28)
		}
	}
	for i := range rows {
		rows[i] = Pad(Cut(rows[i], r.W-2), r.W-2)
	}
	return m.sc.box(r.W, r.H, frameBox{focus: true, title: m.sc.boxTitle(m.sc.Text.Acts[ActHelp], true)}, rows)
}

// helpKeys are the keys that help tells; of a recording not those that need a live container.
func (m *lessonModel) helpKeys() []string {
	list := strings.Split(m.sc.Theme.arrows(m.t.Keys), "  ")
	return slices.DeleteFunc(list, func(k string) bool {
		key, _, _ := strings.Cut(k, " ")
		return m.o.Taped && strings.Contains("sox", key)
	})
}

// footer is the last row: a notice, or the keys that fit what comes next.
func (m *lessonModel) footer(w int) string {
	th, t := m.sc.Theme, m.t
	if in := m.model(); in != nil && m.notice.Text == "" && in.sc.Notice.Text != "" {
		m.notice = in.sc.Notice
		in.sc.Notice = Notice{}
	}
	if m.notice.Text != "" {
		st := th.Warn
		if m.notice.Error {
			st = th.Error
		}
		return " " + Pad(st.Of(Cut(m.notice.Text, max(w-2, 0))), max(w-1, 0))
	}
	var b strings.Builder
	b.WriteString(" ")
	used := 1
	last := [][2]string{{"?", m.sc.Text.Acts[ActHelp]}, {"q", t.KeyDone}}
	kept := 0 // the last ones always have their room
	for _, k := range last {
		kept += keyWidth(k)
	}
	seen := map[string]bool{"?": true}
	keys := append(m.nextKeys(), m.otherKeys()...)
	if m.help { // any key does
		keys, last = [][2]string{{"space", m.sc.Text.Acts[ActClose]}}, nil
	}
	for _, k := range keys {
		if n := keyWidth(k); !seen[k[0]] && used+n+kept <= w+2 {
			b.WriteString(th.Key.Of(k[0]) + " " + th.Dim.Of(k[1]) + "  ")
			used += n
			seen[k[0]] = true
		}
	}
	for _, k := range last {
		if n := keyWidth(k); (!seen[k[0]] || k[0] == "?") && used+n <= w+2 {
			b.WriteString(th.Key.Of(k[0]) + " " + th.Dim.Of(k[1]) + "  ")
			used += n
		}
	}
	return Pad(Cut(strings.TrimRight(b.String(), " "), w), w)
}

// keyWidth is what a key needs in the footer, with the blanks behind it.
func keyWidth(k [2]string) int { return Width(k[0]) + 1 + Width(k[1]) + 2 }

// otherKeys are those that don't depend on what comes next, the most important first.
func (m *lessonModel) otherKeys() (list [][2]string) {
	t := m.t
	if m.at > 0 {
		list = append(list, [2]string{"p", m.sc.Text.Acts[ActBack]})
	}
	if m.model() != nil {
		if m.pane {
			list = append(list, [2]string{"tab", t.KeyLesson}, [2]string{shown(ActPane), m.sc.Text.Acts[ActPane]})
		} else {
			list = append(list, [2]string{"tab", t.KeyPane})
		}
		if m.live() {
			list = append(list, m.shellKey())
		}
		list = append(list, [2]string{keyFree, t.KeyFree})
	}
	if m.pages[m.at].number > 0 {
		list = append(list, [2]string{keyReset, t.KeyReset})
	}
	if m.live() {
		list = append(list, [2]string{"x", t.KeyTry})
	}
	if len(m.o.All) > 1 {
		list = append(list, [2]string{"g", m.sc.Text.Acts[ActLang]})
	}
	return list
}

// shellKey is the key for the shell in which the command that waits can be typed:
// the one inside is the container's own user's, and needs a program to join.
func (m *lessonModel) shellKey() [2]string {
	if c := m.waiting(); !m.begun() || c != nil && (c.Outside || c.User != "") {
		return [2]string{"o", m.t.KeyHost}
	}
	return [2]string{"s", m.t.KeyShell}
}

// taskKeys are the keys of a task that is not solved yet.
func (m *lessonModel) taskKeys() [][2]string {
	t := m.t
	keys := [][2]string{{"space", t.KeyCheck}}
	if m.hintsLeft() {
		keys = append(keys, [2]string{keyHint, t.KeyHint})
	}
	keys = append(keys, [2]string{keySolve, t.KeySolve})
	if m.o.Taped {
		return keys
	}
	keys = append(keys, m.shellKey())
	if m.lastOf(entryFeedback) != nil { // it may have been spoilt
		keys = append(keys, [2]string{keyReset, t.KeyReset})
	}
	if m.begun() {
		keys = append(keys, [2]string{"s", t.KeyShell})
	}
	return append(keys, [2]string{"o", t.KeyHost})
}

// live tells whether there is a run that shells and commands can be asked of.
func (m *lessonModel) live() bool {
	in := m.model()
	return in != nil && !m.o.Taped && !in.sc.Ended
}

// hintsLeft tells whether the task has a hint that was not told yet.
func (m *lessonModel) hintsLeft() bool {
	if e := m.lastOf(entryHint); e != nil {
		return e.hints > 0
	}
	s, _ := m.peek()
	return s != nil && len(s.Hints) > 0
}

// begun tells whether there is a program in the container, which a shell can join.
func (m *lessonModel) begun() bool {
	in := m.model()
	return in != nil && began(in.sc.S) && !in.sc.ended()
}

// nextKeys are the keys for what comes next.
func (m *lessonModel) nextKeys() [][2]string {
	t := m.t
	switch {
	case m.pane && !m.both():
		return [][2]string{{"tab", t.KeyLesson}, {shown(ActPane), m.sc.Text.Acts[ActPane]}}
	case m.below:
		return [][2]string{{"space", t.KeyMore}}
	case m.over && m.at == len(m.pages)-1:
		return [][2]string{{"q", t.KeyDone}}
	}
	if m.at < len(m.pages)-1 {
		return [][2]string{{"space", t.KeyNext}}
	}
	if m.last().number == 0 {
		return [][2]string{{"space", t.KeyStart}}
	}
	_, i := m.peek()
	switch {
	case i == nil:
	case i.Look != nil && m.model() != nil && !m.both() && !m.pane:
		return [][2]string{{"tab", strings.ToLower(t.Look)}, {"space", t.KeyNext}}
	case i.Predict != nil && m.choice < 0 && m.pane: // digits are the pane's
		return [][2]string{{"space", t.KeySkip}}
	case i.Predict != nil && m.choice < 0:
		return [][2]string{{"1…" + itoa(len(i.Predict.Choices)), t.KeyAnswer}, {"space", t.KeySkip}}
	case i.Predict != nil:
		return [][2]string{{"space", t.KeyAnswer}}
	case i.Stop != nil:
		return [][2]string{{"space", t.KeyGo}}
	case i.Do != nil:
		return [][2]string{{"space", t.KeyRun}}
	case i.Check != nil && !m.solved():
		return m.taskKeys()
	}
	return [][2]string{{"space", t.KeyNext}}
}
