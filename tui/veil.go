package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"glassbox/lessons"
	"glassbox/runtime/journal"
)

// veil hides what tells the answer to a question that waits for one, or will: a row that
// would say something else without that is covered, whatever it shows.
type veil struct {
	ask   *lessons.Predict
	asked bool // else it comes further down in the step
	tells []lessons.Tell
}

// hang hangs the veil before the run that is shown, or takes it away: as soon as
// there is an answer, also before that is held against the kernel.
func (m *lessonModel) hang(sc *Scene) {
	open, run, seen := m.open()
	asked := len(open) > 0 && m.asks(open[0])
	if v := sc.veil; len(open) > 0 && v != nil && v.ask == open[0] && v.asked == asked {
		return
	}
	var tells []lessons.Tell
	for _, q := range open {
		for _, t := range q.Tells(m.o.Player.Lesson.All()) {
			if (t.Run == m.now || t.Run == "" && m.now == run) && (asked || !slices.Contains(seen, t.Fact)) {
				tells = append(tells, t)
			}
		}
	}
	sc.veil = nil
	if len(tells) > 0 {
		sc.veil = &veil{open[0], asked, tells}
	}
}

// asks tells whether a question waits for its answer.
func (m *lessonModel) asks(q *lessons.Predict) bool {
	e := m.lastOf(entryAsk)
	_, i := m.peek()
	return e != nil && i != nil && i.Predict == q && e.predict == q && e.right < 0
}

// open are the question that waits for an answer, and those that are asked right after it;
// before it is asked, those that come in this step before the run goes on. run is the one
// that they are about, if they don't name another: that which then goes on. seen are the
// facts that the step looks at before it asks.
func (m *lessonModel) open() (list []*lessons.Predict, run string, seen []string) {
	s, i := m.peek()
	if i == nil || m.last().number == 0 {
		return nil, "", nil
	}
	run = m.front
	at := itemOf(s, i)
	for k, next := range s.Items {
		switch {
		case k < at && next.Look == nil:
		case next.Predict != nil:
			list = append(list, next.Predict)
		case next.Look != nil && len(list) == 0:
			seen = append(seen, next.Look.Fact...)
		case next.Prose == "" && (len(list) > 0 || next.Do == nil):
			if next.Stop != nil && next.Stop.Run != "" && len(list) > 0 {
				run = next.Stop.Run
			}
			return list, run, seen
		}
	}
	return list, run, seen
}

// bare is the scene without what the veil hides.
func (sc *Scene) bare() *Scene {
	b := *sc
	b.veil, b.memo = nil, memo{}
	b.S = lessons.Without(sc.S, sc.veil.tells)
	b.Calls.Events = slices.DeleteFunc(slices.Clone(sc.Calls.Events), func(e journal.Event) bool {
		return slices.ContainsFunc(sc.veil.tells, func(t lessons.Tell) bool { return t.Has(&e) })
	})
	return &b
}

// bareStory are the rows of what happens without what the veil hides. What is hidden
// may have taken rows, and what stands below it be drawn otherwise where these are
// free: so it is drawn with less room, too.
func (sc *Scene) bareStory(w, h int, mode Mode) []string {
	b := sc.bare()
	all := b.story(w, h, mode)
	for less := range 2 {
		for _, r := range b.story(w, h-1-less, mode) {
			if !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	return all
}

// said is what a row says, whatever its signs and colours.
type said struct{ label, out, outNote, outWas, in, inNote, inWas string }

func saidBy(l *Line) said {
	return said{l.Label, l.Out.Text, l.Out.Note, l.Out.Was, l.In.Text, l.In.Note, l.In.Was}
}

// veiledLines covers a pane's rows: those that stand together are one.
func (sc *Scene) veiledLines(all []Line) []Line {
	left := map[said]int{}
	for _, l := range sc.bare().paneLines() {
		left[saidBy(&l)]++
	}
	var out []Line
	covered := false
	for i := range all {
		l := &all[i]
		switch is := saidBy(l); {
		case l.Head != "":
		case left[is] > 0 && !sc.told(l.Fact):
			left[is]--
		case covered:
			out[len(out)-1].Label = ""
			continue
		default:
			covered = true
			out = append(out, sc.cover(l))
			continue
		}
		covered = false
		out = append(out, *l)
	}
	return out
}

// told tells whether all of a fact is hidden.
func (sc *Scene) told(fact string) bool {
	return slices.ContainsFunc(sc.veil.tells, func(t lessons.Tell) bool { return t.Fact == fact && t.Line == nil })
}

// veiled is what stands in the place of what is hidden.
func (sc *Scene) veiled() string {
	if sc.veil != nil && !sc.veil.asked {
		return sc.Text.Asked
	}
	return sc.Text.Veiled
}

// cover is what stands in the place of a row. Its label stays where that is a word
// of ours or of the question's.
func (sc *Scene) cover(l *Line) Line {
	c := Line{Wide: true, Fact: l.Fact, Source: l.Source, Sh: l.Sh, Out: Cell{Text: sc.veiled(), Look: sc.Theme.Accent}}
	known := slices.ContainsFunc(sc.veil.tells, func(t lessons.Tell) bool {
		return strings.HasSuffix(t.Fact, "."+l.Label) || t.Line != nil && strings.Contains(t.Line.String(), l.Label)
	})
	for _, word := range sc.Text.Rows {
		known = known || word == l.Label
	}
	if known {
		c.Label = l.Label
	}
	return c
}

// veiledRows covers the rows of what happens: those that would be others, and all of a
// picture that has a frame, with the words above it: they say what is to be seen there.
func (sc *Scene) veiledRows(rows, bare []string, w int) []string {
	left := map[string]int{}
	for _, r := range bare {
		left[r]++
	}
	tells := make([]bool, len(rows))
	for i, r := range rows {
		tells[i] = left[r] == 0
		left[r]--
	}
	above := 0                                // where the paragraph above begins
	for from := 0; from < len(rows); from++ { // paragraph by paragraph
		to := from
		framed := false
		for ; to < len(rows) && strings.TrimSpace(ansi.Strip(rows[to])) != ""; to++ {
			framed = framed || strings.Contains(rows[to], sc.Theme.Glyphs.TopRight)
		}
		begins := from
		framed = framed && slices.Contains(tells[from:to], true)
		if framed {
			from = above
		}
		text := sc.veiled()
		for ; from < to; from++ {
			if !framed && !tells[from] {
				text = sc.veiled()
				continue
			}
			rows[from] = Pad(sc.Theme.Accent.Of(Cut(text, w)), w)
			text = ""
		}
		above = begins
	}
	return rows
}
