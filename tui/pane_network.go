package tui

import (
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// network shows the interfaces, routes and neighbours of both sides, and what
// names and rules belong to them.
func network(b *lines) {
	t := b.sc.Text
	found := b.netPart(t.Rows["interfaces"], factAddrs, b.linkRows())
	found = b.netPart(t.Rows["routes"], factRoutes, sideless(routeRows)) || found
	found = b.netPart(t.Rows["neighbours"], factNeighs, sideless(neighRows)) || found
	for _, f := range []string{factResolv, factHosts} {
		for _, side := range bothSides {
			if v, mark, ok := b.sc.fact(f, side); ok && (!v.Gone || mark == '-') {
				b.head(Clean(v.Value.Source))
				found = b.list(f, side, 100) || found
				break
			}
		}
	}
	if f, _, ok := b.sc.fact(factPorts, journal.Outside); ok {
		b.head(Clean(f.Value.Source))
		found = b.list(factPorts, journal.Outside, 100) || found
	}
	if f, _, ok := b.sc.fact(factRules, journal.Outside); ok {
		b.head(Clean(f.Value.Source))
		found = b.list(factRules, journal.Outside, 300) || found
	}
	if !found {
		b.out = b.out[:0]
		b.note(t.NotYet)
	}
}

// netRow is one thing of a dump: what names it, and what it says.
type netRow struct{ key, text, note string }

// netPart sets the rows of both sides beside each other: those of one key in one row.
func (b *lines) netPart(title, fact string, parse func(string, journal.Side) []netRow) bool {
	type both struct{ cell [2]Cell }
	var order []string
	rows := map[string]*both{}
	for i, side := range bothSides {
		f, mark, ok := b.sc.fact(fact, side)
		if !ok || f.Gone && mark == ' ' {
			continue
		}
		now, was := parse(raw(&f.Value), side), parse(b.sc.was(fact, side), side)
		if f.Gone {
			now = nil
		}
		for _, r := range merge(was, now) {
			if rows[r.row.key] == nil {
				rows[r.row.key] = &both{}
				order = append(order, r.row.key)
			}
			rows[r.row.key].cell[i] = Cell{Text: Clean(r.row.text), Note: Clean(r.row.note), Mark: r.mark}
		}
	}
	if len(order) == 0 {
		return false
	}
	b.head(title)
	var l Line
	b.where(&l, fact)
	for _, k := range order {
		label, _, _ := strings.Cut(k, "\x00")
		l.Label, l.Out, l.In = Clean(label), rows[k].cell[0], rows[k].cell[1]
		b.add(l)
	}
	return true
}

type markedRow struct {
	row  netRow
	mark byte
}

// merge compares the rows of a dump with those before, by key.
func merge(was, now []netRow) []markedRow {
	old := map[string]netRow{}
	for _, r := range was {
		old[r.key] = r
	}
	var out []markedRow
	for _, r := range now {
		o, had := old[r.key]
		delete(old, r.key)
		switch {
		case !had:
			out = append(out, markedRow{r, '+'})
		case o.text != r.text || o.note != r.note:
			out = append(out, markedRow{r, '~'})
		default:
			out = append(out, markedRow{r, ' '})
		}
	}
	for _, r := range was {
		if _, gone := old[r.key]; gone {
			out = append(out, markedRow{r, '-'})
		}
	}
	return out
}

func sideless(parse func(string) []netRow) func(string, journal.Side) []netRow {
	return func(text string, _ journal.Side) []netRow { return parse(text) }
}

// linkRows parses interfaces. The container's end of a cable stands in the row of
// the host's end, an interface that both see in one; loopbacks share a row as well,
// though they are two.
func (b *lines) linkRows() func(string, journal.Side) []netRow {
	host := map[int]proc.Link{}
	if text := b.sc.text(factAddrs, journal.Outside); text != "" {
		links, _ := proc.ParseLinks([]byte(text))
		for _, l := range links {
			host[l.Index] = l
		}
	}
	return func(text string, side journal.Side) []netRow {
		links, _ := proc.ParseLinks([]byte(text))
		var out []netRow
		for _, l := range links {
			key, name := l.Name, ""
			if side == journal.Inside && l.Name != "lo" {
				key = l.Name + "\x00in"
				if p, ok := host[l.PeerIndex]; ok && p.PeerIndex == l.Index && l.PeerNetns != nil {
					key, name = p.Name, l.Name+" "
				}
				if h := host[l.Index]; h.Name == l.Name && h.Address == l.Address { // the container is in the host's network
					key = l.Name
				}
			}
			out = append(out, linkRow(key, name, l, b.sc.Lang))
			if l.PeerNetns != nil {
				out = append(out, netRow{
					key: "  peer\x00" + key, text: "#" + itoa(l.PeerIndex) + " " + Say(b.sc.Lang, "in another namespace", "다른 네임스페이스에 있음"),
				})
			}
			for i, a := range l.Addrs {
				out = append(out, netRow{
					key:  "  " + a.Family + "\x00" + key + itoa(i),
					text: a.Local + "/" + strconv.Itoa(a.PrefixLen), note: a.Scope,
				})
			}
		}
		return out
	}
}

func linkRow(key, name string, l proc.Link, lang Lang) netRow {
	text := name + "#" + strconv.Itoa(l.Index) + " " + l.State
	if l.Master != "" {
		text += Say(lang, ", port of "+l.Master, ", "+l.Master+"의 포트")
	}
	note := "mtu " + strconv.Itoa(l.MTU)
	if strings.Trim(l.Address, "0:") != "" { // lo has none
		note += " " + l.Address
	}
	if l.Peer != "" {
		note = "peer " + l.Peer + "  " + note
	}
	return netRow{key: key, text: text, note: note}
}

func routeRows(text string) []netRow {
	list, _ := proc.ParseRoutes([]byte(text))
	var out []netRow
	for _, r := range list {
		s := ""
		if r.Gateway != "" {
			s = "via " + r.Gateway + " "
		}
		s += "dev " + r.Dev
		note := strings.TrimSpace(r.Protocol + " " + r.Scope)
		if r.PrefSrc != "" {
			note += " src " + r.PrefSrc
		}
		key := r.Dst + "\x00" + r.Dev
		if strings.Contains(r.Dst+r.Gateway, ":") { // a host may have a default of each family
			key += "\x006"
		}
		out = append(out, netRow{key: key, text: s, note: note})
	}
	return out
}

func neighRows(text string) []netRow {
	list, _ := proc.ParseNeighs([]byte(text))
	var out []netRow
	for _, n := range list {
		out = append(out, netRow{
			key: n.Dst + "\x00" + n.Dev, text: strings.TrimSpace(n.LLAddr + " " + strings.Join(n.State, ",")), note: "dev " + n.Dev,
		})
	}
	return out
}
