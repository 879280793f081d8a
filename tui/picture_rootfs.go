package tui

import (
	"slices"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// rootfs draws the mounts of the container's mount namespace as a tree, with
// their propagation, and what is read-only or masked. Paths that are only there
// to mask or to forbid writing share a row.
func (p *picture) rootfs() {
	roots, pivoted := p.mountTree()
	if len(roots) == 0 {
		if _, known := p.s.Facts[journal.Key{Fact: factMountinfo, Side: journal.Outside}]; known {
			p.noProcess()
			return
		}
		p.gap(0, 0, p.w, p.say("the mounts have not been read yet", "마운트를 아직 읽지 않았습니다"))
		return
	}
	var rows []mountRow
	for _, b := range roots {
		rows = p.branch(rows, b, "", "")
	}
	y := 0
	if !pivoted && p.h > 3 {
		p.pieces(0, 0, p.w, piece{p.th.Warn, p.g.Gate + " "},
			piece{p.th.Dim, p.say("before pivot_root: the host's / is still here", "pivot_root 전: 호스트의 /가 아직 보입니다")})
		y = 1
	}
	room := p.h - y
	cut := 0
	if len(rows) > room {
		rows = fold(rows, room)
	}
	if len(rows) > room {
		cut = len(rows) - room + 1
		rows = rows[:room-1]
	}
	c := p.mountColumns(rows)
	for i := range rows {
		p.mountRow(y+i, &rows[i], c)
	}
	if cut > 0 {
		p.gap(0, p.h-1, p.w, itoa(cut)+p.say(" more rows", "줄 더 있음"))
	}
}

// mountRow is one row of the tree.
type mountRow struct {
	joints string // the lines to the left
	name   string
	m      *proc.Mount // nil for a row that stands for several
	what   string      // of such a row: masked or read-only
	depth  int
}

// mountTree returns the tree to draw, and whether the root is the container's:
// before pivot_root only the part below the run's own mount point is of interest.
func (p *picture) mountTree() (roots []*proc.Branch, pivoted bool) {
	b, ok := p.read(factMountinfo, journal.Inside)
	if !ok {
		b, ok = p.read(factMountinfo, journal.Outside)
	}
	if !ok {
		return nil, true
	}
	mounts, _ := proc.ParseMountinfo(b)
	if id := p.s.Header.ID; id != "" {
		for _, t := range proc.Tree(mounts) {
			if sub := below(t, id, 0); sub != nil {
				return []*proc.Branch{sub}, false
			}
		}
	}
	return proc.Tree(mounts), true
}

// below finds the mount whose point is a path of this run, with most mounts on it.
func below(b *proc.Branch, id string, depth int) *proc.Branch {
	if depth > 64 {
		return nil
	}
	if strings.Contains(b.Point, "/"+id+"/") {
		return b
	}
	var best *proc.Branch
	for _, c := range b.On {
		if sub := below(c, id, depth+1); sub != nil && (best == nil || len(sub.On) >= len(best.On)) {
			best = sub
		}
	}
	return best
}

// branch appends a mount and those on it.
func (p *picture) branch(rows []mountRow, b *proc.Branch, joints, rest string) []mountRow {
	depth := len([]rune(rest)) / 3
	if len(rows) > 400 || depth > 12 {
		return rows
	}
	name := b.Point
	rows = append(rows, mountRow{joints: joints, name: name, m: &b.Mount, depth: depth})
	var masked, fixed, groups []string
	var plain []*proc.Branch
	for _, c := range b.On {
		switch {
		case isMask(&c.Mount) && len(c.On) == 0:
			masked = append(masked, c.Point)
		case isFixed(&b.Mount, &c.Mount) && len(c.On) == 0:
			fixed = append(fixed, c.Point)
		case c.FSType == "cgroup" && len(c.On) == 0:
			groups = append(groups, c.Point)
		default:
			plain = append(plain, c)
		}
	}
	shared := []struct {
		list []string
		what string
	}{{groups, "cgroup"}, {fixed, p.say("read-only", "읽기 전용")}, {masked, p.say("masked", "가림")}}
	left := len(plain)
	for _, s := range shared {
		if len(s.list) > 0 {
			left++
		}
	}
	next := func() (string, string) {
		left--
		if left == 0 {
			return rest + p.g.BottomLeft + p.g.H + " ", rest + "   "
		}
		return rest + p.g.TeeRight + p.g.H + " ", rest + p.g.V + "  "
	}
	for _, c := range plain {
		j, r := next()
		rows = p.branch(rows, c, j, r)
	}
	for _, s := range shared {
		if len(s.list) > 0 {
			j, _ := next()
			rows = append(rows, mountRow{joints: j, name: names(b.Point, s.list), what: s.what, depth: depth + 1})
		}
	}
	return rows
}

// isMask says that a mount hides what is below it: /dev/null over a file, an
// empty read-only tmpfs over a directory.
func isMask(m *proc.Mount) bool {
	if m.Root == "/null" {
		return m.Point != "/dev/null" && !strings.HasSuffix(m.Point, "/dev/null")
	}
	inside := strings.Contains(m.Point, "/proc/") || strings.Contains(m.Point, "/sys/")
	return inside && m.FSType == "tmpfs" && slices.Contains(m.Options, "ro")
}

// isFixed says that a path was bound on itself only to make it read-only.
func isFixed(parent, m *proc.Mount) bool {
	return m.FSType == parent.FSType && m.Major == parent.Major && m.Minor == parent.Minor &&
		m.Root != "/" && slices.Contains(m.Options, "ro")
}

// names writes paths below a mount point without it.
func names(point string, list []string) string {
	var b strings.Builder
	for i, s := range list[:min(len(list), 24)] {
		if i > 0 {
			b.WriteString(" ")
		}
		s = strings.TrimPrefix(s, point)
		b.WriteString(brief(strings.TrimPrefix(s, "/"), 40))
	}
	return b.String()
}

// fold leaves out the deepest rows until the rest fits.
func fold(rows []mountRow, room int) []mountRow {
	deepest := 0
	for i := range rows {
		deepest = max(deepest, rows[i].depth)
	}
	// First the mounts far down; what is masked and what is read-only tells more.
	if len(rows) > room {
		rows = slices.DeleteFunc(rows, func(r mountRow) bool { return r.depth > 1 && r.m != nil || r.depth > 2 })
	}
	for ; deepest > 1 && len(rows) > room; deepest-- {
		rows = slices.DeleteFunc(rows, func(r mountRow) bool { return r.depth >= deepest })
	}
	return rows
}

// mountColumns are as wide as what stands in them, within bounds: what is left
// says where a mount comes from.
type mountColumns struct{ name, kind, prop int }

func (p *picture) mountColumns(rows []mountRow) mountColumns {
	c := mountColumns{prop: 7}
	for i := range rows {
		if r := &rows[i]; r.m != nil {
			c.name = max(c.name, Width(r.joints)+Width(brief(r.name, 64))+1)
			c.kind = max(c.kind, Width(brief(r.m.FSType, 10))+1)
		}
	}
	c.name = min(c.name, max(p.w*2/5, 16), 44)
	if p.w >= 76 { // where there is room nothing moves from stage to stage
		c = mountColumns{min(p.w*2/5, 44), 11, 9}
	}
	return c
}

func (p *picture) mountRow(y int, r *mountRow, c mountColumns) {
	x := p.put(0, y, p.th.Border, r.joints)
	if r.m == nil {
		look := p.th.Warn
		switch r.what {
		case "cgroup":
			look = p.th.Inside
		case p.say("masked", "가림"):
			look = p.th.Remove
		}
		p.pieces(x, y, p.w-x, piece{look, r.what}, piece{p.th.Dim, "  " + r.name})
		return
	}
	look := p.th.Text
	if r.depth == 0 {
		look = p.th.Strong
	}
	x = p.text(x, y, c.name-x, look, briefLeft(r.name, c.name-x-1))
	x = p.text(x, y, min(c.kind, p.w-x), p.th.Dim, brief(r.m.FSType, 10))
	mode, shade := "rw", p.th.Dim
	if slices.Contains(r.m.Options, "ro") {
		mode, shade = "ro", p.th.Warn
	}
	x = p.text(x, y, min(4, p.w-x), shade, mode)
	prop, hue := p.propagation(r.m)
	x = p.pieces(x, y, p.w-x, piece{hue, Pad(prop, c.prop)}) + 1
	p.put(x, y, p.th.Dim, p.origin(r, p.w-x))
}

// propagation is whether mounts come in from the host or go out to it. See
// mount_namespaces(7).
func (p *picture) propagation(m *proc.Mount) (string, Style) {
	switch {
	case strings.Contains(m.Propagation, "shared:") && strings.Contains(m.Propagation, "master:"):
		return "slave+", p.th.Warn
	case strings.Contains(m.Propagation, "shared:"):
		return "shared", p.th.Warn
	case strings.Contains(m.Propagation, "master:"):
		return "slave", p.th.Dim
	case strings.Contains(m.Propagation, "unbindable"):
		return "unbind.", p.th.Dim
	}
	return "private", p.th.Dim
}

// origin is where a bind mount comes from, or the flags that matter, in w cells.
func (p *picture) origin(r *mountRow, w int) string {
	if r.m.Root != "/" {
		if w < leastAside-2 {
			return ""
		}
		return p.g.Left + " " + briefLeft(r.m.Root, min(w-2, 60))
	}
	var list []string
	for _, o := range []string{"nosuid", "nodev", "noexec"} {
		if slices.Contains(r.m.Options, o) {
			list = append(list, o)
		}
	}
	return CutWords(strings.Join(list, " "), w)
}
