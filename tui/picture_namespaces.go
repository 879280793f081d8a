package tui

import (
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// namespaces draws the container as a box within the host, each kind of
// namespace a row: the host's inode, and the container's where it has its own.
// Where it has not, one line goes through both.
func (p *picture) namespaces() {
	kinds := p.kinds()
	if len(kinds) == 0 {
		p.noProcess()
		return
	}
	switch {
	case p.w >= 48 && p.h >= len(kinds)+4:
		p.nested(kinds)
	default:
		p.kindRows(0, 0, p.w, kinds)
	}
}

// kinds are those of which either side is known.
func (p *picture) kinds() []string {
	var list []string
	for _, k := range proc.Namespaces() {
		if inode(p.s, k) != 0 {
			list = append(list, k)
		}
	}
	return list
}

// The columns of nested: the kind, the host's inode, the inner box.
const nsKind, nsInner = 3, 23

func (p *picture) nested(kinds []string) {
	w, h := min(p.w, 100), len(kinds)
	p.frame(0, 0, w, h+4, p.th.Host, p.th.Host, p.say("host", "호스트"))
	name := p.say("container", "컨테이너")
	if pid := p.hostPID(); pid != 0 {
		name += " " + p.g.H + " PID " + strconv.Itoa(pid)
	}
	p.frame(nsInner, 1, w-nsInner-2, h+2, p.th.Inside, p.th.Inside, name)
	for i, k := range kinds {
		p.kind(2+i, w, k)
	}
}

func (p *picture) kind(y, w int, k string) {
	in, out := inode(p.s, k), hostInode(p.s, k)
	p.put(nsKind, y, p.th.Strong, k)
	host := "?"
	if out != 0 {
		host = strconv.FormatUint(out, 10)
	}
	p.put(nsKind+7, y, p.th.Host, host)
	end := w - 4
	x := nsInner + 2
	if in == out {
		from := nsKind + 8 + len(host)
		p.line(from, y, nsInner+3-from, p.th.Border, p.g.HeavyH)
		whose := p.say("the host's", "호스트 것 그대로")
		if engines(p.s, k) {
			whose = p.say("the engine's", "엔진 것 그대로")
		}
		p.pieces(x+2, y, end-x-2, piece{p.th.Dim, whose}, p.sharedDetail(k))
		return
	}
	look := p.th.Dim
	sign := " "
	if p.changed(famNS + k) {
		look, sign = p.th.Add, "+"
	}
	x = p.put(x, y, look, sign+" ")
	x = p.put(x, y, p.bright(look), strconv.FormatUint(in, 10))
	x = p.pieces(x, y, end-x, p.detail(k))
	if about := p.isolates(k); x < 66 && 66+Width(about) <= end {
		p.right(66, y, end-66, p.th.Faint, about)
	}
}

// isolates is what a kind of namespace has copies of. See namespaces(7).
func (p *picture) isolates(kind string) string {
	switch kind {
	case "user":
		return p.say("user and group ids", "사용자와 그룹 ID")
	case "pid":
		return p.say("process ids", "프로세스 ID")
	case "mnt":
		return p.say("mount points", "마운트 지점")
	case "uts":
		return p.say("host name", "호스트 이름")
	case "ipc":
		return p.say("System V IPC, queues", "System V IPC, 메시지 큐")
	case "net":
		return p.say("interfaces, routes, ports", "인터페이스, 라우트, 포트")
	case "cgroup":
		return p.say("cgroup root", "cgroup 루트")
	case "time":
		return p.say("boot and monotonic clocks", "부팅·단조 시계")
	}
	return ""
}

// bright shows what is new in its colour, what was there before as plain text.
func (p *picture) bright(look Style) Style {
	if look == p.th.Add {
		return look
	}
	return p.th.Text
}

// changed says whether a fact got its value during the stage that runs now.
func (p *picture) changed(name string) bool {
	f, ok := p.s.Fact(name, journal.Outside)
	now := p.s.Current()
	return ok && now != nil && f.Stage == now.Name
}

// detail is what can be read through a namespace, from the container's side.
func (p *picture) detail(kind string) piece {
	text := ""
	switch kind {
	case "uts":
		text = brief(p.word(factHostname, journal.Inside), 40)
	case "pid":
		if n := p.innerPID(); n != 0 {
			text = "PID " + strconv.Itoa(n)
		}
	case "net":
		text = strings.Join(p.linkNames(), " ")
	case "mnt":
		if b, ok := p.read(factMountinfo, journal.Inside); ok {
			mounts, _ := proc.ParseMountinfo(b)
			text = strconv.Itoa(len(mounts)) + p.say(" mounts", "개 마운트")
		}
	case "user":
		text = p.mapped()
	case "cgroup":
		text = p.ownGroup()
	}
	if joined(p.s, kind) {
		text = strings.TrimSpace(p.say("joined", "들어간 것") + "  " + text)
	}
	if text == "" {
		return piece{}
	}
	return piece{p.th.Faint, "  " + text}
}

// sharedDetail is of use where a namespace is the engine's: rootless, it is in a user
// namespace itself.
func (p *picture) sharedDetail(kind string) piece {
	if text := p.mapped(); kind == "user" && text != "" {
		return piece{p.th.Faint, "  " + text}
	}
	return piece{}
}

// mapped is the first line of the uid map: 0 → 100000 ×65536.
func (p *picture) mapped() string {
	b, ok := p.read(factUIDMap, journal.Outside)
	maps := proc.ParseIDMap(b)
	if !ok || len(maps) == 0 || proc.Identity(maps) {
		return ""
	}
	n := func(v uint32) string { return strconv.FormatUint(uint64(v), 10) }
	return "uid " + n(maps[0].Inside) + " " + p.g.Right + " " + n(maps[0].Outside) + " ×" + n(maps[0].Count)
}

// ownGroup is where the container believes to be in the tree of control groups.
func (p *picture) ownGroup() string {
	b, ok := p.read(factCgroup, journal.Inside)
	if !ok {
		return ""
	}
	groups := proc.ParseCgroup(b)
	path, ok := proc.PathOf(groups, "memory")
	if !ok {
		path, ok = proc.PathOf(groups, "")
	}
	if !ok {
		return ""
	}
	return briefLeft(path, 30)
}

func (p *picture) linkNames() []string {
	b, ok := p.read(factAddrs, journal.Inside)
	if !ok {
		return nil
	}
	links, _ := proc.ParseLinks(b)
	var names []string
	for _, l := range links[:min(len(links), 6)] {
		names = append(names, brief(l.Name, 15))
	}
	return names
}

// kindRows is the picture without boxes: new ones in full, the host's in one row.
func (p *picture) kindRows(x, y, w int, kinds []string) {
	var same, ours []string
	for _, k := range kinds {
		in, out := inode(p.s, k), hostInode(p.s, k)
		if in == out {
			if engines(p.s, k) {
				ours = append(ours, k)
				continue
			}
			same = append(same, k)
			continue
		}
		if y >= p.h {
			continue
		}
		look, sign := p.th.Dim, " "
		if p.changed(famNS + k) {
			look, sign = p.th.Add, "+"
		}
		p.pieces(x, y, w, piece{look, sign + " "}, piece{p.th.Strong, Pad(k, 7)},
			piece{p.bright(look), strconv.FormatUint(in, 10)}, p.detail(k))
		y++
	}
	var shared []piece
	if len(ours) > 0 {
		shared = append(shared, piece{p.th.Dim, p.say("  the engine's: ", "  엔진 것: ")}, piece{p.th.Faint, strings.Join(ours, " ")})
	}
	if len(same) > 0 {
		shared = append(shared, piece{p.th.Dim, p.say("  the host's: ", "  호스트 것: ")}, piece{p.th.Faint, strings.Join(same, " ")})
	}
	if len(shared) > 0 {
		p.pieces(x, min(y, p.h-1), w, shared...)
	}
}
