package tui

import (
	"slices"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// overlay draws the stack as overlayfs searches it: upper first, then the lower
// layers from the top to the base; merged is what comes out.
func (p *picture) overlay() {
	m, ok := overlayMount(p.s)
	if !ok {
		p.gap(0, 0, p.w, p.say("nothing is mounted yet", "아직 마운트한 것이 없습니다"))
		return
	}
	slabs := p.stack(&m)
	y := 0
	x := p.put(0, 0, p.th.Accent, "merged")
	room := p.w - x - 2
	note := p.say("what the container sees as /", "컨테이너가 /로 보는 것")
	stacked := p.h >= len(slabs)*2+4 && p.w >= 40
	aside := Width(note)
	if !stacked { // below what is said of the others
		aside = max(p.aside(slabs), aside)
	}
	if room > 40+aside {
		p.put(p.w-aside, 0, p.th.Faint, note)
		room -= aside + 2
	}
	p.put(x+2, 0, p.th.Text, briefLeft(m.Point, room))
	y = 1
	if stacked {
		p.put(2, 1, p.th.Accent, p.g.Up)
		p.put(5, 1, p.th.Faint, p.say("the topmost version of each path wins", "경로마다 가장 위의 것이 보임"))
		p.stacked(2, slabs)
		y = 2 + len(slabs)*2 + 1
	} else {
		y = p.flat(1, slabs)
	}
	p.changes(y)
}

// slab is one directory of the stack.
type slab struct {
	name, mode, dir string
	look            Style
	detail          []piece
}

// stack is upper and the lower layers, the topmost first. Layers are numbered
// as the image has them if there are as many.
func (p *picture) stack(m *proc.Mount) []slab {
	lowers := lowerDirs(m)
	layers := p.layers()
	upper, _ := m.Option("upperdir")
	list := []slab{}
	if upper != "" {
		list = append(list, slab{
			name: "upper", mode: p.say("read-write", "읽기·쓰기"), dir: upper, look: p.th.Add, detail: p.upperDetail(),
		})
	}
	added, hidden := 0, 0 // the widest of each
	for i := range layers {
		added = max(added, len(itoa(layers[i].Added)))
		hidden = max(hidden, len(itoa(layers[i].Hidden)))
	}
	for i, dir := range lowers {
		n := len(lowers) - 1 - i
		s := slab{name: p.say("layer ", "레이어 ") + itoa(n), mode: p.say("read-only", "읽기 전용"), dir: dir, look: p.th.Dim}
		if len(layers) == len(lowers) {
			l := layers[n]
			s.detail = append(s.detail, piece{p.th.Add, PadLeft("+"+itoa(l.Added), added+1)}, piece{p.th.Remove, PadLeft("-"+itoa(l.Hidden), hidden+2)},
				piece{p.th.Faint, "  " + brief(history(l.By), 60)})
		}
		list = append(list, s)
	}
	return list
}

// overlayMount finds the run's overlay in what was read of mounts.
func overlayMount(s *journal.State) (proc.Mount, bool) {
	for _, name := range mountFacts {
		for _, side := range []journal.Side{journal.Outside, journal.Inside} {
			b, ok := readFact(s, name, side)
			if !ok {
				continue
			}
			mounts, _ := proc.ParseMountinfo(b)
			for _, m := range slices.Backward(mounts) {
				if upper, _ := m.Option("upperdir"); m.FSType == "overlay" && strings.Contains(upper, s.Header.ID) {
					return m, true
				}
			}
		}
	}
	return proc.Mount{}, false
}

var mountFacts = []string{"host.mountinfo", factMountinfo}

// lowerDirs are the lower layers, the topmost first: of one lowerdir=, or of
// many lowerdir+= as fsconfig(2) takes them.
func lowerDirs(m *proc.Mount) []string {
	if v, ok := m.Option("lowerdir"); ok {
		return strings.Split(v, ":")
	}
	var list []string
	for _, o := range m.Super {
		if v, ok := strings.CutPrefix(o, "lowerdir+="); ok {
			list = append(list, v)
		}
	}
	return list
}

// stacked draws each slab in a box that lies on the next.
func (p *picture) stacked(y int, slabs []slab) {
	p.frame(0, y, p.w, 2*len(slabs)+1, p.th.Border, p.th.Border, "")
	for i := range slabs {
		s, at := &slabs[i], y+2*i
		if i > 0 {
			p.put(0, at, p.th.Border, p.g.TeeRight)
			p.line(1, at, p.w-2, p.th.Border, p.g.H)
			p.put(p.w-1, at, p.th.Border, p.g.TeeLeft)
		}
		p.pieces(2, at, p.w-6, piece{s.look, " " + s.name}, piece{p.th.Faint, " " + s.mode + " "})
		n := 0
		for _, d := range s.detail {
			n += Width(d.s)
		}
		n = min(n, p.w/2)
		p.put(2, at+1, p.th.Text, briefLeft(s.dir, p.w-6-n))
		p.pieces(p.w-2-n, at+1, n, s.detail...)
	}
}

// flat draws one row for each, and returns the row after them.
func (p *picture) flat(y int, slabs []slab) int {
	n := min(len(slabs), max(p.h-y, 0))
	detail := p.aside(slabs)
	for i := range n {
		s := &slabs[i]
		if i == n-1 && n < len(slabs) {
			p.gap(0, y+i, p.w, itoa(len(slabs)-i)+p.say(" more layers below", "개 레이어가 더 아래에"))
			break
		}
		sign := "r-"
		if i == 0 && s.name == "upper" {
			sign = "rw"
		}
		x := p.text(0, y+i, min(10, p.w), s.look, s.name)
		x = p.text(x, y+i, min(4, p.w-x), p.th.Faint, sign)
		p.text(x, y+i, p.w-x-detail, p.th.Text, briefLeft(s.dir, p.w-x-detail-1))
		p.pieces(p.w-detail, y+i, detail, s.detail...)
	}
	return y + n
}

// aside is how many cells of a flat row are left for what is said of its directory.
func (p *picture) aside(slabs []slab) int {
	if p.w < 60 {
		return 0
	}
	longest := 0
	for i := range slabs {
		longest = max(longest, Width(slabs[i].dir))
	}
	return max(p.w/3, p.w-14-longest-2) // a directory begins after its name and its mode
}

// entry is one path in upper.
type entry struct {
	mode, size, name string
}

// written are the paths that upper has, directories left out: they only lead
// to what was written. The last of them first would hide the order: they are sorted.
func (p *picture) written() ([]entry, bool) {
	b, ok := p.read(factUpper, journal.Outside)
	if !ok {
		return nil, false
	}
	var list []entry
	for line := range strings.Lines(string(b)) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3)
		if len(f) == 3 && !strings.HasPrefix(f[0], "d") {
			list = append(list, entry{f[0], f[1], f[2]})
		}
	}
	return list, true
}

