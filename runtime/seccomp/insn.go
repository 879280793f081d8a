package seccomp

// insn is one instruction of classic BPF, struct sock_filter of <linux/filter.h>.
type insn struct {
	code   uint16
	jt, jf uint8 // how many instructions to skip, when it holds and when not
	k      uint32
}

// The operations in use; words are 32 bits. See the kernel's
// Documentation/networking/filter.rst.
const (
	opLoad = 0x20 // BPF_LD | BPF_W | BPF_ABS
	opAnd  = 0x54 // BPF_ALU | BPF_AND | BPF_K
	opJump = 0x05 // BPF_JMP | BPF_JA
	opEq   = 0x15 // BPF_JMP | BPF_JEQ | BPF_K
	opGt   = 0x25 // BPF_JMP | BPF_JGT | BPF_K
	opGe   = 0x35 // BPF_JMP | BPF_JGE | BPF_K
	opSet  = 0x45 // BPF_JMP | BPF_JSET | BPF_K
	opRet  = 0x06 // BPF_RET | BPF_K
)

// What a filter can load, struct seccomp_data of <linux/seccomp.h>: the number, the
// architecture, the instruction pointer, six arguments. The lower half of an argument
// comes first on little-endian machines, as amd64 and arm64 are.
const (
	offNumber = 0
	offArch   = 4
	offArgs   = 16
)

func load(at uint32) insn { return insn{code: opLoad, k: at} }

func and(mask uint32) insn { return insn{code: opAnd, k: mask} }

func ret(value uint32) insn { return insn{code: opRet, k: value} }

func jump(code uint16, k uint32, jt, jf uint8) insn { return insn{code, jt, jf, k} }

// skipUnless skips the next n instructions unless the comparison holds. A comparison
// reaches 255 instructions far; a plain jump, any distance.
func skipUnless(code uint16, k uint32, n int) []insn {
	if n <= 255 {
		return []insn{jump(code, k, 0, uint8(n))}
	}
	return []insn{jump(code, k, 1, 0), {code: opJump, k: uint32(n)}}
}
