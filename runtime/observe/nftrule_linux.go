package observe

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"github.com/google/nftables/userdata"
	"golang.org/x/sys/unix"
)

// operand is what a register holds at a point of a rule.
type operand struct {
	text string // "oifname", "ip saddr"
	kind kind
	data []byte // of an immediate value
	mask []byte // that was laid over it
}

// phrase turns the expressions of one rule, which load registers and compare them,
// back into the words that nft(8) reads.
type phrase struct {
	family nftables.TableFamily
	sets   map[string]set
	regs   map[uint32]operand
	l4     string // the protocol that the rule has asked for
	out    []string
}

func sentenceOf(rule *nftables.Rule, f nftables.TableFamily, sets map[string]set) string {
	p := phrase{family: f, sets: sets, regs: map[uint32]operand{}}
	for _, e := range rule.Exprs {
		p.add(e)
	}
	if comment, ok := userdata.GetString(rule.UserData, userdata.TypeComment); ok {
		p.say("comment %s", strconv.Quote(comment))
	}
	return strings.Join(p.out, " ")
}

func (p *phrase) say(format string, args ...any) { p.out = append(p.out, fmt.Sprintf(format, args...)) }

func (p *phrase) add(e expr.Any) {
	switch e := e.(type) {
	case *expr.Meta:
		p.meta(e)
	case *expr.Payload:
		p.payload(e)
	case *expr.Ct:
		p.ct(e)
	case *expr.Fib:
		p.fib(e)
	case *expr.Immediate:
		p.regs[e.Register] = operand{kind: raw, data: e.Data}
	case *expr.Bitwise:
		o := p.regs[e.SourceRegister]
		o.mask = e.Mask
		p.regs[e.DestRegister] = o
	case *expr.Cmp:
		p.cmp(e)
	case *expr.Range:
		o := p.regs[e.Register]
		p.say("%s %s%s-%s", o.text, not(e.Op == expr.CmpOpNeq), datum(o.kind, e.FromData), datum(o.kind, e.ToData))
	case *expr.Lookup:
		p.lookup(e)
	case *expr.Counter:
		p.say("counter packets %d bytes %d", e.Packets, e.Bytes)
	case *expr.Verdict:
		p.say("%s", verdict(e))
	case *expr.Masq:
		p.say("masquerade%s", ports(p, e.RegProtoMin, e.RegProtoMax, " to "))
	case *expr.Redir:
		p.say("redirect%s", ports(p, e.RegisterProtoMin, e.RegisterProtoMax, " to "))
	case *expr.NAT:
		p.nat(e)
	case *expr.Reject:
		p.reject(e)
	case *expr.Notrack:
		p.say("notrack")
	default:
		// The name of the type is the kernel's name of the expression.
		p.say("[%s]", strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", e), "*expr.")))
	}
}

var metas = map[expr.MetaKey]operand{
	expr.MetaKeyIIFNAME:  {text: "iifname", kind: name},
	expr.MetaKeyOIFNAME:  {text: "oifname", kind: name},
	expr.MetaKeyIIF:      {text: "iif", kind: hostNum},
	expr.MetaKeyOIF:      {text: "oif", kind: hostNum},
	expr.MetaKeyL4PROTO:  {text: "meta l4proto", kind: protocol},
	expr.MetaKeyNFPROTO:  {text: "meta nfproto", kind: nfproto},
	expr.MetaKeyMARK:     {text: "meta mark", kind: hostHex},
	expr.MetaKeySKUID:    {text: "meta skuid", kind: hostNum},
	expr.MetaKeySKGID:    {text: "meta skgid", kind: hostNum},
	expr.MetaKeyPKTTYPE:  {text: "meta pkttype", kind: raw},
	expr.MetaKeyPROTOCOL: {text: "meta protocol", kind: raw},
}

func (p *phrase) meta(e *expr.Meta) {
	o, ok := metas[e.Key]
	if !ok {
		o = operand{text: fmt.Sprintf("meta key %d", e.Key)}
	}
	if e.SourceRegister {
		p.say("%s set %s", o.text, datum(o.kind, p.regs[e.Register].data))
		return
	}
	p.regs[e.Register] = o
}

// payload names the field of a header that is loaded, by its place.
func (p *phrase) payload(e *expr.Payload) {
	o := operand{text: fmt.Sprintf("@%s,%d,%d", []string{"ll", "nh", "th", "ih"}[e.Base&3], e.Offset*8, e.Len*8)}
	type field struct {
		base   expr.PayloadBase
		at, n  uint32
		family string
	}
	ip, l4 := "ip", p.l4
	if l4 == "" {
		l4 = "th"
	}
	known := map[field]operand{
		{expr.PayloadBaseNetworkHeader, 12, 4, "4"}:    {text: ip + " saddr", kind: address},
		{expr.PayloadBaseNetworkHeader, 16, 4, "4"}:    {text: ip + " daddr", kind: address},
		{expr.PayloadBaseNetworkHeader, 9, 1, "4"}:     {text: ip + " protocol", kind: protocol},
		{expr.PayloadBaseNetworkHeader, 8, 16, "6"}:    {text: "ip6 saddr", kind: address},
		{expr.PayloadBaseNetworkHeader, 24, 16, "6"}:   {text: "ip6 daddr", kind: address},
		{expr.PayloadBaseTransportHeader, 0, 2, "any"}: {text: l4 + " sport", kind: port},
		{expr.PayloadBaseTransportHeader, 2, 2, "any"}: {text: l4 + " dport", kind: port},
	}
	family := "4"
	switch {
	case e.Base == expr.PayloadBaseTransportHeader:
		family = "any"
		p.implied()
	case p.family == nftables.TableFamilyIPv6 || e.Len == 16:
		family = "6"
	}
	if k, ok := known[field{e.Base, e.Offset, e.Len, family}]; ok {
		o = k
	} else if family == "4" && (e.Offset == 12 || e.Offset == 16) && e.Len < 4 {
		// A prefix of whole bytes is loaded as so many bytes: 10.0.0.0/8 is one.
		o = known[field{e.Base, e.Offset, 4, family}]
		o.mask = append(fill(int(e.Len)), make([]byte, 4-e.Len)...)
	}
	p.regs[e.DestRegister] = o
}

// implied drops the comparison that nft(8) puts before a port: "tcp dport" says so.
func (p *phrase) implied() {
	if n := len(p.out); n > 0 && p.l4 != "" && p.out[n-1] == "meta l4proto "+p.l4 {
		p.out = p.out[:n-1]
	}
}

func fill(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 0xff
	}
	return b
}

