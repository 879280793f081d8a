package tui

import "glassbox/runtime/journal"

// memo keeps what was last made of the same things: a key that moves a cursor
// must not parse the mount table again. What it holds depends on its key alone.
type memo struct {
	linesOf lineKey
	lines   []Line
	storyOf storyKey
	story   []string
	fitOf   fitKey
	columns columns
	at      []int
}

type fitKey struct {
	first *Line // of lines, which are made anew each time
	n, w  int
}

type lineKey struct {
	s      *journal.State
	theme  *Theme
	lang   Lang
	pane   int
	diff   bool
	search string
	calls  *journal.Event // the first of the list, which is made anew each time
	more   int
	dirs   int
	veil   *veil
	next   *veil
}

type storyKey struct {
	s     *journal.State
	gate  *journal.Gate
	theme *Theme
	lang  Lang
	mode  Mode
	w, h  int
	veil  *veil
	next  *veil
	page  bool
}

// linesNow are the present pane's lines.
func (sc *Scene) linesNow() []Line {
	k := lineKey{s: sc.S, theme: sc.Theme, lang: sc.Lang, pane: sc.Pane, diff: sc.Diff, search: sc.Search, more: len(sc.Calls.Events), dirs: sc.Dirs.Version, veil: sc.veil, next: sc.next}
	if len(sc.Calls.Events) > 0 {
		k.calls = &sc.Calls.Events[0]
	}
	if sc.memo.lines == nil || sc.memo.linesOf != k {
		sc.memo.linesOf, sc.memo.lines = k, sc.veiledLines()
	}
	return sc.memo.lines
}

// storyNow are the rows of what happens.
func (sc *Scene) storyNow(w, h int, mode Mode) []string {
	k := storyKey{s: sc.S, gate: sc.gate(), theme: sc.Theme, lang: sc.Lang, mode: mode, w: w, h: h, veil: sc.veil, next: sc.next, page: sc.Page}
	if sc.memo.story == nil || sc.memo.storyOf != k {
		rows := sc.veiledStory(w, h, mode)
		for i := range rows {
			rows[i] = " " + rows[i] + " "
		}
		sc.memo.storyOf, sc.memo.story = k, rows
	}
	return sc.memo.story
}

// fit is where a pane's lines stand in w cells: their columns and rows.
func (sc *Scene) fit(all []Line, w int) (columns, []int) {
	k := fitKey{n: len(all), w: w}
	if len(all) > 0 {
		k.first = &all[0]
	}
	if sc.memo.at == nil || sc.memo.fitOf != k {
		c := sc.columns(all, w)
		sc.memo.fitOf, sc.memo.columns, sc.memo.at = k, c, c.rowsOf(all)
	}
	return sc.memo.columns, sc.memo.at
}
