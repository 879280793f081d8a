package tui

import (
	"strconv"
	"strings"

	"glassbox/runtime/journal"
)

// Line is one line of a pane: a heading, a fact on both sides, or text across both.
type Line struct {
	Head   string // a heading; the rest is empty
	Label  string
	Out    Cell
	In     Cell
	Wide   bool // Out goes across both sides
	Remark bool // it is the screen's word, not the kernel's

	Fact   string // which fact it shows
	Source string // where it was read
	Sh     string // what a person would type to read it
	Full   string // all of the value, where the line has only a part
	Path   string // of a directory or file that opens

	Ticks bool // it changes by itself while the program runs: no reason to look at it
}

// Cell is a value on one side.
type Cell struct {
	Text string
	Note string // what it means, in faint letters after it
	Mark byte   // + ~ - or blank: what the shown stage did to it
	Was  string // with ~: what it was
	Look Style  // where it has no mark
	Keep bool   // Look says more than the mark
	Call bool   // what it returned, at its end, is shown in any width
	Bar  int    // cells of a gauge before the text
	Part float64
	Err  bool // Text is why it can't be read

	sign byte // its sign, where that is not the line's
}

// ownSign is the cell's sign where the line's says something else.
func (x *Cell) ownSign(line byte) byte {
	if x.Text == "" || x.Mark == line || x.Mark == 0 || x.Mark == ' ' {
		return 0
	}
	return x.Mark
}

// marked is the line's sign: that of its sides, ~ where they differ. What is new or
// gone on one side only, beside what stays on the other, has its sign there.
func (l *Line) marked() byte {
	a, b := l.Out.Mark, l.In.Mark
	if a == 0 {
		a = ' '
	}
	if b == 0 {
		b = ' '
	}
	switch {
	case a == b || b == ' ' && l.In.Text == "":
		return a
	case a == ' ' && l.Out.Text == "":
		return b
	}
	return '~'
}

// has says whether the line shows the text, in any case.
func (l *Line) has(lower string) bool {
	for _, s := range []string{l.Label, l.Out.Text, l.In.Text, l.Out.Note} {
		if strings.Contains(strings.ToLower(s), lower) {
			return true
		}
	}
	return false
}

// from says whether what the line shows was read from a file of that name.
func (l *Line) from(lower string) bool { return strings.Contains(strings.ToLower(l.Source), lower) }

// lines builds a pane's lines from a scene.
type lines struct {
	sc     *Scene
	out    []Line
	unread bool // something can't be read inside because the process has ended
}

func (b *lines) head(text string) { b.out = append(b.out, Line{Head: text}) }

func (b *lines) add(l Line) { b.out = append(b.out, l) }

// note is a sentence of the screen's own across both sides.
func (b *lines) note(text string) {
	b.add(Line{Wide: true, Remark: true, Out: Cell{Text: text, Look: b.sc.Theme.Faint}})
}

// none says why a pane about the process is empty.
func (b *lines) none() {
	t := b.sc.Text
	switch st := b.sc.S.Stage("clone"); {
	case b.unread: // which is said already
	case b.sc.ended():
		b.note(t.Gone)
	case st != nil && st.State != journal.Done:
		b.note(t.NoProcess)
	default:
		b.note(t.NotYet)
	}
}

// row is the label of a row, in the scene's language.
func (b *lines) row(key string) string {
	if s, ok := b.sc.Text.Rows[key]; ok {
		return s
	}
	return key
}

// pair adds a fact of one line as it was read on both sides. It adds nothing if
// neither side has it.
func (b *lines) pair(label, name string) {
	b.pairOf(label, name, nil)
}

// pairOf is pair with what of the text is shown, and what that means.
func (b *lines) pairOf(label, name string, show func(text string) (value, note string)) bool {
	out, okOut := b.cell(name, journal.Outside, show)
	in, okIn := b.cell(name, journal.Inside, show)
	if !okOut && !okIn {
		return false
	}
	l := Line{Label: label, Out: out, In: in}
	b.where(&l, name)
	b.add(l)
	return true
}

