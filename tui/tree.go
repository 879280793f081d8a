package tui

import (
	"strconv"
	"strings"

	"glassbox/runtime/journal"
)

// procLine is one process of the fact proc.tree.
type procLine struct {
	pid, ppid, nspid int
	state, uid, comm string
}

// parseTree reads lines of "PID PPID NSPID STATE UID COMMAND".
func parseTree(text string) []procLine {
	var out []procLine
	for _, l := range split(text) {
		f := strings.SplitN(l, " ", 6)
		if len(f) < 6 {
			continue
		}
		p := procLine{state: f[3], uid: f[4], comm: f[5]}
		var err error
		if p.pid, err = strconv.Atoi(f[0]); err != nil {
			continue
		}
		p.ppid, _ = strconv.Atoi(f[1])
		p.nspid, _ = strconv.Atoi(f[2])
		out = append(out, p)
	}
	return out
}

// seenProc is a process as both sides see it.
type seenProc struct {
	out, in  *procLine
	mark     byte
	joints   string
	children []int
}

// processTree sets the processes in a tree; one that both sides see is one row,
// found by its PID in the innermost namespace.
func (b *lines) processTree() {
	table := func(side journal.Side) (now, was []procLine) {
		f, mark, ok := b.sc.fact(factTree, side)
		if !ok || f.Gone && mark == ' ' {
			return nil, nil
		}
		was = parseTree(b.sc.was(factTree, side))
		if !f.Gone {
			now = parseTree(raw(&f.Value))
		}
		return now, was
	}
	out, wasOut := table(journal.Outside)
	in, wasIn := table(journal.Inside)
	list := append(pairUp(out, in, wasOut, wasIn), gone(wasOut, out, wasIn, in)...)
	if len(list) == 0 {
		return
	}
	b.head(b.sc.Text.Rows["tree.both"])
	var l Line
	b.where(&l, factTree)
	for _, p := range branches(list, b.sc.Theme.Glyphs) {
		l.Label = p.joints + Clean(short(either(p.out, p.in).comm))
		l.Out, l.In = b.procCell(p.out, p.mark), b.procCell(p.in, p.mark)
		b.add(l)
	}
}

func either(a, b *procLine) *procLine {
	if a != nil {
		return a
	}
	return b
}

func (b *lines) procCell(p *procLine, mark byte) Cell {
	if p == nil {
		return Cell{Mark: mark}
	}
	return Cell{Text: "PID " + strconv.Itoa(p.pid), Note: b.sc.Text.ChildOf + " " + strconv.Itoa(p.ppid) + "  " + Clean(p.state) + "  uid " + Clean(p.uid), Mark: mark}
}

// pairUp finds, for each process of the outside, the same one inside.
func pairUp(out, in, wasOut, wasIn []procLine) []seenProc {
	inside := map[int]*procLine{}
	for i := range in {
		inside[in[i].pid] = &in[i]
	}
	var list []seenProc
	for i := range out {
		p := seenProc{out: &out[i], mark: changedProc(&out[i], wasOut)}
		if out[i].nspid != out[i].pid {
			p.in = inside[out[i].nspid]
			delete(inside, out[i].nspid)
		}
		list = append(list, p)
	}
	for i := range in {
		if inside[in[i].pid] != nil {
			list = append(list, seenProc{in: &in[i], mark: changedProc(&in[i], wasIn)})
		}
	}
	return list
}

func changedProc(p *procLine, was []procLine) byte {
	for i := range was {
		if was[i].pid != p.pid {
			continue
		}
		if was[i].comm != p.comm || was[i].uid != p.uid {
			return '~'
		}
		return ' '
	}
	return '+'
}

// gone are the processes that ended, as the outside saw them, else the inside.
func gone(wasOut, out, wasIn, in []procLine) []seenProc {
	var list []seenProc
	missing := func(was, now []procLine, add func(*procLine)) {
		here := map[int]bool{}
		for i := range now {
			here[now[i].pid] = true
		}
		for i := range was {
			if !here[was[i].pid] {
				add(&was[i])
			}
		}
	}
	if len(wasOut) > 0 || len(out) > 0 {
		missing(wasOut, out, func(p *procLine) { list = append(list, seenProc{out: p, mark: '-'}) })
		return list
	}
	missing(wasIn, in, func(p *procLine) { list = append(list, seenProc{in: p, mark: '-'}) })
	return list
}

// branches orders processes as a tree and draws its joints. Rings end where they begin.
func branches(list []seenProc, g *Glyphs) []seenProc {
	at := map[int]int{}
	for i := range list {
		if list[i].out != nil {
			at[list[i].out.pid] = i
		}
	}
	var roots []int
	for i := range list {
		p, ok := 0, false
		if list[i].out != nil {
			p, ok = at[list[i].out.ppid]
		}
		if ok && p != i {
			list[p].children = append(list[p].children, i)
		} else {
			roots = append(roots, i)
		}
	}
	var out []seenProc
	seen := make([]bool, len(list))
	var walk func(i int, joint, rest string)
	walk = func(i int, joint, rest string) {
		if seen[i] {
			return
		}
		seen[i] = true
		list[i].joints = joint
		out = append(out, list[i])
		kids := list[i].children
		for n, k := range kids {
			if n == len(kids)-1 {
				walk(k, rest+g.BottomLeft+g.H+" ", rest+"   ")
			} else {
				walk(k, rest+g.TeeRight+g.H+" ", rest+g.V+"  ")
			}
		}
	}
	for _, i := range roots {
		walk(i, "", "")
	}
	for i := range list {
		walk(i, "", "")
	}
	return out
}
