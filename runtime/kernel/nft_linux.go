package kernel

import (
	"errors"
	"net/netip"
	"slices"

	"github.com/google/nftables"
	"github.com/google/nftables/userdata"
	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// chain is one of ours; with a hook the kernel sends packets to it, else rules do.
type chain struct {
	name string
	kind nftables.ChainType
	hook *nftables.ChainHook
	at   *nftables.ChainPriority
	text string // what nft(8) calls it
}

// The chains that the kernel calls. See the netfilter hooks in nft(8).
var (
	prerouting  = chain{"prerouting", nftables.ChainTypeNAT, nftables.ChainHookPrerouting, nftables.ChainPriorityNATDest, "type nat hook prerouting priority -100"}
	output      = chain{"output", nftables.ChainTypeNAT, nftables.ChainHookOutput, nftables.ChainPriorityNATDest, "type nat hook output priority -100"}
	postrouting = chain{"postrouting", nftables.ChainTypeNAT, nftables.ChainHookPostrouting, nftables.ChainPriorityNATSource, "type nat hook postrouting priority 100"}
	forward     = chain{"forward", nftables.ChainTypeFilter, nftables.ChainHookForward, nftables.ChainPriorityFilter, "type filter hook forward priority 0"}
)

// Firewall is our table for one run: what is there already is left, what lacks is made.
type Firewall struct {
	k     *Kernel
	lease string
	has   map[string]bool // what was there before: "" the table, CHAIN, "CHAIN REMARK" of a rule
}

// Firewall begins with what is in the table now. The run's own part goes at its
// end, and the table with the last lease.
func (k *Kernel) Firewall(lease string) (*Firewall, error) {
	k.Plan("nftdel", lease)
	w := &Firewall{k: k, lease: lease, has: map[string]bool{}}
	err := nft(func(c *nftables.Conn) error {
		chains, err := c.ListChainsOfTableFamily(nftables.TableFamilyIPv4)
		if err != nil {
			return err
		}
		for _, ch := range chains {
			if ch.Table.Name != Table {
				continue
			}
			w.has[""], w.has[ch.Name] = true, true
			if ch.Hooknum == nil { // another container's ports
				continue
			}
			rules, err := remarks(c, ch.Name)
			if err != nil {
				return err
			}
			for _, r := range rules {
				w.has[ch.Name+" "+r] = true
			}
		}
		return nil
	})
	if err != nil {
		e := &Error{Tried: "read the host's nftables", Err: err}
		if Lacks(err) || errors.Is(err, unix.EINVAL) {
			e.Mend = "this kernel lacks nftables (modprobe nf_tables): use --network none or host"
		}
		return nil, e
	}
	return w, nil
}

// Masquerade makes the way out of a subnet behind a bridge: what leaves the host
// gets the host's address, and nobody outside gets in but through a published port.
func (w *Firewall) Masquerade(subnet netip.Prefix, bridge string) error {
	if err := w.table(); err != nil {
		return err
	}
	for _, s := range []struct {
		chain chain
		rule  rule
	}{
		{postrouting, rule{"postrouting", []part{from(subnet), out(bridge, true), masquerade()}, "the way out of " + subnet.String()}},
		{forward, rule{"forward", []part{in(bridge, true), out(bridge, false), isNew(), untranslated(), drop()}, "nobody from outside into " + subnet.String()}},
	} {
		if err := w.chain(s.chain); err != nil {
			return err
		}
		if err := w.rule(s.rule); err != nil {
			return err
		}
	}
	return nil
}

// Published is one port of the host's that leads to a container's.
type Published struct {
	Proto string     // tcp or udp
	Host  netip.Addr // of the host's addresses that one; the zero Addr is every one
	Port  uint16     // the host's
	To    netip.AddrPort
}

// Publish rewrites the destination of packets to the host's ports. What comes
// from the bridge itself is left to whoever listens on the host: sent back where
// it came from, it would need the ports of the bridge in hairpin mode.
func (w *Firewall) Publish(id, bridge string, ports []Published) error {
	own := published(id)
	for _, c := range []chain{prerouting, output, {name: own}} {
		if err := w.chain(c); err != nil {
			return err
		}
	}
	for _, p := range ports {
		r := rule{chain: own, parts: []part{port(p.Proto, p.Port), dnat(p.To)}, comment: sprint("%s %d", p.Proto, p.Port)}
		if p.Host.IsValid() {
			r.parts = append([]part{to(netip.PrefixFrom(p.Host, 32))}, r.parts...)
			r.comment = p.Host.String() + " " + r.comment
		}
		if err := w.rule(r); err != nil {
			return err
		}
	}
	if err := w.rule(rule{"prerouting", []part{in(bridge, true), toHost(), jump(own)}, id}); err != nil {
		return err
	}
	if err := w.rule(rule{"output", []part{notLoopback(), toHost(), jump(own)}, id}); err != nil {
		return err
	}
	for _, p := range ports {
		if err := w.Forget(p); err != nil {
			return err
		}
	}
	return nil
}

func (w *Firewall) table() error {
	if w.has[""] {
		return nil
	}
	c := journal.Call{Name: "NFT_MSG_NEWTABLE", Man: "nft(8)", Args: args("nlmsg_flags", "NLM_F_CREATE", "family", "ip", "table", Table), Sh: "nft add table ip " + Table}
	return w.k.network(c, "make the table ip "+Table, func() error {
		return w.send(func(c *nftables.Conn) error { c.AddTable(ours()); return nil })
	})
}

func (w *Firewall) chain(ch chain) error {
	if w.has[ch.name] {
		return nil
	}
	w.has[ch.name] = true
	c := journal.Call{Name: "NFT_MSG_NEWCHAIN", Man: "nft(8)", Args: args("nlmsg_flags", "NLM_F_CREATE", "table", "ip "+Table, "chain", ch.name)}
	text := "add chain ip " + Table + " " + ch.name
	if ch.text != "" {
		c.Args = append(c.Args, args("hook", ch.text)...)
		text += " { " + ch.text + "; }"
	}
	c.Sh = "nft " + Quote(text)
	return w.k.network(c, "make the chain "+ch.name+" in the table "+Table, func() error {
		return w.send(func(c *nftables.Conn) error {
			c.AddChain(&nftables.Chain{Name: ch.name, Table: ours(), Type: ch.kind, Hooknum: ch.hook, Priority: ch.at})
			return nil
		})
	})
}

func (w *Firewall) rule(r rule) error {
	if w.has[r.chain+" "+r.comment] {
		return nil
	}
	c := journal.Call{
		Name: "NFT_MSG_NEWRULE", Man: "nft(8)", Args: args("nlmsg_flags", "NLM_F_CREATE|NLM_F_APPEND", "table", "ip "+Table, "chain", r.chain, "rule", r.text(), "comment", r.comment),
		Sh: "nft " + Quote(words("add rule ip", Table, r.chain, r.text(), `comment "`+r.comment+`"`)),
	}
	return w.k.network(c, "add a rule to the chain "+r.chain, func() error {
		return w.send(func(c *nftables.Conn) error {
			// Another run may have made it while this one waited at its gate.
			if list, err := remarks(c, r.chain); err != nil || slices.Contains(list, r.comment) {
				return err
			}
			c.AddRule(&nftables.Rule{
				Table: ours(), Chain: &nftables.Chain{Name: r.chain, Table: ours()}, Exprs: r.exprs(),
				UserData: userdata.AppendString(nil, userdata.TypeComment, r.comment),
			})
			return nil
		})
	})
}

// send makes a transaction of what f asks for, while nobody else changes the table.
func (w *Firewall) send(f func(*nftables.Conn) error) error {
	return locked(w.lease, func() error {
		return nft(func(c *nftables.Conn) error {
			if err := f(c); err != nil {
				return err
			}
			return c.Flush()
		})
	})
}
