package tui

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"

	"glassbox/lessons"
	"glassbox/runtime/journal"
)

// veil hides what tells the answer to a question that waits for one, or will: a row that
// would say something else without that is covered, whatever it shows.
type veil struct {
	ask   *lessons.Predict
	asked bool // else it comes further down in the step, or, without a question, in a later one
	tells []lessons.Tell
}

// hung is a place in a lesson.
type hung struct {
	step  int
	item  *lessons.Item
	asked bool
	run   string
}

// hang hangs the veils before the run that is shown, or takes them away: as soon as
// there is an answer, also before that is held against the kernel.
func (m *lessonModel) hang(sc *Scene) {
	open, run, seen := m.open()
	asked := len(open) > 0 && m.asks(open[0])
	_, i := m.peek()
	at := hung{m.last().number, i, asked, run}
	if sc.hung == at {
		return
	}
	sc.hung = at
	var tells []lessons.Tell
	for _, q := range open {
		for _, t := range q.Tells(m.o.Player.Lesson.All()) {
			if (t.Run == m.now || t.Run == "" && m.now == run) && (asked || !slices.Contains(seen, t.Fact)) {
				tells = append(tells, t)
			}
		}
	}
	sc.veil, sc.next = nil, nil
	if len(tells) > 0 {
		sc.veil = &veil{open[0], asked, tells}
	}
	if later := m.later(open); len(later) > 0 {
		sc.next = &veil{tells: later}
	}
}

// known is what of a fact a lesson has shown or asked for: all of it, the lines that a
// question named, or those that a look lit.
type known struct{ fact, line, word string }

func (k known) has(t *lessons.Tell) bool {
	return k.fact == t.Fact && (k.line == "" && k.word == "" || k.line == t.Line.String() || k.word != "" && t.Line.MatchString(k.word+":"))
}