func (p *phrase) ct(e *expr.Ct) {
	o := operand{text: fmt.Sprintf("ct key %d", e.Key)}
	switch e.Key {
	case expr.CtKeySTATE:
		o = operand{text: "ct state", kind: ctState}
	case expr.CtKeySTATUS:
		o = operand{text: "ct status", kind: ctStatus}
	case expr.CtKeyMARK:
		o = operand{text: "ct mark", kind: hostHex}
	}
	if e.SourceRegister {
		p.say("%s set %s", o.text, datum(o.kind, p.regs[e.Register].data))
		return
	}
	p.regs[e.Register] = o
}

func (p *phrase) fib(e *expr.Fib) {
	var flags []string
	for _, f := range []struct {
		on   bool
		name string
	}{{e.FlagSADDR, "saddr"}, {e.FlagDADDR, "daddr"}, {e.FlagMARK, "mark"}, {e.FlagIIF, "iif"}, {e.FlagOIF, "oif"}} {
		if f.on {
			flags = append(flags, f.name)
		}
	}
	o := operand{text: "fib " + strings.Join(flags, " . ")}
	switch {
	case e.ResultADDRTYPE:
		o.text, o.kind = o.text+" type", addrType
	case e.ResultOIFNAME:
		o.text, o.kind = o.text+" oifname", name
	default:
		o.text, o.kind = o.text+" oif", hostNum
	}
	p.regs[e.Register] = o
}