// cell is a fact on one side.
func (b *lines) cell(name string, side journal.Side, show func(string) (string, string)) (Cell, bool) {
	f, mark, ok := b.sc.fact(name, side)
	if !ok || f.Gone && (mark == ' ' || side == journal.Inside && b.unseen(name)) {
		return Cell{}, false
	}
	c := Cell{Mark: mark}
	if side == journal.Inside && f.Value.Err != "" && b.sc.ended() {
		b.unread = true
		if f.Was == nil || mark != '~' {
			return Cell{}, false
		}
		f.Value, f.Was, c.Mark = *f.Was, nil, '-' // what it was before the process went
	}
	if f.Value.Err != "" && raw(&f.Value) == "" {
		return Cell{Text: Clean(Phrase(f.Value.Err, b.sc.Lang)), Look: b.sc.Theme.Warn, Mark: mark, Err: true}, true
	}
	if show == nil {
		show = func(s string) (string, string) { return oneLine(s), "" }
	}
	c.Text, c.Note = show(raw(&f.Value))
	if strings.TrimSpace(raw(&f.Value)) == "" {
		c.Text = "–" // the file is there, and empty
	}
	if c.Mark == '~' && f.Was != nil {
		was, _ := show(raw(f.Was))
		switch {
		case was == c.Text: // something else in the file changed
			c.Mark = ' '
		case len(was) <= 24:
			c.Was = was
		}
	}
	return c, true
}

// where fills in a line's source and command from the fact it shows.
func (b *lines) where(l *Line, name string) {
	for _, side := range []journal.Side{journal.Outside, journal.Inside} {
		f, _, ok := b.sc.fact(name, side)
		if !ok {
			continue
		}
		l.Fact, l.Source = name, Clean(f.Value.Source)
		l.Sh = command(name, side, f.Value.Source, hostPID(b.sc.S))
		l.Full = raw(&f.Value)
		return
	}
}

// command is what a person would type on the host to read the same.
func command(name string, side journal.Side, source string, pid int) string {
	enter := ""
	if side == journal.Inside {
		enter = "nsenter -t " + strconv.Itoa(pid) + " -a "
	}
	inNet := enter
	if strings.HasPrefix(name, famNS) || strings.HasPrefix(name, famHostNS) {
		return enter + "readlink " + quote(source)
	}
	switch name {
	case factAddrs:
		return inNet + "ip addr"
	case factRoutes:
		return inNet + "ip route"
	case factNeighs:
		return inNet + "ip neigh"
	case factRules:
		return "nft list table ip glassbox"
	case factHostname:
		return enter + "hostname"
	case factTree:
		return enter + "ps -ef"
	}
	if !strings.HasPrefix(source, "/") {
		return ""
	}
	if strings.HasSuffix(source, "/") {
		return enter + "ls -la " + quote(source)
	}
	return enter + "cat " + quote(source)
}

// quote writes a word for a shell. Control bytes are left out: what is copied
// must be safe to paste.
func quote(s string) string {
	safe := func(r rune) bool {
		return r == '/' || r == '.' || r == '-' || r == '_' || r == ':' || r == '@' || r == '+' || r == '=' || r == ',' ||
			r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	}
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || hidden(r) {
			return -1
		}
		return r
	}, s)
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !safe(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// list adds a text of several lines, each with its sign: lines of now that were
// not there before the shown stage are +, those that went are -.
func (b *lines) list(name string, side journal.Side, limit int) bool {
	f, mark, ok := b.sc.fact(name, side)
	if !ok || f.Gone && mark == ' ' {
		return false
	}
	now, was := split(raw(&f.Value)), split(b.sc.was(name, side))
	if f.Gone {
		now = nil
	}
	l := Line{Wide: true}
	b.where(&l, name)
	n := 0
	for _, d := range diff(was, now) {
		if limit > 0 && n >= limit {
			break
		}
		n++
		l.Out = Cell{Text: Clean(short(indented(d.text))), Mark: d.mark}
		b.add(l)
	}
	return true
}

// indented has two blanks for each tab that a row begins with: a pane is narrow.
func indented(s string) string {
	rest := strings.TrimLeft(s, "\t")
	return strings.Repeat("  ", len(s)-len(rest)) + rest
}

func split(s string) []string {
	s = strings.TrimRight(s, "\n")
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

type diffLine struct {
	text string
	mark byte
}

// diff merges two lists of lines: the lines of now in their order, and those
// that are only in was where they stood.
func diff(was, now []string) []diffLine {
	in := func(list []string) map[string]int {
		m := make(map[string]int, len(list))
		for _, s := range list {
			m[s]++
		}
		return m
	}
	have, had := in(now), in(was)
	var out []diffLine
	i := 0
	gone := func(until string) {
		for ; i < len(was) && was[i] != until; i++ {
			if have[was[i]] == 0 {
				out = append(out, diffLine{was[i], '-'})
			}
		}
		i++
	}
	for _, s := range now {
		if had[s] > 0 {
			had[s]--
			if at := indexFrom(was, s, i); at >= 0 {
				gone(s)
			}
			out = append(out, diffLine{s, ' '})
			continue
		}
		out = append(out, diffLine{s, '+'})
	}
	gone("\x00")
	return out
}

func indexFrom(list []string, s string, i int) int {
	for ; i < len(list); i++ {
		if list[i] == s {
			return i
		}
	}
	return -1
}
