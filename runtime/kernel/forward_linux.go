package kernel

import (
	"bytes"
	"os"
	"strings"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
)

// Dropper is a chain of the host's own firewall that drops what is forwarded,
// such as the FORWARD chain once Docker has set its policy.
type Dropper struct {
	Table string   // "ip filter"
	Chain string   // "FORWARD"
	Mend  []string // the commands that let a bridge's packets through
}

// Droppers are the chains that drop what is forwarded to and from a bridge. They
// are read, never changed. What can't be read is taken for no hindrance.
func Droppers(bridge string) []Dropper {
	var list []Dropper
	_ = nft(func(c *nftables.Conn) error {
		chains, err := c.ListChains()
		if err != nil {
			return err
		}
		for _, ch := range chains {
			if hooked(ch) && ch.Table.Name != Table && drops(c, ch) && !mentions(c, chains, ch.Table, bridge) {
				list = append(list, dropper(chains, ch, bridge))
			}
		}
		return nil
	})
	names, _ := os.ReadFile("/proc/thread-self/net/ip_tables_names")
	if bytes.Contains(names, []byte("filter\n")) {
		list = append(list, legacy(bridge)...)
	}
	return list
}

func hooked(ch *nftables.Chain) bool {
	f := ch.Table.Family
	return ch.Hooknum != nil && *ch.Hooknum == *nftables.ChainHookForward && ch.Type == nftables.ChainTypeFilter &&
		(f == nftables.TableFamilyIPv4 || f == nftables.TableFamilyINet)
}

// drops tells whether a packet that no rule spoke of is dropped: by the policy,
// or by a last rule without conditions, as firewalld has it.
func drops(c *nftables.Conn, ch *nftables.Chain) bool {
	if ch.Policy != nil && *ch.Policy == nftables.ChainPolicyDrop {
		return true
	}
	rules, err := c.GetRules(ch.Table, ch)
	if err != nil || len(rules) == 0 {
		return false
	}
	end := false
	for _, e := range rules[len(rules)-1].Exprs {
		switch e := e.(type) {
		case *expr.Counter, *expr.Log:
		case *expr.Reject:
			end = true
		case *expr.Verdict:
			end = e.Kind == expr.VerdictDrop
		default:
			return false
		}
	}
	return end
}

// mentions tells whether a rule of the table speaks of the bridge: then somebody has seen to it.
func mentions(c *nftables.Conn, chains []*nftables.Chain, t *nftables.Table, bridge string) bool {
	for _, ch := range chains {
		if ch.Table.Name != t.Name || ch.Table.Family != t.Family {
			continue
		}
		rules, _ := c.GetRules(t, ch)
		for _, r := range rules {
			for _, e := range r.Exprs {
				if cmp, ok := e.(*expr.Cmp); ok && strings.TrimRight(string(cmp.Data), "\x00") == bridge {
					return true
				}
			}
		}
	}
	return false
}

func dropper(chains []*nftables.Chain, ch *nftables.Chain, bridge string) Dropper {
	family := "inet"
	if ch.Table.Family == nftables.TableFamilyIPv4 {
		family = "ip"
	}
	d := Dropper{Table: family + " " + ch.Table.Name, Chain: ch.Name}
	switch {
	case ch.Table.Name == "firewalld":
		d.Mend = []string{"firewall-cmd --zone=trusted --add-interface=" + bridge}
	case family == "ip" && ch.Table.Name == "filter" && ch.Name == "FORWARD":
		at := ch.Name
		for _, other := range chains {
			if other.Table.Name == ch.Table.Name && other.Table.Family == ch.Table.Family && other.Name == "DOCKER-USER" {
				at = other.Name
			}
		}
		d.Mend = iptables("iptables", at, bridge)
	default:
		for _, way := range []string{"iifname", "oifname"} {
			d.Mend = append(d.Mend, "nft "+Quote(words("insert rule", d.Table, ch.Name, way, `"`+bridge+`"`, "accept")))
		}
	}
	return d
}

func iptables(program, chain, bridge string) []string {
	return []string{words(program, "-I", chain, "-i", bridge, "-j ACCEPT"), words(program, "-I", chain, "-o", bridge, "-j ACCEPT")}
}
