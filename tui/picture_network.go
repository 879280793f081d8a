package tui

import (
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// wire is what is known of the container's way out.
type wire struct {
	inner, outer       []proc.Link // all interfaces of each side
	eth                *proc.Link  // inside: the first that is not lo
	veth, bridge, up   *proc.Link  // outside: the pair's other end, its bridge, the way out
	routes, hostRoutes []proc.Route
}

// network draws the cable from the host's bridge to eth0, and the host's way out.
func (p *picture) network() {
	n := p.wire()
	if len(n.inner) == 0 && len(n.outer) == 0 {
		p.gap(0, 0, p.w, p.say("no interface has been read yet", "아직 인터페이스를 읽지 않았습니다"))
		return
	}
	boxes := p.w >= 60 && p.h >= 6
	lw, rw := p.w-10, p.w-10
	if boxes {
		a, b := netWidths(p.w)
		lw, rw = a-4, b-5
	}
	left, right := p.hostSide(n, lw), p.innerSide(n, rw)
	if rows := len(left) + len(right); !boxes && rows > p.h || boxes && max(len(left), len(right)) > p.h-2 {
		left, right = p.hostSide(n, math.MaxInt), p.innerSide(n, math.MaxInt)
	}
	if boxes {
		p.netBoxes(left, right)
	} else {
		p.netRows(left, right)
	}
}

// cable is the room between both boxes, in cells: little where the boxes' addresses need it.
func cable(w int) int {
	if w < 66 {
		return 2
	}
	return 6
}

// netWidths are the widths of the host's and the container's box.
func netWidths(w int) (host, container int) {
	host = (w - cable(w)) * 54 / 100
	return host, w - cable(w) - host
}

// netLine is one row of a side; plug marks the end of the cable.
type netLine struct {
	list []piece
	plug bool
}

func (p *picture) wire() *wire {
	n := &wire{}
	links := func(side journal.Side) []proc.Link {
		b, ok := p.read(factAddrs, side)
		if !ok {
			return nil
		}
		list, _ := proc.ParseLinks(b)
		return list
	}
	routes := func(side journal.Side) []proc.Route {
		b, ok := p.read(factRoutes, side)
		if !ok {
			return nil
		}
		list, _ := proc.ParseRoutes(b)
		return list
	}
	n.inner, n.outer = links(journal.Inside), links(journal.Outside)
	n.routes, n.hostRoutes = routes(journal.Inside), routes(journal.Outside)
	n.eth = find(n.inner, func(l *proc.Link) bool { return l.Type != "loopback" && l.Name != "lo" })
	if n.eth != nil {
		n.veth = find(n.outer, func(l *proc.Link) bool {
			return l.Index == n.eth.PeerIndex && l.PeerIndex == n.eth.Index
		})
	}
	if n.veth != nil {
		n.bridge = find(n.outer, func(l *proc.Link) bool { return l.Name == n.veth.Master })
	}
	if n.bridge == nil {
		n.bridge = find(n.outer, func(l *proc.Link) bool {
			return l.Info != nil && l.Info.Kind == "bridge" && len(l.Name) > 2 && l.Name[:2] == "gb"
		})
	}
	if i := slices.IndexFunc(n.hostRoutes, func(r proc.Route) bool { return r.Dst == "default" }); i >= 0 {
		n.up = find(n.outer, func(l *proc.Link) bool { return l.Name == n.hostRoutes[i].Dev })
	}
	return n
}

func find(list []proc.Link, is func(*proc.Link) bool) *proc.Link {
	for i := range list {
		if is(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

// addrs are an interface's addresses, IPv4 first, link-local ones left out.
func addrs(l *proc.Link) []string {
	var list []string
	for _, family := range []string{"inet", "inet6"} {
		for _, a := range l.Addrs[:min(len(l.Addrs), 8)] {
			if a.Family == family && a.Scope != "link" {
				list = append(list, brief(a.Local, 40)+"/"+strconv.Itoa(a.PrefixLen))
			}
		}
	}
	return list
}

// netBoxes draws both sides with the cable between them.
func (p *picture) netBoxes(left, right []netLine) {
	left, right, plug := align(left, right)
	lw, rw := netWidths(p.w)
	at := lw + cable(p.w) // where the container's box begins
	h := min(max(len(left), len(right)), p.h-2)
	p.frame(0, 0, lw, h+2, p.th.Host, p.th.Host, p.say("host", "호스트"))
	p.frame(at, 0, rw, h+2, p.th.Inside, p.th.Inside, p.say("container", "컨테이너"))
	from := 0
	for i := range left[:min(len(left), h)] {
		x := p.pieces(2, 1+i, lw-4, left[i].list...)
		if i == plug {
			from = x + 1
		}
	}
	for i := range right[:min(len(right), h)] {
		p.pieces(at+3, 1+i, rw-5, right[i].list...)
	}
	if plug >= 0 && plug < h {
		p.line(from, 1+plug, at+2-from, p.th.Focus, p.g.HeavyH)
	}
}

// align moves the ends of the cable into the same row; -1 where one is missing.
func align(left, right []netLine) (l, r []netLine, plug int) {
	plugged := func(n netLine) bool { return n.plug }
	a, b := slices.IndexFunc(left, plugged), slices.IndexFunc(right, plugged)
	if a < 0 || b < 0 {
		return left, right, -1
	}
	for ; a < b; a++ {
		left = slices.Insert(left, a, netLine{})
	}
	for ; b < a; b++ {
		right = slices.Insert(right, b, netLine{})
	}
	return left, right, a
}

// netRows is the picture without boxes.
func (p *picture) netRows(left, right []netLine) {
	y := 0
	side := func(look Style, name string, lines []netLine) {
		for i := range lines {
			if y >= p.h {
				return
			}
			label := ""
			if i == 0 {
				label = name
			}
			x := p.text(0, y, min(10, p.w), look, label)
			p.pieces(x, y, p.w-x, lines[i].list...)
			y++
		}
	}
	side(p.th.Inside, p.say("container", "컨테이너"), right)
	side(p.th.Host, p.say("host", "호스트"), left)
}

// hostSide is the way out, from the uplink to the cable, in rows of w cells.
func (p *picture) hostSide(n *wire, w int) []netLine {
	var lines []netLine
	if n.up != nil {
		lines = append(lines, p.link(n.up, w, p.say("  the way out", "  밖으로 나가는 길"))...)
	}
	if n.bridge != nil {
		if text := p.nat(); text != "" {
			lines = append(lines, netLine{list: []piece{{p.th.Border, p.g.Up + " "}, {p.th.Warn, text}}})
		}
		lines = append(lines, p.link(n.bridge, w, p.say("  bridge", "  브리지(bridge)"))...)
	}
	if n.veth != nil {
		joint := piece{p.th.Border, p.g.BottomLeft + p.g.H + " "}
		end := p.link(n.veth, math.MaxInt, "")[0].list
		if n.bridge == nil || n.veth.Master != n.bridge.Name {
			joint.s = ""
			end = append(end, piece{p.th.Warn, p.say(" on no bridge", " 브리지에 없음")})
		}
		lines = append(lines, netLine{plug: true, list: append([]piece{joint}, end...)})
	}
	lines = append(lines, p.ports()...)
	if len(lines) == 0 {
		lines = append(lines, netLine{list: []piece{{p.th.Faint, p.say("no bridge, no cable", "브리지도 케이블도 없음")}}})
	}
	return lines
}

// innerSide is what the container has, in rows of w cells.
func (p *picture) innerSide(n *wire, w int) []netLine {
	var lines []netLine
	for i := range n.inner[:min(len(n.inner), 6)] {
		l := &n.inner[i]
		rows := p.link(l, w, "")
		rows[0].plug = l == n.eth && n.veth != nil
		lines = append(lines, rows...)
	}
	for _, r := range n.routes[:min(len(n.routes), 6)] {
		if strings.HasPrefix(r.Dst, "fe80:") {
			continue // every interface has it: not a way to anywhere
		}
		via := []piece{{p.th.Dim, brief(r.Dst, 43)}}
		if r.Gateway != "" {
			via = append(via, piece{p.th.Faint, " via "}, piece{p.th.Text, brief(r.Gateway, 40)})
		}
		via = append(via, piece{p.th.Faint, " dev " + brief(r.Dev, 15)})
		lines = append(lines, netLine{list: via})
	}
	switch {
	case len(n.inner) == 0 && p.s.Facts[journal.Key{Fact: factAddrs, Side: journal.Inside}].Gone:
		lines = append(lines, netLine{list: []piece{{p.th.Faint, p.say("gone with its namespace", "네임스페이스와 함께 사라짐")}}})
	case len(n.inner) == 0:
		lines = append(lines, netLine{list: []piece{{p.th.Faint, p.say("not read yet", "아직 읽지 않음")}}})
	case n.eth == nil:
		lines = append(lines, netLine{list: []piece{{p.th.Faint, p.say("only lo: no way out", "lo뿐이라 나갈 길이 없음")}}})
	}
	return lines
}

// link is an interface: up or not, its name and addresses, and what it is. Where
// they don't fit into w cells each address has a row of its own.
func (p *picture) link(l *proc.Link, w int, what string) []netLine {
	sign, look := p.g.Ring, p.th.Dim
	if slices.Contains(l.Flags, "UP") {
		sign, look = p.g.Dot, p.th.Good
	}
	name, list := brief(l.Name, 15), addrs(l)
	all := " " + strings.Join(list, " ")
	first := []piece{{look, sign + " "}, {p.th.Strong, name}}
	if len(list) > 0 {
		all = " " + all
	}
	if len(list) < 2 || 2+Width(name)+Width(all) <= w {
		return []netLine{{list: append(first, piece{p.th.Text, all}, piece{p.th.Faint, what})}}
	}
	lines := []netLine{{list: append(first, piece{p.th.Text, "  " + list[0]}, piece{p.th.Faint, what})}}
	for _, a := range list[1:] {
		indent := max(min(4+Width(name), w-Width(a)), 2)
		lines = append(lines, netLine{list: []piece{{p.th.Text, Spaces(indent) + a}}})
	}
	return lines
}

// nat is the rule by which packets leave behind the host's address.
func (p *picture) nat() string {
	for rule := range p.rules() {
		if strings.Contains(rule, "masquerade") && strings.Contains(rule, "oifname != ") {
			return "masquerade " + brief(after(rule, "saddr "), 43)
		}
	}
	return ""
}

// rules are the lines of the table, as nft(8) writes them.
func (p *picture) rules() iter.Seq[string] {
	b, _ := p.read(factRules, journal.Outside)
	return strings.Lines(string(b))
}

// after is the word behind another.
func after(s, word string) string {
	_, s, ok := strings.Cut(s, word)
	if !ok {
		return ""
	}
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	return strings.TrimSpace(s)
}

// ports are the published ones, with where the host's kernel sends them.
func (p *picture) ports() []netLine {
	var lines []netLine
	for rule := range p.rules() {
		to := after(rule, "dnat to ")
		if to == "" || len(lines) == 4 {
			continue
		}
		proto, port := "tcp", after(rule, "tcp dport ")
		if port == "" {
			proto, port = "udp", after(rule, "udp dport ")
		}
		lines = append(lines, netLine{list: []piece{
			{p.th.Border, p.g.Closed + " "},
			{p.th.Strong, brief(port, 11)},
			{p.th.Dim, "/" + proto},
			{p.th.Faint, " " + p.g.Right + " "},
			{p.th.Text, brief(to, 43)},
			{p.th.Faint, p.say("  published", "  공개한 포트")},
		}})
	}
	return lines
}