// later are the lines of files that answer what later steps ask, where the lesson has not
// come to them yet: another run's would tell as well. Not those of a run that goes on before
// that, nor before one that does.
func (m *lessonModel) later(open []*lessons.Predict) (list []lessons.Tell) {
	s, i := m.peek()
	if s == nil || m.last().number == 0 {
		return nil
	}
	at := len(s.Items) // at the end of the step
	if i != nil {
		at = itemOf(s, i)
	}
	l := m.o.Player.Lesson
	run, goesOn := m.front, map[string]bool{}
	var told []known
	for n, here := 0, m.last().number-1; n < len(l.Steps); n++ {
		for k := range l.Steps[n].Items {
			it := &l.Steps[n].Items[k]
			past := n < here || n == here && k < at
			switch {
			case it.Look != nil && past:
				for _, f := range it.Look.Fact {
					told = append(told, known{fact: f, word: it.Look.Highlight})
				}
			case it.Stop != nil && !past:
				run = l.RunName(it.Stop.Run)
				goesOn[run] = true
			case it.Predict != nil:
				for _, t := range it.Predict.Tells(l.All()) {
					switch {
					case past || slices.Contains(open, it.Predict):
						k := known{fact: t.Fact}
						if t.Line != nil {
							k.line = t.Line.String()
						}
						told = append(told, k)
					case n > here && t.Line != nil && !goesOn[m.now] && !goesOn[cmp.Or(t.Run, run)] &&
						!slices.ContainsFunc(told, func(k known) bool { return k.has(&t) }):
						list = append(list, t)
					}
				}
			}
		}
	}
	return list
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

// bare is the scene without what a veil hides, and without that veil.
func (sc *Scene) bare(v *veil) *Scene {
	b := *sc
	b.next, b.memo = nil, memo{}
	if v == sc.veil {
		b.veil = nil
	}
	b.S = lessons.Without(sc.S, v.tells)
	b.Calls.Events = slices.DeleteFunc(slices.Clone(sc.Calls.Events), func(e journal.Event) bool {
		return slices.ContainsFunc(v.tells, func(t lessons.Tell) bool { return t.Has(&e) })
	})
	return &b
}

// veiledStory are the rows of what happens, as far as they may be seen. What is hidden
// may have taken rows, and what stands below it be drawn otherwise where these are
// free: so what they are compared with is drawn with less room, too.
func (sc *Scene) veiledStory(w, h int, mode Mode) []string {
	rows := sc.story(w, h, mode)
	if v := sc.veil; v != nil {
		b := sc.bare(v)
		all := b.story(w, h, mode)
		for less := range 2 {
			for _, r := range b.story(w, h-1-less, mode) {
				if !slices.Contains(all, r) {
					all = append(all, r)
				}
			}
		}
		rows = sc.veiledRows(v, rows, all, w)
	}
	if v := sc.next; v != nil {
		rows = sc.veiledRows(v, rows, sc.bare(v).veiledStory(w, h, mode), w)
	}
	return rows
}

// said is what a row says, whatever its signs and colours.
type said struct{ label, out, outNote, outWas, in, inNote, inWas string }

func saidBy(l *Line) said {
	return said{l.Label, l.Out.Text, l.Out.Note, l.Out.Was, l.In.Text, l.In.Note, l.In.Was}
}

// veiledLines covers a pane's rows: those that stand together are one.
func (sc *Scene) veiledLines() []Line {
	all := sc.paneLines()
	for _, v := range []*veil{sc.veil, sc.next} {
		if v != nil && sc.S != nil {
			all = sc.coverLines(v, all)
		}
	}
	return all
}

func (sc *Scene) coverLines(v *veil, all []Line) []Line {
	left := map[said]int{}
	for _, l := range sc.bare(v).veiledLines() {
		left[saidBy(&l)]++
	}
	var out []Line
	covered := false
	for i := range all {
		l := &all[i]
		switch is := saidBy(l); {
		case l.Head != "":
		case left[is] > 0 && !v.told(l.Fact):
			left[is]--
		case covered && v.ask != nil:
			out[len(out)-1].Label = ""
			continue
		default:
			covered = true
			out = append(out, sc.cover(v, l))
			continue
		}
		covered = false
		out = append(out, *l)
	}
	return out
}

// told tells whether all of a fact is hidden.
func (v *veil) told(fact string) bool {
	return slices.ContainsFunc(v.tells, func(t lessons.Tell) bool { return t.Fact == fact && t.Line == nil })
}

// veiled is what stands in the place of what is hidden.
func (sc *Scene) veiled(v *veil) string {
	if !v.asked {
		return sc.Text.Asked
	}
	return sc.Text.Veiled
}

// cover is what stands in the place of a row. Its label stays where that is a word
// of ours or of the question's.
func (sc *Scene) cover(v *veil, l *Line) Line {
	c := Line{Wide: true, Fact: l.Fact, Source: l.Source, Sh: l.Sh, Out: Cell{Text: sc.veiled(v), Look: sc.Theme.Accent}}
	known := slices.ContainsFunc(v.tells, func(t lessons.Tell) bool {
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
// For what a later step asks no such picture is touched.
func (sc *Scene) veiledRows(v *veil, rows, bare []string, w int) []string {
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
		switch {
		case framed && v.ask == nil:
			from = to
		case framed && slices.Contains(tells[from:to], true):
			from = above
		default:
			framed = false
		}
		text := sc.veiled(v)
		for ; from < to; from++ {
			if !framed && !tells[from] {
				text = sc.veiled(v)
				continue
			}
			front := "" // it stands in the row's column, and behind the name that it would have there, too
			if plain := ansi.Strip(rows[from]); !framed {
				front = Spaces(len(plain) - len(strings.TrimLeft(plain, " +~-")))
				if name := named(plain); name != "" && Width(name+sc.veiled(v)) <= w && slices.ContainsFunc(bare, func(r string) bool { return named(ansi.Strip(r)) == name }) {
					front, text = ansi.Truncate(rows[from], Width(name), ""), sc.veiled(v)
				}
			}
			rows[from] = Pad(front+sc.Theme.Accent.Of(Cut(text, w-Width(front))), w)
			text = ""
		}
		above = begins
	}
	return rows
}

// labelled is a row that begins with a name of what stands behind it.
var labelled = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^ *\S+(?: \S+)* {2,}`) })

// named is what the values in a row are named by, with the blanks behind it; "" nothing.
func named(row string) string {
	if name := labelled().FindString(row); len(name) < len(row) {
		return name
	}
	return ""
}
