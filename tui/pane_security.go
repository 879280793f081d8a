package tui

import (
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// security shows what the process may do: ids, capabilities, the system call
// filter, limits.
func security(b *lines) {
	t := b.sc.Text
	if _, _, ok := b.sc.fact(factStatus, journal.Outside); !ok {
		if _, _, ok = b.sc.fact(factStatus, journal.Inside); !ok {
			b.none()
			return
		}
	}
	b.head(t.Rows["ids"])
	for _, key := range []string{"Uid", "Gid", "Groups"} {
		b.field(key)
	}
	b.pairOf("uid_map", factUIDMap, b.idMap)
	b.pairOf("gid_map", factGIDMap, b.idMap)
	b.head(t.Rows["filter"])
	b.field("NoNewPrivs")
	b.field("Seccomp")
	b.field("Seccomp_filters")
	b.head(t.Rows["sets"])
	for _, key := range []string{"CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"} {
		b.field(key)
	}
	b.capabilities()
	b.rlimits()
}

// capabilities lists each capability with the sets that have it.
func (b *lines) capabilities() {
	sets := func(side journal.Side, was bool) (s proc.Status, ok bool) {
		text := b.sc.text(factStatus, side)
		if was {
			text = b.sc.was(factStatus, side)
		}
		return proc.ParseStatus([]byte(text)), text != ""
	}
	var now, old [2]proc.Status
	var have, had [2]bool
	for i, side := range bothSides {
		now[i], have[i] = sets(side, false)
		old[i], had[i] = sets(side, true)
	}
	b.head(b.sc.Text.Rows["caps"])
	var l Line
	b.where(&l, factStatus)
	all := now[0].CapBnd | now[1].CapBnd | now[0].CapEff | now[1].CapEff | old[0].CapBnd | old[0].CapEff
	for n, name := range proc.Capabilities() {
		bit := uint64(1) << n
		if all&bit == 0 {
			continue
		}
		l.Label = strings.ToLower(strings.TrimPrefix(name, "CAP_"))
		for i, c := range []*Cell{&l.Out, &l.In} {
			*c = Cell{}
			if !have[i] {
				continue
			}
			c.Text = capSets(&now[i], bit)
			if was := capSets(&old[i], bit); had[i] && was != c.Text {
				c.Mark, c.Was = '~', was
				if c.Text == "" {
					c.Mark, c.Text = '-', was
				}
			}
		}
		b.add(l)
	}
}

// capSets names the sets that have a capability.
func capSets(s *proc.Status, bit uint64) string {
	var out []string
	for _, set := range []struct {
		name string
		mask uint64
	}{{"effective", s.CapEff}, {"permitted", s.CapPrm}, {"inheritable", s.CapInh}, {"ambient", s.CapAmb}, {"bounding", s.CapBnd}} {
		if set.mask&bit != 0 {
			out = append(out, set.name)
		}
	}
	if len(out) == 1 && out[0] == "bounding" {
		return "bounding only"
	}
	return strings.Join(out, " ")
}

// rlimits sets the limits of setrlimit(2) beside each other.
func (b *lines) rlimits() {
	if b.sc.text(factLimits, journal.Outside)+b.sc.text(factLimits, journal.Inside) == "" {
		return
	}
	b.head("rlimits")
	for _, r := range proc.ParseLimits([]byte(b.either(factLimits))) {
		b.pairOf(strings.TrimPrefix(r.Name, "Max "), factLimits, func(text string) (string, string) {
			for _, x := range proc.ParseLimits([]byte(text)) {
				if x.Name == r.Name {
					return x.Soft + " / " + x.Hard, x.Unit
				}
			}
			return "", ""
		})
	}
}
