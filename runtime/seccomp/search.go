package seccomp

import "slices"

// span is a range of numbers that all get the same: from first up to the next one's.
type span struct {
	first uint32
	plain uint32 // what it returns, if there is no code
	code  []insn // comparisons that end in a return
}

func (s span) same(o span) bool { return s.plain == o.plain && slices.Equal(s.code, o.code) }

// use is one rule of one number, as a key to sort by: the number, the rule, and
// whether it is reached through socketcall(2) or ipc(2), and as which call.
type use uint64

func newUse(nr uint32, rule int, arg uint64) use { return use(uint64(nr)<<32 | uint64(rule)<<8 | arg) }

func (u use) nr() uint32  { return uint32(u >> 32) }
func (u use) rule() int   { return int(u>>8) & (1<<24 - 1) }
func (u use) arg() uint64 { return uint64(u & 0xff) }

// uses are the rules of an ABI by number, in the order of the profile, and the largest
// number that it names.
func (c *compiled) uses(a abi) (list []use, last int64) {
	list, last = make([]use, 0, len(c.named)+len(c.rules)), -1
	for _, n := range c.named {
		nr := n.call.nr[a.column]
		through := n.isMuxed && a.mux
		if !through {
			last = max(last, int64(nr)) // libseccomp has no number for the others
		}
		for i := range n.rules {
			if nr >= 0 {
				list = append(list, newUse(uint32(nr), n.rule+i, 0))
			}
			if through {
				list = append(list, newUse(n.mux.call, n.rule+i, n.mux.arg))
			}
		}
	}
	slices.Sort(list)
	return list, last
}

// ranges cuts all numbers of an ABI into spans. Neighbours that get the same are one.
func (c *compiled) ranges(a abi) []span {
	list, last := c.uses(a)
	stub := c.stub && last > 0
	spans := append(make([]span, 0, len(list)+2), span{plain: c.def})
	put := func(s span) {
		if n := len(spans); spans[n-1].first == s.first && s.first > 0 {
			spans = spans[:n-1]
		} else if spans[n-1].first == s.first {
			spans[n-1] = s
			return
		}
		if n := len(spans); !spans[n-1].same(s) {
			spans = append(spans, s)
		}
	}
	for len(list) > 0 {
		nr, n := list[0].nr(), 1
		if stub && int64(nr) > last {
			break // runc's stub comes before libseccomp's rules
		}
		for n < len(list) && list[n].nr() == nr {
			n++
		}
		s := c.leaf(list[:n], a)
		s.first = nr
		put(s)
		put(span{first: nr + 1, plain: c.def})
		list = list[n:]
	}
	if stub {
		put(span{first: uint32(last) + 1, plain: retErrno | enosys})
	}
	return spans
}

// search makes a balanced tree over the spans. On the way to a leaf the number is
// compared about log2 times.
func (c *compiled) search(spans []span) []insn {
	return emit(make([]insn, 0, size(spans)), spans)
}

// emit appends the tree: what is below a node's number goes on behind the upper half.
func emit(code []insn, spans []span) []insn {
	if len(spans) == 1 {
		if spans[0].code == nil {
			return append(code, ret(spans[0].plain))
		}
		return append(code, spans[0].code...)
	}
	low, high := spans[:len(spans)/2], spans[len(spans)/2:]
	code = append(code, skipUnless(opGe, high[0].first, size(high))...)
	return emit(emit(code, high), low)
}

// size is how many instructions emit makes.
func size(spans []span) int {
	if len(spans) == 1 {
		return max(len(spans[0].code), 1)
	}
	high := size(spans[len(spans)/2:])
	n := high + size(spans[:len(spans)/2]) + 1
	if high > 255 {
		n++
	}
	return n
}
