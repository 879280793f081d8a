package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// overlay is something that lies over the screen and takes the keys: help, a
// question, a prompt. They are a stack; the topmost gets the keys.
type overlay interface {
	// draw returns the box, its rows of equal width, for a screen of w×h cells.
	draw(sc *Scene, w, h int) []string
	// key obeys a key; done closes the overlay.
	key(m *Model, k tea.KeyPressMsg) (done bool, cmd tea.Cmd)
}

// panel frames rows in a box as wide as they need, at most as the screen has room for.
func (sc *Scene) panel(title, foot string, rows []string, w, h int) []string {
	return sc.placed(title, foot, "", rows, w, h)
}

// placed is a panel with a place right in its lower edge.
func (sc *Scene) placed(title, foot, place string, rows []string, w, h int) []string {
	n := max(Width(title), Width(foot)+Width(place)) + 6
	if place != "" {
		n += 4
	}
	for _, r := range rows {
		n = max(n, Width(r)+4)
	}
	n = min(n, w)
	if n < 8 || h < 3 {
		return nil
	}
	if len(rows) > h-2 {
		rows = rows[:h-2]
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = " " + Pad(r, n-4) + " "
	}
	f := frameBox{title: sc.Theme.Accent.Of(title), focus: true, place: place}
	if foot != "" {
		f.foot = sc.Theme.Faint.Of(foot)
	}
	return sc.box(n, len(out)+2, f, out)
}

// help lists all keys, made from the key map.
type help struct{ roll }

func (o *help) draw(sc *Scene, w, h int) []string {
	cols := 1
	switch {
	case w >= 124:
		cols = 3
	case w >= 76:
		cols = 2
	}
	blocks := sc.helpBlocks()
	rows := spread(blocks, cols, min((min(w, 126)-4)/cols, 44))
	rows = append(rows, "")
	for _, r := range Wrap(sc.Text.ClickHelp, max(w-4, 1)) {
		rows = append(rows, sc.Theme.Faint.Of(r))
	}
	return sc.scrolled(sc.Text.HelpTitle, "", rows, &o.roll, w, h-1)
}

// helpBlocks are the groups of keys, a block of rows each.
func (sc *Scene) helpBlocks() [][]string {
	blocks := make([][]string, groupCount)
	for g := range blocks {
		blocks[g] = []string{sc.Theme.Strong.Of(sc.Text.Groups[g])}
	}
	for _, b := range bindings {
		if b.Show == "" || b.Live && !sc.Live {
			continue
		}
		keys := b.Show
		for _, k := range b.Keys {
			if k != "space" && keyShown(k) != b.Show && keyShown(k) != "" && len(b.Keys) <= 4 && Width(keys)+Width(k)+1 <= 15 {
				keys += " " + keyShown(k)
			}
		}
		blocks[b.Group] = append(blocks[b.Group], sc.Theme.Key.Of(Pad(sc.Theme.arrows(keys), 15))+" "+sc.Theme.Dim.Of(sc.Theme.words(sc.Text.Acts[b.Act])))
	}
	return slices.DeleteFunc(blocks, func(b []string) bool { return len(b) == 1 })
}

// arrows are the names of keys as the screen can show them: without arrows the words, since
// the signs that stand for those in ASCII are the names of other keys.
func (t *Theme) arrows(keys string) string {
	if !t.Glyphs.ASCII {
		return keys
	}
	return strings.NewReplacer("←→", "left/right", "↑↓", "up/down", "→", "right", "←", "left", "↑", "up", "↓", "down").Replace(keys)
}

// words are an act's as the screen can show them: the other language's name is in its own letters.
func (t *Theme) words(act string) string {
	if t.Glyphs.ASCII {
		return strings.Replace(act, "한국어", "Korean", 1)
	}
	return act
}

// keyShown writes a key's name shortly.
func keyShown(k string) string {
	return strings.NewReplacer("pgdown", "PgDn", "pgup", "PgUp", "backspace", "bksp", "right", "→", "left", "←", "down", "↓", "up", "↑", "shift+f5", "", "f5", "F5").Replace(k)
}

// spread sets blocks into columns of w cells, each block whole, in their order.
func spread(blocks [][]string, cols, w int) []string {
	total := 0
	for _, b := range blocks {
		total += len(b) + 1
	}
	goal := (total + cols - 1) / cols
	columns := make([][]string, cols)
	c := 0
	for i, b := range blocks {
		if c < cols-1 && len(columns[c]) > 0 && len(columns[c])+len(b)/2 > goal {
			c++
		}
		if len(columns[c]) > 0 {
			columns[c] = append(columns[c], "")
		}
		columns[c] = append(columns[c], blocks[i]...)
	}
	n := 0
	for _, col := range columns {
		n = max(n, len(col))
	}
	rows := make([]string, n)
	for i := range rows {
		for j, col := range columns {
			cell := ""
			if i < len(col) {
				cell = col[i]
			}
			if j == cols-1 {
				rows[i] += cell
				continue
			}
			rows[i] += Pad(cell, w)
		}
	}
	return rows
}

func (o *help) key(m *Model, k tea.KeyPressMsg) (bool, tea.Cmd) {
	return !o.scroll(m, k), nil
}

// value shows all of one row's value.
type value struct {
	roll
	title, source, text string
}

func (o *value) draw(sc *Scene, w, h int) []string {
	var rows []string
	for _, l := range Lines(o.text, 2000) {
		rows = append(rows, Break(l, max(w-8, 1))...)
	}
	if len(rows) == 0 {
		rows = []string{sc.Theme.Faint.Of(sc.Text.Nothing)}
	}
	return sc.scrolled(o.title, Cut(o.source, max(w-24, 0)), rows, &o.roll, w, h-2)
}

func (o *value) key(m *Model, k tea.KeyPressMsg) (bool, tea.Cmd) {
	return !o.scroll(m, k), nil
}

// ask is the question before a live run is stopped.
type ask struct{}

func (ask) draw(sc *Scene, w, h int) []string {
	th := sc.Theme
	rows := Wrap(sc.Text.QuitAsk, max(w-8, 1))
	rows = append(rows, "", th.Key.Of("y")+" "+th.Dim.Of(sc.Text.QuitYes)+"   "+th.Key.Of("n")+" "+th.Dim.Of(sc.Text.QuitNo))
	return sc.panel(sc.Text.QuitTitle, "", rows, w, h)
}

func (ask) key(m *Model, k tea.KeyPressMsg) (bool, tea.Cmd) {
	switch keyName(k) {
	case "y", "enter", "q", "ctrl+c":
		return true, m.unwind(keyName(k) == "ctrl+c")
	case "n", "esc":
		return true, nil
	}
	return false, nil
}
