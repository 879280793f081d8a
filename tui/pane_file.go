package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
)

// Dirs are the directories and files of the container that were opened, by path.
// A live run is asked for them; a recording has what its snapshots hold.
type Dirs struct {
	Open map[string][]File
	Text map[string]string
	Err  map[string]string

	Version int // counts changes
}

// files shows layers, what the container wrote, and the merged tree.
func files(b *lines) {
	b.layers()
	b.upper()
	b.root()
	b.dir("/", "")
	if len(b.out) == 0 {
		b.note(b.sc.Text.NotYet)
	}
}

// layers lists the image's layers, the topmost first, as overlay stacks them.
func (b *lines) layers() {
	list := slices.DeleteFunc(slices.Clone(b.sc.S.Progress), func(p journal.Progress) bool { return p.What != "layer" })
	slices.SortStableFunc(list, func(x, y journal.Progress) int { return y.Index - x.Index })
	if len(list) > 0 {
		b.head(b.sc.Text.Rows["layers"])
	}
	entries, hidden := 0, 0
	for i := range list {
		entries, hidden = max(entries, list[i].Entries), max(hidden, list[i].Hidden)
	}
	for i := range list {
		p := &list[i]
		note := b.tally("entries", p.Entries, entries) + b.tally("whiteouts", p.Hidden, hidden) + oneLine(p.By)
		mark := byte(' ')
		if st := b.sc.stage(); st == "pull" || st == "unpack" {
			mark = '+'
		}
		if p.State == journal.Present {
			mark = ' '
		}
		b.add(Line{
			Wide: true, Label: b.row("layer") + " " + strconv.Itoa(p.Index),
			Out:  Cell{Text: digestOf(p.ID) + " " + PadLeft(amountOf(signed(max(p.Total, p.Done))), 9), Note: strings.TrimRight(note, " "), Mark: mark},
			Fact: factLayers, Source: Clean(p.Path), Sh: "ls -la " + quote(p.Path), Full: oneLine(p.By),
		})
	}
}

// tally counts something of a layer, in a column that has room for the most of it.
func (b *lines) tally(what string, n, most int) string {
	if most == 0 {
		return ""
	}
	s := fmt.Sprintf(b.row(what), PadLeft(strconv.Itoa(n), len(strconv.Itoa(most)))) + "  "
	switch n {
	case 0:
		return Spaces(Width(s))
	case 1:
		return strings.Replace(s, "entries", "entry  ", 1)
	}
	return s
}

// upper lists what the container wrote: each path with its sign.
func (b *lines) upper() {
	f, mark, ok := b.sc.fact(factUpper, journal.Outside)
	if !ok || f.Gone && mark == ' ' {
		return
	}
	b.head(b.row("upper") + "  " + Clean(f.Value.Source))
	if strings.TrimSpace(raw(&f.Value)) == "" {
		b.note(b.sc.Text.Nothing)
		return
	}
	b.listing(factUpper, 1000)
	if f, _, ok := b.sc.fact(factWork, journal.Outside); ok && strings.TrimSpace(raw(&f.Value)) != "" {
		b.head("work  " + Clean(f.Value.Source))
		b.listing(factWork, 100)
	}
}

// listing adds a list of "MODE SIZE NAME", the names below each other.
func (b *lines) listing(fact string, limit int) {
	from := len(b.out)
	b.list(fact, journal.Outside, limit)
	widest := 0
	for i := range b.out[from:] {
		_, rest, _ := strings.Cut(b.out[from+i].Out.Text, " ")
		size, _, _ := strings.Cut(rest, " ")
		widest = max(widest, Width(size))
	}
	for i := range b.out[from:] {
		c := &b.out[from+i].Out
		mode, rest, _ := strings.Cut(c.Text, " ")
		if size, name, ok := strings.Cut(rest, " "); ok && widest <= 12 {
			c.Text = mode + " " + PadLeft(size, widest) + " " + name
		}
	}
}

// root lists the root directory as both sides see it.
func (b *lines) root() {
	source := ""
	for _, side := range bothSides {
		if f, _, ok := b.sc.fact(factRoot, side); ok && source == "" {
			source = Clean(f.Value.Source)
		}
	}
	b.netPart(b.row("merged")+"  "+source, factRoot, sideless(listRows))
}

// listRows are the lines of a listing, "MODE SIZE NAME".
func listRows(text string) []netRow {
	var out []netRow
	for _, l := range split(text) {
		mode, rest, _ := strings.Cut(l, " ")
		size, name, ok := strings.Cut(rest, " ")
		if !ok {
			continue
		}
		key, link, linked := strings.Cut(name, " -> ")
		if linked {
			link = "-> " + link
		} else if n, err := strconv.ParseInt(size, 10, 64); err == nil && mode != "" && mode[0] == '-' {
			link = amountOf(signed(n))
		}
		out = append(out, netRow{key: key, text: mode, note: link})
	}
	return out
}

// hostCommand is what a person would type on the host to read one of the container's own
// files: in its namespaces once it has its root there, below merged before and where it has
// ended. It is "" where the host has no way to it.
func hostCommand(s *journal.State, command, path string) string {
	st, pid := s.Stage("rootfs"), hostPID(s)
	if st != nil && st.State == journal.Done && pid != 0 {
		return "nsenter -t " + strconv.Itoa(pid) + " -a " + command + quote(path)
	}
	if f := s.Facts[journal.Key{Fact: factRoot, Side: journal.Outside}]; !f.Gone && f.Value.Source != "" {
		return command + quote(strings.TrimSuffix(f.Value.Source, "/")+path)
	}
	return ""
}

// dir lists opened directories of the container's file system.
func (b *lines) dir(path, indent string) {
	d := &b.sc.Dirs
	list, ok := d.Open[path]
	if !ok {
		return
	}
	if path == "/" {
		b.head(b.row("tree"))
	}
	if e := d.Err[path]; e != "" {
		b.add(Line{Wide: true, Out: Cell{Text: indent + Clean(Phrase(e, b.sc.Lang)), Look: b.sc.Theme.Warn}})
	}
	g := b.sc.Theme.Glyphs
	label := func(f *File) string {
		if f.Link != "" {
			return Clean(f.Name) + " " + g.Right + " " + Clean(f.Link)
		}
		return Clean(f.Name)
	}
	names, sizes := 0, 0 // how wide they are: what stands behind them stands in columns
	for i := range list {
		if n := Width(label(&list[i])); n <= 24 {
			names = max(names, n)
		}
		if !list[i].Dir {
			sizes = max(sizes, Width(amountOf(signed(list[i].Size))))
		}
	}
	for _, f := range list {
		sign := " "
		full := strings.TrimSuffix(path, "/") + "/" + f.Name
		_, open := d.Open[full]
		switch {
		case f.Dir && open:
			sign = g.Open
		case f.Dir:
			sign = g.Closed
		}
		name, size := label(&f), ""
		if !f.Dir {
			size = amountOf(signed(f.Size))
		}
		from := Clean(f.From)
		if _, err := strconv.Atoi(from); err == nil {
			from = b.row("layer") + " " + from
		}
		b.add(Line{
			Wide: true, Path: full, Sh: hostCommand(b.sc.S, "ls -la ", full), Source: Clean(full), Full: d.Text[full],
			Out: Cell{Text: indent + sign + " " + name + Spaces(names-Width(name)), Note: strings.TrimSpace(f.Mode + "  " + PadLeft(size, sizes) + "  " + from), Mark: f.Change},
		})
		if f.Dir && open {
			b.dir(full, indent+"  ")
		}
	}
}
