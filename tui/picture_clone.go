package tui

import (
	"strconv"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// clone draws the first process twice: PID namespaces are nested, so the host
// sees it under a number of its own. Without a namespace of its own it has one.
func (p *picture) clone() {
	st, ok := p.status(journal.Outside)
	if !ok {
		p.noProcess()
		return
	}
	if p.w < 40 || p.h < 8 {
		p.cloneRows(&st)
		return
	}
	w := min(p.w, 84)
	own, theirs := inode(p.s, "pid"), hostInode(p.s, "pid")
	shared := own == theirs && own != 0
	h := 8
	if shared {
		h = 5
	}
	p.frame(0, 0, w, h, p.th.Host, p.th.Host, p.pidSpace(p.say("host", "호스트"), theirs))
	host, name := strconv.Itoa(p.hostPID()), brief(st.Name, 16)
	x := p.put(3, 1, p.th.Dim, "PID ")
	x = p.put(x, 1, p.th.Text, strconv.Itoa(st.PPid))
	p.put(x+2, 1, p.th.Faint, p.say("its parent", "부모"))
	p.put(4, 2, p.th.Border, p.g.BottomLeft+p.g.H)
	x = p.put(7, 2, p.th.Dim, "PID ")
	x = p.put(x, 2, p.th.Accent, host)
	x = p.put(x+2, 2, p.th.Text, name)
	if shared {
		p.text(7, 3, w-9, p.th.Faint, p.say("the same inside: no PID namespace of its own", "안에서도 같은 번호: PID 네임스페이스 공유"))
		p.under(h, w, &st)
		return
	}
	p.frame(7, 3, w-10, 4, p.th.Inside, p.th.Inside, p.pidSpace(p.say("container", "컨테이너"), own))
	in := p.say("not known yet", "아직 모름")
	if n := p.innerPID(); n != 0 {
		in = strconv.Itoa(n)
	}
	y := 5
	z := p.put(10, y, p.th.Dim, "PID ")
	z = p.put(z, y, p.th.Accent, in)
	z = p.put(z+2, y, p.th.Text, name)
	p.bridge(x+1, z+1, w-7)
	p.under(h, w, &st)
}

// bridge joins the two sights of the process: from (x,2) down the column to (z,5).
func (p *picture) bridge(x, z, column int) {
	if x >= column || z >= column {
		return
	}
	look := p.th.Focus
	p.put(x, 2, look, p.g.Left)
	p.line(x+1, 2, column-x-1, look, p.g.H)
	p.put(column, 2, look, p.g.TopRight)
	p.put(column, 3, look, p.g.Cross)
	p.column(column, 4, 1, look, p.g.V)
	p.put(z, 5, look, p.g.Left)
	p.line(z+1, 5, column-z-1, look, p.g.H)
	p.put(column, 5, look, p.g.BottomRight)
	if text := p.say(" the same process ", " 같은 프로세스 "); x+Width(text)+4 < column {
		p.put(column-Width(text)-1, 2, p.th.Dim, text)
	}
}

func (p *picture) pidSpace(whose string, n uint64) string {
	if n == 0 {
		return whose
	}
	return whose + " " + p.g.H + " pid:[" + strconv.FormatUint(n, 10) + "]"
}

// under is what the kernel says in one line each, below the boxes.
func (p *picture) under(y, w int, st *proc.Status) {
	if len(st.NSpid) > 0 {
		text := ""
		for _, n := range st.NSpid {
			text += " " + strconv.Itoa(n)
		}
		p.pieces(1, y, w-1, piece{p.th.Dim, "NSpid:"}, piece{p.th.Strong, text},
			piece{p.th.Faint, "   /proc/" + strconv.Itoa(p.hostPID()) + "/status"})
		y++
	}
	p.users(1, y, w-1)
}

// users says who root inside is outside, where there is a user namespace.
func (p *picture) users(x, y, w int) {
	b, ok := p.read(factUIDMap, journal.Outside)
	maps := proc.ParseIDMap(b)
	switch {
	case !ok:
		return
	case len(maps) == 0:
		p.gap(x, y, w, p.say("uid_map is not written yet", "uid_map은 아직 쓰지 않았습니다"))
	case proc.Identity(maps):
		p.pieces(x, y, w, piece{p.th.Dim, "uid_map: "}, piece{p.th.Text, p.say("each user is the host's own", "사용자는 호스트와 같습니다")})
	default:
		for _, m := range maps {
			if y >= p.h {
				return
			}
			p.pieces(x, y, w, piece{p.th.Dim, "uid_map: "},
				piece{p.th.Inside, strconv.FormatUint(uint64(m.Inside), 10) + p.say(" inside", " 안")},
				piece{p.th.Dim, " = "},
				piece{p.th.Host, strconv.FormatUint(uint64(m.Outside), 10) + p.say(" outside", " 밖")},
				piece{p.th.Faint, " ×" + strconv.FormatUint(uint64(m.Count), 10)})
			y++
		}
	}
}

// cloneRows is the picture without boxes.
func (p *picture) cloneRows(st *proc.Status) {
	name := brief(st.Name, 16)
	row := func(y int, look Style, whose string, pid int, ns uint64) {
		text := "?"
		if pid != 0 {
			text = strconv.Itoa(pid)
		}
		list := []piece{{look, Pad(whose, 11)}, {p.th.Dim, "PID "}, {p.th.Accent, Pad(text, 8)}, {p.th.Text, name}}
		if ns != 0 {
			list = append(list, piece{p.th.Faint, "  pid:[" + strconv.FormatUint(ns, 10) + "]"})
		}
		p.pieces(0, y, p.w, list...)
	}
	row(0, p.th.Host, p.say("host", "호스트"), p.hostPID(), hostInode(p.s, "pid"))
	row(1, p.th.Inside, p.say("container", "컨테이너"), p.innerPID(), inode(p.s, "pid"))
	p.under(2, p.w, st)
}
