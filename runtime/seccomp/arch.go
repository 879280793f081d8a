package seccomp

import (
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

//go:generate go run gen.go

// The columns of the table of system calls.
const (
	amd64 = iota
	i386
	x32
	arm64
	arm
	columns
)

// call is one system call with its number on each architecture, or -1.
type call struct {
	name string
	nr   [columns]int32
}

// lookup finds a system call by its name. A name that is not there is one that this
// program's kernel headers do not know.
func lookup(name string) (*call, bool) {
	i, ok := slices.BinarySearchFunc(calls[:], name, func(c call, name string) int { return strings.Compare(c.name, name) })
	if !ok {
		return nil, false
	}
	return &calls[i], true
}

// Audit tokens by which the kernel tells a filter the architecture of a call
// (include/uapi/linux/audit.h).
const (
	auditAMD64 = 0xc000003e
	auditI386  = 0x40000003
	auditARM64 = 0xc00000b7
	auditARM   = 0x40000028
)

// abi is one way to call the kernel.
type abi struct {
	column int
	audit  uint32
	wide   bool // arguments have 64 bits
	mux    bool // the socket and SysV calls are also behind socketcall(2) and ipc(2)
}

var abis = map[specs.Arch]abi{
	specs.ArchX86_64:  {amd64, auditAMD64, true, false},
	specs.ArchX86:     {i386, auditI386, false, true},
	specs.ArchX32:     {x32, auditAMD64, false, false}, // as libseccomp: its types have 32 bits, though its registers have 64
	specs.ArchAARCH64: {arm64, auditARM64, true, false},
	specs.ArchARM:     {arm, auditARM, false, false},
}

// natives are the ABIs of a GOARCH: the first is its own, the others are those that
// its kernel may run besides.
var natives = map[string][]specs.Arch{
	"amd64": {specs.ArchX86_64, specs.ArchX86, specs.ArchX32},
	"arm64": {specs.ArchAARCH64, specs.ArchARM},
}
