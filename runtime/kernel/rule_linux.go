package kernel

import (
	"encoding/binary"
	"net/netip"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

// part is a piece of a rule: as nft(8) spells it, and as the kernel takes it.
type part struct {
	text  string
	exprs []expr.Any
}

// rule is the parts of one rule, and a remark by which it is found again.
type rule struct {
	chain   string
	parts   []part
	comment string
}

// text is the rule as nft(8) spells it.
func (r rule) text() string {
	var list []string
	for _, p := range r.parts {
		list = append(list, p.text)
	}
	return words(list...)
}

func (r rule) exprs() []expr.Any {
	var list []expr.Any
	for _, p := range r.parts {
		list = append(list, p.exprs...)
	}
	return list
}

// register 1 is where each part puts what it looks at.
const register = 1

func equal(b []byte) expr.Any { return &expr.Cmp{Op: expr.CmpOpEq, Register: register, Data: b} }
func other(b []byte) expr.Any { return &expr.Cmp{Op: expr.CmpOpNeq, Register: register, Data: b} }

// The offsets of the addresses in an IPv4 header: RFC 791, section 3.1.
const (
	sourceAt = 12
	destAt   = 16
)

// address matches one of the two addresses of a packet; with not, all but that.
func address(which string, offset uint32, p netip.Prefix, not bool) part {
	exprs := []expr.Any{&expr.Payload{DestRegister: register, Base: expr.PayloadBaseNetworkHeader, Offset: offset, Len: 4}}
	shown := p.String()
	if p.Bits() == 32 {
		shown = p.Addr().String()
	} else {
		mask := make([]byte, 4)
		binary.BigEndian.PutUint32(mask, ^uint32(0)<<(32-p.Bits()))
		exprs = append(exprs, &expr.Bitwise{SourceRegister: register, DestRegister: register, Len: 4, Mask: mask, Xor: make([]byte, 4)})
	}
	b := p.Masked().Addr().AsSlice()
	if not {
		return part{"ip " + which + " != " + shown, append(exprs, other(b))}
	}
	return part{"ip " + which + " " + shown, append(exprs, equal(b))}
}

func from(p netip.Prefix) part { return address("saddr", sourceAt, p, false) }
func to(p netip.Prefix) part   { return address("daddr", destAt, p, false) }

// notLoopback leaves 127.0.0.0/8 to the relay: redirecting it would need route_localnet.
func notLoopback() part {
	return address("daddr", destAt, netip.PrefixFrom(netip.AddrFrom4([4]byte{127}), 8), true)
}

// toHost matches packets to an address of the host's own.
func toHost() part {
	local := binaryutil.NativeEndian.PutUint32(unix.RTN_LOCAL)
	return part{"fib daddr type local", []expr.Any{&expr.Fib{Register: register, FlagDADDR: true, ResultADDRTYPE: true}, equal(local)}}
}

func in(name string, not bool) part { return iface("iifname", expr.MetaKeyIIFNAME, name, not) }

func out(name string, not bool) part { return iface("oifname", expr.MetaKeyOIFNAME, name, not) }

func iface(word string, key expr.MetaKey, name string, not bool) part {
	b := make([]byte, unix.IFNAMSIZ)
	copy(b, name)
	meta := &expr.Meta{Key: key, Register: register}
	if not {
		return part{word + ` != "` + name + `"`, []expr.Any{meta, other(b)}}
	}
	return part{word + ` "` + name + `"`, []expr.Any{meta, equal(b)}}
}

// isNew matches a connection's first packet.
func isNew() part { return part{"ct state new", conntrack(expr.CtKeySTATE, expr.CtStateBitNEW, true)} }

// statusDNAT is IPS_DST_NAT of the kernel's nf_conntrack_common.h.
const statusDNAT = 1 << 5

// untranslated matches packets of a connection whose destination was not rewritten.
func untranslated() part {
	return part{"ct status ! dnat", conntrack(expr.CtKeySTATUS, statusDNAT, false)}
}

// conntrack looks whether a bit of a connection's state is set, or is not.
func conntrack(key expr.CtKey, bit uint32, set bool) []expr.Any {
	zero := make([]byte, 4)
	test := other(zero)
	if !set {
		test = equal(zero)
	}
	return []expr.Any{
		&expr.Ct{Key: key, Register: register},
		&expr.Bitwise{SourceRegister: register, DestRegister: register, Len: 4, Mask: binaryutil.NativeEndian.PutUint32(bit), Xor: zero},
		test,
	}
}

// port matches the destination port of tcp or udp.
func port(proto string, n uint16) part {
	number := byte(unix.IPPROTO_TCP)
	if proto == "udp" {
		number = unix.IPPROTO_UDP
	}
	return part{sprint("%s dport %d", proto, n), []expr.Any{
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: register}, equal([]byte{number}),
		&expr.Payload{DestRegister: register, Base: expr.PayloadBaseTransportHeader, Offset: 2, Len: 2}, equal(binaryutil.BigEndian.PutUint16(n)),
	}}
}

func jump(chain string) part {
	return part{"jump " + chain, []expr.Any{&expr.Verdict{Kind: expr.VerdictJump, Chain: chain}}}
}

func drop() part { return part{"drop", []expr.Any{&expr.Verdict{Kind: expr.VerdictDrop}}} }

// masquerade gives a packet the address of the interface that it leaves by.
func masquerade() part { return part{"masquerade", []expr.Any{&expr.Masq{}}} }

// dnat gives a packet another destination.
func dnat(a netip.AddrPort) part {
	return part{"dnat to " + a.String(), []expr.Any{
		&expr.Immediate{Register: 1, Data: a.Addr().AsSlice()},
		&expr.Immediate{Register: 2, Data: binaryutil.BigEndian.PutUint16(a.Port())},
		&expr.NAT{Type: expr.NATTypeDestNAT, Family: uint32(nftables.TableFamilyIPv4), RegAddrMin: 1, RegProtoMin: 2, Specified: true},
	}}
}