// hides says that the entry is a whiteout: the name is gone from merged.
func (e entry) hides() bool { return strings.HasPrefix(e.mode, "c") && e.size == "0,0" }

// upperDetail says how much was written.
func (p *picture) upperDetail() []piece {
	list, ok := p.written()
	switch {
	case !ok:
		return nil
	case len(list) == 0:
		return []piece{{p.th.Faint, p.say("nothing written yet", "아직 쓴 것 없음")}}
	case len(list) == 1:
		return []piece{{p.th.Add, p.say("1 path", "경로 1개")}}
	}
	return []piece{{p.th.Add, p.say(itoa(len(list))+" paths", "경로 "+itoa(len(list))+"개")}}
}

// changes lists where paths in merged come from: those of upper by name, all
// others from the layers.
func (p *picture) changes(y int) {
	list, _ := p.written()
	if room := p.h - y; len(list) == 0 || room < 2 || room == 2 && len(list) > 1 {
		return
	}
	p.pieces(1, y, p.w-1, piece{p.th.Dim, p.say("merged shows from upper:", "merged에서 upper의 것:")})
	y++
	room := p.h - y
	n := min(len(list), room)
	if n < len(list) {
		n--
	}
	for i := range n {
		e := &list[i]
		sign, look, note := "+", p.th.Add, e.bytes()
		if e.hides() {
			sign, look, note = "-", p.th.Remove, p.say("whiteout: hidden from the layers", "화이트아웃(whiteout): 레이어의 것을 가림")
		}
		p.pieces(1, y+i, p.w-1, piece{look, sign + " /" + briefLeft(e.name, max(p.w-40, 12))}, piece{p.th.Faint, "  " + note})
	}
	if n < len(list) {
		p.gap(3, y+n, p.w-3, itoa(len(list)-n)+p.say(" more", "개 더 있음"))
	}
}

// bytes is the size of a file; "" for what has none.
func (e entry) bytes() string {
	n, err := strconv.ParseUint(e.size, 10, 64)
	if err != nil {
		return ""
	}
	return amountOf(n)
}
