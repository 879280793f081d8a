package seccomp

import "github.com/opencontainers/runtime-spec/specs-go"

// leaf makes what one call comes to: its rules one after the other, the first that
// holds decides. A rule without comparisons makes all others void.
func (c *compiled) leaf(list []use, a abi) span {
	for _, u := range list {
		if r := c.rules[u.rule()]; len(r.args) == 0 && u.arg() == 0 {
			return span{plain: r.ret}
		}
	}
	var code []insn
	for _, u := range list {
		r := c.rules[u.rule()]
		if u.arg() != 0 {
			r.args = mux{arg: u.arg()}.with(r.args)
		}
		code = append(code, all(r, a)...)
	}
	return span{code: append(code, ret(c.def))}
}

// Where a comparison goes on: they are put in once it is known how far that is.
const (
	next = 0xfe // to the next comparison of the rule, or to its return
	miss = 0xff // to the next rule
)

// all makes one rule: every comparison has to hold. It is at most 6 times 6
// instructions and a return, so that every jump in it is short enough.
func all(r rule, a abi) []insn {
	var code []insn
	for _, arg := range r.args {
		part := comparison(arg, a)
		for i := range part {
			resolve(&part[i].jt, next, len(part)-i-1)
			resolve(&part[i].jf, next, len(part)-i-1)
		}
		code = append(code, part...)
	}
	code = append(code, ret(r.ret))
	for i := range code {
		resolve(&code[i].jt, miss, len(code)-i-1)
		resolve(&code[i].jf, miss, len(code)-i-1)
	}
	return code
}

func resolve(jump *uint8, mark uint8, distance int) {
	if *jump == mark {
		*jump = uint8(distance)
	}
}

// comparison makes one comparison of an argument. It has 64 bits, of which a filter
// can load 32 at a time; an ABI of 32 bits has the lower ones alone.
func comparison(arg specs.LinuxSeccompArg, a abi) []insn {
	at := offArgs + 8*uint32(arg.Index)
	value, mask := arg.Value, ^uint64(0)
	if arg.Op == specs.OpMaskedEqual {
		value, mask = arg.ValueTwo&arg.Value, arg.Value // as libseccomp: other bits are no part of it
	}
	low, high := uint32(value), uint32(value>>32)
	lowMask, highMask := uint32(mask), uint32(mask>>32)
	var code []insn
	if a.wide {
		code = highWord(arg.Op, load(at+4), high, highMask)
	}
	code = append(code, load(at))
	switch arg.Op {
	case specs.OpEqualTo:
		return append(code, jump(opEq, low, next, miss))
	case specs.OpMaskedEqual:
		return append(code, and(lowMask), jump(opEq, low, next, miss))
	case specs.OpNotEqual:
		return append(code, jump(opEq, low, miss, next))
	case specs.OpGreaterThan:
		return append(code, jump(opGt, low, next, miss))
	case specs.OpGreaterEqual:
		return append(code, jump(opGe, low, next, miss))
	case specs.OpLessThan:
		return append(code, jump(opGe, low, miss, next))
	default: // OpLessEqual
		return append(code, jump(opGt, low, miss, next))
	}
}

// highWord compares the upper half: it decides, unless the halves are equal.
func highWord(op specs.LinuxSeccompOperator, load insn, high, mask uint32) []insn {
	switch op {
	case specs.OpEqualTo:
		return []insn{load, jump(opEq, high, 0, miss)}
	case specs.OpMaskedEqual:
		return []insn{load, and(mask), jump(opEq, high, 0, miss)}
	case specs.OpNotEqual:
		return []insn{load, jump(opEq, high, 0, next)}
	case specs.OpGreaterThan, specs.OpGreaterEqual:
		return []insn{load, jump(opGt, high, next, 0), jump(opEq, high, 0, miss)}
	default: // OpLessThan, OpLessEqual
		return []insn{load, jump(opGt, high, miss, 0), jump(opEq, high, 0, next)}
	}
}
