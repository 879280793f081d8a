package tui

import (
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// mounts shows the mount table as a tree. The same mount has the same number on
// both sides, and so its two names stand in one row.
func mounts(b *lines) {
	out, okOut := b.table(journal.Outside)
	in, okIn := b.table(journal.Inside)
	if !okOut && !okIn {
		b.none()
		return
	}
	main, other := &out, &in
	if !okOut {
		main, other = &in, &out
	}
	b.head(b.sc.Text.Rows["mounts"])
	var l Line
	b.where(&l, factMountinfo)
	seen := map[mountKey]bool{}
	for _, m := range main.order {
		seen[m.key()] = true
		b.mount(l, m, other, okOut)
	}
	for _, m := range other.order {
		if !seen[m.key()] {
			b.mount(l, m, main, !okOut)
		}
	}
}

// mountTable is one side's mounts, in the order of the tree.
type mountTable struct {
	order []mountLine
	by    map[mountKey]*mountLine
}

// mountKey names a mount: the kernel gives the number of one that is gone to another.
type mountKey struct {
	id   int
	gone bool
}

func (m *mountLine) key() mountKey { return mountKey{m.mount.ID, m.mark == '-'} }

type mountLine struct {
	mount proc.Mount
	depth string // the joints before the name
	mark  byte
}

func (b *lines) table(side journal.Side) (mountTable, bool) {
	t := mountTable{by: map[mountKey]*mountLine{}}
	f, mark, ok := b.sc.fact(factMountinfo, side)
	if !ok || f.Gone {
		return t, false
	}
	now, _ := proc.ParseMountinfo([]byte(raw(&f.Value)))
	before := map[int]proc.Mount{}
	if mark == '~' {
		was, _ := proc.ParseMountinfo([]byte(raw(f.Was)))
		for _, m := range was {
			before[m.ID] = m
		}
	}
	t.walk(b.sc.Theme.Glyphs, proc.Tree(now), "", func(m proc.Mount) byte {
		old, had := before[m.ID]
		switch {
		case mark == '+':
			return '+'
		case mark != '~':
			return ' '
		case !had || old.FSType != m.FSType || old.Root != m.Root || old.Major != m.Major || old.Minor != m.Minor:
			return '+'
		case old.Point != m.Point || strings.Join(old.Options, ",") != strings.Join(m.Options, ",") || old.Propagation != m.Propagation:
			delete(before, m.ID)
			return '~'
		}
		delete(before, m.ID)
		return ' '
	})
	was, _ := proc.ParseMountinfo([]byte(b.sc.was(factMountinfo, side)))
	for _, m := range was {
		if _, gone := before[m.ID]; gone {
			t.order = append(t.order, mountLine{mount: m, mark: '-'})
		}
	}
	for i := range t.order {
		t.by[t.order[i].key()] = &t.order[i]
	}
	return t, true
}

func (t *mountTable) walk(g *Glyphs, list []*proc.Branch, indent string, mark func(proc.Mount) byte) {
	for i, br := range list {
		joint, rest := "", ""
		if indent != "" || len(t.order) > 0 {
			joint, rest = g.TeeRight+g.H+" ", g.V+"  "
			if i == len(list)-1 {
				joint, rest = g.BottomLeft+g.H+" ", "   "
			}
		}
		t.order = append(t.order, mountLine{mount: br.Mount, depth: indent + joint, mark: mark(br.Mount)})
		t.walk(g, br.On, indent+rest, mark)
	}
}

// mount adds a mount. outside says that m is from the outside's table.
func (b *lines) mount(l Line, m mountLine, other *mountTable, outside bool) {
	name := func(r *mountLine) Cell {
		c := Cell{Text: Clean(r.mount.Point), Mark: r.mark}
		if r.mark != '-' { // how something was mounted that is gone tells nothing
			c.Note = Clean(strings.Join(r.mount.Options, ",") + propagation(r.mount))
		}
		return c
	}
	kind := m.mount.FSType
	if m.mount.FSType == "" {
		kind = "?"
	}
	l.Label = Clean(m.depth) + Clean(kind)
	if m.depth != "" {
		l.Label = m.depth + Clean(kind)
	}
	l.Full = mountText(m.mount)
	here, there := name(&m), Cell{}
	if o, ok := other.by[m.key()]; ok {
		there = name(o)
	}
	if outside {
		l.Out, l.In = here, there
	} else {
		l.Out, l.In = there, here
	}
	b.add(l)
}

func propagation(m proc.Mount) string {
	if m.Propagation == "" {
		return ""
	}
	return " " + m.Propagation
}

// mountText is all that the kernel says of a mount, a field a line.
func mountText(m proc.Mount) string {
	return "id " + strconv.Itoa(m.ID) + "\nparent " + strconv.Itoa(m.Parent) +
		"\ndevice " + strconv.Itoa(m.Major) + ":" + strconv.Itoa(m.Minor) +
		"\nroot " + m.Root + "\npoint " + m.Point + "\noptions " + strings.Join(m.Options, ",") +
		"\npropagation " + m.Propagation + "\ntype " + m.FSType + "\nsource " + m.Source +
		"\nsuper " + strings.Join(m.Super, "\n      ")
}
