package cgroup

import (
	"encoding/binary"
	"fmt"
)

// Insn is one instruction of eBPF, struct bpf_insn of <linux/bpf.h>.
type Insn struct {
	Code uint8 // the operation
	Dst  uint8 // register 0 to 10
	Src  uint8
	Off  int16 // of a jump or a load
	Imm  int32
}

// License is what to give with the program to bpf(2). It calls no helper, so that
// the kernel takes any.
const License = "Apache"

// The operations in use. See the kernel's Documentation/bpf/standardization/instruction-set.rst.
const (
	opLoad  = 0x61 // BPF_LDX | BPF_MEM | BPF_W: dst = *(u32 *)(src + off)
	opMov   = 0xb7 // BPF_ALU64 | BPF_MOV | BPF_K
	opMovX  = 0xbf // BPF_ALU64 | BPF_MOV | BPF_X
	opAnd   = 0x57 // BPF_ALU64 | BPF_AND | BPF_K
	opShift = 0x77 // BPF_ALU64 | BPF_RSH | BPF_K
	opEq    = 0x15 // BPF_JMP | BPF_JEQ | BPF_K
	opNe    = 0x55 // BPF_JMP | BPF_JNE | BPF_K
	opNeX   = 0x5d // BPF_JMP | BPF_JNE | BPF_X
	opExit  = 0x95 // BPF_JMP | BPF_EXIT
)

// The types of devices, as <linux/bpf.h> numbers them.
const (
	devBlock = 1
	devChar  = 2
)

// Program makes the table into a program of type BPF_PROG_TYPE_CGROUP_DEVICE, which
// version 2 has in place of files. The kernel runs it for each open(2) and mknod(2)
// of a device in the group; 1 allows, 0 refuses. Its context is
//
//	struct bpf_cgroup_dev_ctx {
//		__u32 access_type; // access << 16 | type
//		__u32 major;
//		__u32 minor;
//	};
//
// One exception after the other is compared; what none matches has the default.
func (t DeviceTable) Program() []Insn {
	const kind, access, major, minor = 2, 3, 4, 5 // registers
	p := []Insn{
		{Code: opLoad, Dst: kind, Src: 1, Off: 0},
		{Code: opAnd, Dst: kind, Imm: 0xffff},
		{Code: opLoad, Dst: access, Src: 1, Off: 0},
		{Code: opShift, Dst: access, Imm: 16},
		{Code: opLoad, Dst: major, Src: 1, Off: 4},
		{Code: opLoad, Dst: minor, Src: 1, Off: 8},
	}
	for _, r := range t.Rules {
		var block []Insn
		number := int32(devChar)
		if r.Type == 'b' {
			number = devBlock
		}
		block = append(block, Insn{Code: opNe, Dst: kind, Imm: number})
		if r.Major >= 0 {
			block = append(block, Insn{Code: opNe, Dst: major, Imm: int32(r.Major)})
		}
		if r.Minor >= 0 {
			block = append(block, Insn{Code: opNe, Dst: minor, Imm: int32(r.Minor)})
		}
		switch {
		case t.Allow: // denied by any of it
			block = append(block,
				Insn{Code: opMovX, Dst: 1, Src: access}, Insn{Code: opAnd, Dst: 1, Imm: int32(r.Access)},
				Insn{Code: opEq, Dst: 1, Imm: 0})
		case r.Access != anyAccess: // allowed when all of it is covered
			block = append(block,
				Insn{Code: opMovX, Dst: 1, Src: access}, Insn{Code: opAnd, Dst: 1, Imm: int32(r.Access)},
				Insn{Code: opNeX, Dst: 1, Src: access})
		}
		block = append(block, result(!t.Allow)...)
		// Each comparison that fails goes on behind the block.
		for i := range block {
			switch block[i].Code {
			case opEq, opNe, opNeX:
				block[i].Off = int16(len(block) - i - 1)
			}
		}
		p = append(p, block...)
	}
	return append(p, result(t.Allow)...)
}

func result(allow bool) []Insn {
	var v int32
	if allow {
		v = 1
	}
	return []Insn{{Code: opMov, Dst: 0, Imm: v}, {Code: opExit}}
}

// Encode writes a program as bpf(2) takes it: eight bytes an instruction. The order
// is that of a little-endian machine, as amd64 and arm64 are.
func Encode(p []Insn) []byte {
	b := make([]byte, 0, 8*len(p))
	for _, i := range p {
		b = append(b, i.Code, i.Dst|i.Src<<4)
		b = binary.LittleEndian.AppendUint16(b, uint16(i.Off))
		b = binary.LittleEndian.AppendUint32(b, uint32(i.Imm))
	}
	return b
}

// String writes the instruction as bpftool does, so that a person can read it.
func (i Insn) String() string {
	switch i.Code {
	case opLoad:
		return fmt.Sprintf("r%d = *(u32 *)(r%d +%d)", i.Dst, i.Src, i.Off)
	case opMov:
		return fmt.Sprintf("r%d = %d", i.Dst, i.Imm)
	case opMovX:
		return fmt.Sprintf("r%d = r%d", i.Dst, i.Src)
	case opAnd:
		return fmt.Sprintf("r%d &= %d", i.Dst, i.Imm)
	case opShift:
		return fmt.Sprintf("r%d >>= %d", i.Dst, i.Imm)
	case opEq:
		return fmt.Sprintf("if r%d == 0x%x goto pc+%d", i.Dst, i.Imm, i.Off)
	case opNe:
		return fmt.Sprintf("if r%d != 0x%x goto pc+%d", i.Dst, i.Imm, i.Off)
	case opNeX:
		return fmt.Sprintf("if r%d != r%d goto pc+%d", i.Dst, i.Src, i.Off)
	case opExit:
		return "exit"
	}
	return fmt.Sprintf("code 0x%02x", i.Code)
}
