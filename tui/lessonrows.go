package tui

import (
	"fmt"
	"strings"

	"glassbox/lessons"
)

// pageRows are the rows of the page that is shown, of at most w cells, and the
// one from which on they are new.
func (m *lessonModel) pageRows(w int) (rows []string, fresh int) {
	if w < 1 {
		return nil, 0
	}
	p := m.pages[m.at]
	for i := range p.entries {
		e := &p.entries[i]
		key := fmt.Sprintf("%d %s %v %d %v %v", w, m.sc.Theme.Name, m.sc.Theme.light, m.choice, m.sc.Theme.Glyphs.ASCII, m.both())
		if e.key != key {
			e.rows, e.key = m.entryRows(e, w), key
		}
		if i > 0 && len(e.rows) > 0 {
			rows = append(rows, "")
		}
		if i == m.fresh {
			fresh = len(rows)
		}
		rows = append(rows, e.rows...)
	}
	return rows, fresh
}

// measure is how wide prose is at most, in cells: longer rows are hard to read.
const measure = 88

// entryRows draws one entry.
func (m *lessonModel) entryRows(e *told, w int) []string {
	th, t, sc := m.sc.Theme, m.t, &m.sc
	if e.kind != entryCommand && e.kind != entryOutput {
		w = min(w, measure)
	}
	switch e.kind {
	case entryFacts:
		return sc.para(e.text, w, th.Dim)
	case entryStop:
		return sc.marked(th.Glyphs.Gate, e.text, w, th.Warn, th.Text)
	case entryLook:
		text := t.Look + ": " + Clean(e.text)
		if !m.both() {
			text += "  (tab)"
		}
		return sc.marked(th.Glyphs.Right, text, w, th.Accent, th.Dim)
	case entryAsk:
		return m.askRows(e, w)
	case entryVerdict:
		return m.verdictRows(e, w)
	case entryCommand:
		return m.commandRows(e, w)
	case entryOutput:
		rows := sc.code(e.text, "", w, th.Text)
		if e.exit != 0 {
			rows = append(rows, th.Warn.Of(fmt.Sprintf(t.Status, e.exit)))
		}
		return rows
	case entryTask:
		rows := []string{th.Accent.Of(th.Glyphs.Ring) + " " + th.Strong.Of(e.text)}
		how := t.TaskHow
		if m.o.Taped {
			how = t.TaskTaped
		}
		for _, r := range Wrap(how, max(w-2, 1)) {
			rows = append(rows, "  "+th.Faint.Of(r))
		}
		return rows
	case entryFeedback:
		sign, look, word := th.Glyphs.Done, th.Good, t.Done
		if !e.ok {
			sign, look, word = th.Glyphs.Fail, th.Warn, t.NotYet
		}
		return sc.marked(sign, word+": "+strings.Join(Lines(e.text, 20), " "), w, look, look)
	case entryHint:
		head := th.Accent.Of(t.Hint)
		if e.hints > 0 {
			head += th.Faint.Of("  " + fmt.Sprintf(t.HintsLeft, e.hints))
		}
		rows := []string{head}
		return append(rows, sc.prose(e.text, w)...)
	case entryNotice:
		return sc.marked(th.Glyphs.Ring, e.text, w, th.Warn, th.Text)
	case entryMistake:
		rows := sc.marked(th.Glyphs.Fail, t.Said+" "+plainOf(e.mark.Chosen), w, th.Error, th.Text)
		rows = append(rows, sc.marked(" ", t.Wrong+" "+plainOf(e.mark.Wrong), w, th.Error, th.Dim)...)
		return append(rows, sc.marked(th.Glyphs.Right, t.Is+" "+plainOf(e.mark.Right), w, th.Good, th.Text)...)
	case entryError:
		return sc.marked(th.Glyphs.Fail, oneLine(e.text), w, th.Error, th.Error)
	}
	return sc.prose(e.text, w)
}

// commandRows are a command, behind where it runs and as whom.
func (m *lessonModel) commandRows(e *told, w int) []string {
	th, t := m.sc.Theme, m.t
	where, look := t.Inside, th.Inside
	if e.outside {
		where, look = t.Host, th.Host
	}
	more := ""
	if e.run != "" {
		more = ", " + Clean(e.run)
	}
	if e.user != "" {
		more += ", " + fmt.Sprintf(t.As, Clean(e.user))
	}
	rows := []string{look.Of(where) + th.Faint.Of(more)}
	return append(rows, m.sc.code(e.text, "$ ", w, th.Strong)...)
}

// marked is a paragraph behind a sign.
func (sc *Scene) marked(sign, text string, w int, mark, look Style) []string {
	var rows []string
	for i, r := range Wrap(text, max(w-2, 1)) {
		front := "  "
		if i == 0 {
			front = mark.Of(sign) + " "
		}
		rows = append(rows, front+look.Of(r))
	}
	return rows
}

// code is text whose blanks matter, 200 lines at most. A row that goes on from the one
// above is indented; where there is something in front of the text, it has a sign there.
func (sc *Scene) code(text, front string, w int, look Style) []string {
	var rows []string
	for i, l := range Lines(text, 200) {
		head, in := Spaces(Width(front)), Width(front)
		if i == 0 {
			head = front
		}
		if in == 0 && Width(l) >= w {
			in = 2
		}
		for _, part := range breakWords(l, max(w-in-1, 1)) {
			rows = append(rows, " "+sc.Theme.Faint.Of(head)+look.Of(part))
			head = Spaces(in)
			if front != "" {
				head = Pad(sc.Theme.Glyphs.Goes, in)
			}
		}
	}
	return rows
}

