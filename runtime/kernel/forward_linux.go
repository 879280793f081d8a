package kernel

import (
	"bytes"
	"encoding/binary"
	"os"
	"runtime"
	"strings"
	"unsafe"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
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
			d.Mend = append(d.Mend, "nft "+quote(words("insert rule", d.Table, ch.Name, way, `"`+bridge+`"`, "accept")))
		}
	}
	return d
}

func iptables(program, chain, bridge string) []string {
	return []string{words(program, "-I", chain, "-i", bridge, "-j ACCEPT"), words(program, "-I", chain, "-o", bridge, "-j ACCEPT")}
}

// The two questions to the older iptables, and how its answers lie in memory:
// struct ipt_getinfo, ipt_get_entries, ipt_entry and xt_standard_target of
// linux/netfilter_ipv4/ip_tables.h and x_tables.h.
const (
	getInfo       = 64 // IPT_SO_GET_INFO
	getEntries    = 65 // IPT_SO_GET_ENTRIES
	infoSize      = 84
	underflowAt   = 56 // the offsets of the policies' rules, by hook
	sizeAt        = 80
	entriesAt     = 40
	entryHead     = 112
	inFaceAt      = 16
	outFaceAt     = 32
	targetAt      = 88
	nextAt        = 90
	targetName    = 2
	targetHead    = 32
	hookForward   = 2
	verdictDrop   = -1 // -NF_DROP - 1
	filterTable   = "filter"
	dockersChain  = "DOCKER-USER"
	targetsOfName = "ERROR" // the target of the entry that names a chain
)

// legacy looks at the filter table of iptables-legacy, which nftables does not show.
func legacy(bridge string) []Dropper {
	blob, underflow := legacyEntries()
	if blob == nil {
		return nil
	}
	chain, policyDrops := "FORWARD", false
	for at := 0; at+entryHead+targetHead+4 <= len(blob); {
		e := blob[at:]
		next, target := int(binary.NativeEndian.Uint16(e[nextAt:])), int(binary.NativeEndian.Uint16(e[targetAt:]))
		if next < entryHead || target+targetHead+4 > len(e) {
			break
		}
		if text(e[inFaceAt:outFaceAt]) == bridge || text(e[outFaceAt:outFaceAt+16]) == bridge {
			return nil
		}
		name, data := text(e[target+targetName:target+targetHead-1]), e[target+targetHead:]
		if name == targetsOfName && text(data[:min(30, len(data))]) == dockersChain {
			chain = dockersChain
		}
		if at == underflow && name == "" {
			policyDrops = int32(binary.NativeEndian.Uint32(data)) == verdictDrop
		}
		at += next
	}
	if !policyDrops {
		return nil
	}
	return []Dropper{{Table: "filter of iptables-legacy", Chain: "FORWARD", Mend: iptables("iptables-legacy", chain, bridge)}}
}

// legacyEntries are the rules of the filter table, and where the policy of FORWARD lies among them.
func legacyEntries() (blob []byte, underflow int) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_RAW)
	if err != nil {
		return nil, 0
	}
	defer unix.Close(fd)
	info := make([]byte, infoSize)
	copy(info, filterTable)
	if getsockopt(fd, getInfo, info) != nil {
		return nil, 0
	}
	size := binary.NativeEndian.Uint32(info[sizeAt:])
	if size > 64<<20 {
		return nil, 0
	}
	all := make([]byte, entriesAt+int(size))
	copy(all, filterTable)
	binary.NativeEndian.PutUint32(all[32:], size)
	if getsockopt(fd, getEntries, all) != nil {
		return nil, 0
	}
	return all[entriesAt:], int(binary.NativeEndian.Uint32(info[underflowAt+4*hookForward:]))
}

func getsockopt(fd, option int, b []byte) error {
	n := uint32(len(b))
	_, _, e := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_IP, uintptr(option), uintptr(unsafe.Pointer(&b[0])), uintptr(unsafe.Pointer(&n)), 0)
	runtime.KeepAlive(b)
	return errnoOrNil(e)
}

// text is a string that ends at its first zero byte.
func text(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}