var compare = map[expr.CmpOp]string{
	expr.CmpOpEq: "", expr.CmpOpNeq: "!= ", expr.CmpOpLt: "< ", expr.CmpOpLte: "<= ", expr.CmpOpGt: "> ", expr.CmpOpGte: ">= ",
}

func (p *phrase) cmp(e *expr.Cmp) {
	o := p.regs[e.Register]
	data := e.Data
	if o.kind == address && o.mask != nil {
		data = append(append([]byte(nil), data...), make([]byte, max(len(o.mask)-len(data), 0))...)
	}
	value := datum(o.kind, data)
	switch {
	case o.mask != nil && o.kind == address:
		n, ok := prefixLen(o.mask)
		if ok {
			value += "/" + strconv.Itoa(n)
		} else {
			value = "& " + datum(address, o.mask) + " == " + value
		}
	case o.mask != nil && e.Op == expr.CmpOpNeq && (o.kind == ctState || o.kind == ctStatus):
		// "one of these bits is set" is what nft(8) writes as a list.
		p.say("%s %s", o.text, datum(o.kind, o.mask))
		return
	case o.mask != nil:
		value = "& " + datum(o.kind, o.mask) + " " + strings.TrimSuffix("== "+compare[e.Op], "== ") + value
	}
	if o.kind == protocol && e.Op == expr.CmpOpEq && len(e.Data) > 0 {
		p.l4 = protocols[e.Data[0]]
	}
	if n := len(p.out); e.Op == expr.CmpOpLte && n > 0 {
		// Two comparisons of the same are a range.
		if from, ok := strings.CutPrefix(p.out[n-1], o.text+" >= "); ok {
			p.out[n-1] = o.text + " " + from + "-" + value
			return
		}
	}
	p.say("%s %s%s", o.text, compare[e.Op], value)
}

func not(yes bool) string {
	if yes {
		return "!= "
	}
	return ""
}

func (p *phrase) lookup(e *expr.Lookup) {
	o, s := p.regs[e.SourceRegister], p.sets[e.SetName]
	where := "@" + e.SetName
	if s.Set != nil && s.Anonymous {
		where = braces(s, o.kind)
	}
	switch {
	case !e.IsDestRegSet:
		p.say("%s %s%s", o.text, not(e.Invert), where)
	case e.DestRegister == unix.NFT_REG_VERDICT:
		p.say("%s vmap %s", o.text, where)
	default:
		p.regs[e.DestRegister] = operand{text: o.text + " map " + where}
	}
}

func (p *phrase) nat(e *expr.NAT) {
	verb := "snat"
	if e.Type == expr.NATTypeDestNAT {
		verb = "dnat"
	}
	if p.family == nftables.TableFamilyINet {
		verb += map[uint32]string{unix.NFPROTO_IPV4: " ip", unix.NFPROTO_IPV6: " ip6"}[e.Family]
	}
	to := p.value(e.RegAddrMin, address)
	if e.RegAddrMax != 0 && e.RegAddrMax != e.RegAddrMin {
		to += "-" + p.value(e.RegAddrMax, address)
	}
	if e.Family == unix.NFPROTO_IPV6 && e.RegProtoMin != 0 {
		to = "[" + to + "]"
	}
	p.say("%s to %s%s", verb, to, ports(p, e.RegProtoMin, e.RegProtoMax, ""))
}

func (p *phrase) value(reg uint32, k kind) string {
	o, ok := p.regs[reg]
	switch {
	case !ok:
		return ""
	case o.data != nil:
		return datum(k, o.data)
	}
	return o.text
}

// ports writes ":80" or ":80-90" of a translation, "" for none.
func ports(p *phrase, from, to uint32, before string) string {
	if from == 0 {
		return ""
	}
	text := before + ":" + p.value(from, port)
	if to != 0 && to != from {
		text += "-" + p.value(to, port)
	}
	return text
}

func (p *phrase) reject(e *expr.Reject) {
	if e.Type == unix.NFT_REJECT_TCP_RST {
		p.say("reject with tcp reset")
		return
	}
	p.say("reject")
}