// breakWords breaks a row of text whose blanks matter into rows of at most w cells:
// behind a blank, a comma or a bar where one is not far from the edge, a path
// between its names.
func breakWords(s string, w int) []string {
	var rows []string
	for Width(s) > w {
		head := CutPlain(s, w)
		if head == "" {
			break
		}
		if i := strings.LastIndexAny(head, " ,|") + 1; i > len(head)/3 && s[len(head)] != ' ' {
			head = head[:i]
		} else if s[len(head)] != ' ' {
			head = atName(head)
		}
		rows = append(rows, strings.TrimRight(head, " "))
		s = strings.TrimPrefix(s[len(head):], " ")
	}
	if s != "" || len(rows) == 0 {
		rows = append(rows, Break(s, w)...)
	}
	return rows
}

// askRows draws a question with its answers: the chosen one is marked, and the
// right one when it is known.
func (m *lessonModel) askRows(e *told, w int) []string {
	th, sc := m.sc.Theme, &m.sc
	rows := []string{th.Accent.Of("? " + m.t.Question)}
	rows = append(rows, sc.prose("**"+e.text+"**", w)...)
	chosen := e.chosen
	if e.right < 0 && e == m.lastEntry() {
		chosen = m.choice
	}
	for i, c := range e.predict.Choices {
		sign, look := " ", th.Key
		switch {
		case i == e.right:
			sign, look = th.Good.Of(th.Glyphs.Done), th.Good
		case e.right >= 0 && i == chosen:
			sign, look = th.Error.Of(th.Glyphs.Fail), th.Error
		case i == chosen:
			sign = th.bar()
		}
		for k, r := range sc.prose(c.Text, max(w-5, 1)) {
			front := "     "
			if k == 0 {
				front = sign + " " + look.Of(itoa(i+1)) + "  "
			}
			rows = append(rows, front+r)
		}
	}
	return rows
}

// verdictRows draws what the kernel said.
func (m *lessonModel) verdictRows(e *told, w int) []string {
	th, sc, t, v := m.sc.Theme, &m.sc, m.t, e.verdict
	right := v.Predict.Choices[v.Right]
	var rows []string
	switch {
	case v.Chosen == v.Right:
		rows = sc.marked(th.Glyphs.Done, t.Right+" "+plainOf(right.Text), w, th.Good, th.Text)
	case v.Chosen >= 0 && v.Chosen < len(v.Predict.Choices):
		rows = sc.marked(th.Glyphs.Fail, t.Wrong+" "+plainOf(v.Predict.Choices[v.Chosen].Wrong), w, th.Error, th.Text)
		rows = append(rows, sc.marked(th.Glyphs.Right, t.Is+" "+plainOf(right.Text), w, th.Good, th.Text)...)
	default:
		rows = sc.marked(th.Glyphs.Right, t.Is+" "+plainOf(right.Text), w, th.Good, th.Text)
	}
	if v.Value.Absent {
		return append(rows, "  "+th.Faint.Of(Cut(fmt.Sprintf(t.Absent, oneLine(v.Value.Source)), max(w-2, 0))))
	}
	one := v.Value
	if v.Against == nil || v.Against.Absent {
		one.Run = ""
		return append(rows, sc.reading(t.Says, t.SaysThis, &one, w)...)
	}
	two := *v.Against
	if one.Run == two.Run { // only where there are two is it said which
		one.Run, two.Run = "", ""
	}
	rows = append(rows, sc.reading(t.Says, t.SaysThis, &one, w)...)
	return append(rows, sc.reading(t.Compared, t.ComparedThis, &two, w)...)
}

// valueRows is how many rows a value that was read may take.
const valueRows = 4

// reading is where a value was read, and the value. A command or a path that is longer than a row is told whole.
func (sc *Scene) reading(says, this string, r *lessons.Reading, w int) []string {
	th := sc.Theme
	var rows []string
	source := oneLine(r.Source)
	if rest, ok := strings.CutPrefix(source, "journal"); ok {
		source = Say(sc.Lang, "journal", "저널") + rest
	}
	if r.Run != "" {
		source = r.Run + ": " + source
		this = strings.TrimSuffix(this, ":") + " (" + r.Run + "):"
	}
	s := fmt.Sprintf(says, source)
	switch path := !strings.ContainsAny(r.Source, " \n"); {
	case path:
		for _, row := range breakWords(s, max(w-2, 1)) {
			rows = append(rows, "  "+th.Faint.Of(row))
		}
	case Width(s) <= w-2 && !strings.Contains(r.Source, "\n"):
		rows = []string{"  " + th.Faint.Of(s)}
	default:
		rows = append([]string{"  " + th.Faint.Of(this)}, sc.code(strings.TrimSpace(r.Source), " $ ", w, th.Faint)...)
	}
	text := breakWords(oneLine(strings.ReplaceAll(r.Text, "\x00", " ")), max(w-2, 1))
	if len(text) > valueRows {
		text = append(text[:valueRows-1], text[valueRows-1]+th.Glyphs.Ellipsis)
	}
	for _, row := range text {
		rows = append(rows, "  "+th.Accent.Of(Cut(row, max(w-2, 0))))
	}
	return rows
}
