package seccomp

import (
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// maxLen is the longest program that the kernel takes (BPF_MAXINSNS).
const maxLen = 4096

// compiled is a filter on its way.
type compiled struct {
	def   uint32 // what a call gets that no rule names
	stub  bool   // calls that are newer than the profile get ENOSYS
	rules []rule
	named []named
}

// rule is one rule: all of its comparisons have to hold.
type rule struct {
	args []specs.LinuxSeccompArg
	ret  uint32
}

// named is one name that the profile has a rule for.
type named struct {
	call    *call
	rule    int // the first of its rules
	rules   int // how many: none, where the rule's action is the default
	mux     mux // where the call is besides, on i386
	isMuxed bool
}

// assemble makes a profile into a program for a GOARCH. What a profile means is
// defined by what runc does with it through libseccomp:
//
//   - A call whose architecture the profile does not name kills the thread; the
//     machine's own is always named.
//   - Names that are not known are ignored, and rules whose action is the default.
//   - Rules of one call are alternatives; one without arguments makes the others of
//     that call void. Comparisons within a rule have to hold together, but for a rule
//     that compares the same argument twice: each comparison is then a rule.
//   - Calls with larger numbers than any that the profile names get ENOSYS instead of
//     a refusal, so that C libraries fall back to older calls: see runc's
//     libcontainer/seccomp/patchbpf.
func assemble(p *specs.LinuxSeccomp, goarch string) ([]insn, error) {
	names, ok := natives[goarch]
	if !ok {
		return nil, fmt.Errorf("seccomp on %s: only amd64 and arm64 are known", goarch)
	}
	def, err := action(p.DefaultAction, p.DefaultErrnoRet)
	if err != nil {
		return nil, fmt.Errorf("default action: %w", err)
	}
	c := compiled{def: def}
	switch p.DefaultAction {
	case specs.ActAllow, specs.ActLog, specs.ActTrace:
	default:
		c.stub = p.DefaultErrnoRet == nil || *p.DefaultErrnoRet != enosys
	}
	if err := check(p); err != nil {
		return nil, err
	}
	if err := c.resolve(p); err != nil {
		return nil, err
	}
	// Architectures that this machine can't run never call: they need no code.
	trees := map[int][]insn{}
	for i, name := range names {
		if i > 0 && !slices.Contains(p.Architectures, name) {
			continue
		}
		a := abis[name]
		trees[a.column] = c.search(c.ranges(a))
	}
	code := c.dispatch(names, trees)
	if len(code) > maxLen {
		return nil, fmt.Errorf("the seccomp profile comes to %d instructions; the kernel takes %d", len(code), maxLen)
	}
	return code, nil
}

// check finds what is wrong in any architecture, so that a mistake does not depend on
// where it is made.
func check(p *specs.LinuxSeccomp) error {
	var errs []error
	for _, a := range p.Architectures {
		if !slices.Contains(architectures, a) {
			errs = append(errs, fmt.Errorf("%q is no architecture", a))
		}
	}
	for i, s := range p.Syscalls {
		if _, err := action(s.Action, s.ErrnoRet); err != nil {
			errs = append(errs, fmt.Errorf("rule %d (%v): %w", i, s.Names, err))
		}
		if len(s.Names) == 0 || slices.Contains(s.Names, "") {
			errs = append(errs, fmt.Errorf("rule %d names no system call", i))
		}
		for _, a := range s.Args {
			if a.Index > 5 {
				errs = append(errs, fmt.Errorf("rule %d (%v): argument %d: a system call has 0 to 5", i, s.Names, a.Index))
			}
			if !slices.Contains(operators, a.Op) {
				errs = append(errs, fmt.Errorf("rule %d (%v): %q is no comparison", i, s.Names, a.Op))
			}
		}
	}
	return errors.Join(errs...)
}

// dispatch puts the parts of all architectures behind the choice between them.
func (c *compiled) dispatch(names []specs.Arch, trees map[int][]insn) []insn {
	code := []insn{load(offArch)}
	for _, name := range names {
		a := abis[name]
		tree := trees[a.column]
		if tree == nil || a.column == x32 {
			continue
		}
		section := []insn{load(offNumber)}
		if a.column == amd64 {
			section = append(section, c.ifX32(trees[x32])...)
		}
		section = append(section, tree...)
		code = append(code, skipUnless(opEq, a.audit, len(section))...)
		code = append(code, section...)
	}
	// libseccomp's action for an architecture that is not in the filter.
	return append(code, ret(retKillThread))
}

const x32Bit = 1 << 30

// ifX32 is what amd64 does with calls of the x32 ABI, which have a bit of the number
// set: their own tree, or the action of a wrong architecture. A tracer sets the number
// to -1 to skip a call; the kernel then asks the filter again, which has to let that be
// (it gets the default), see seccomp(2).
func (c *compiled) ifX32(tree []insn) []insn {
	if tree == nil {
		if c.stub {
			tree = append(tree, jump(opSet, x32Bit, 1, 0), ret(retErrno|enosys))
		}
		tree = append(tree, jump(opEq, 0xffffffff, 0, 1), ret(c.def), ret(retKillThread))
	}
	return append(skipUnless(opGe, x32Bit, len(tree)), tree...)
}

// resolve looks the profile's names up, for all architectures at once.
func (c *compiled) resolve(p *specs.LinuxSeccomp) error {
	for _, s := range p.Syscalls {
		r, err := action(s.Action, s.ErrnoRet)
		if err != nil {
			return err
		}
		first := len(c.rules)
		if r != c.def {
			for _, args := range alternatives(s.Args) {
				c.rules = append(c.rules, rule{args, r})
			}
		}
		for _, name := range s.Names {
			known, ok := lookup(name)
			if !ok {
				continue
			}
			n := named{call: known, rule: first, rules: len(c.rules) - first}
			n.mux, n.isMuxed = muxed(name)
			c.named = append(c.named, n)
		}
	}
	return nil
}

// alternatives splits a rule that compares an argument twice into one for each
// comparison.
func alternatives(args []specs.LinuxSeccompArg) [][]specs.LinuxSeccompArg {
	var seen [6]bool
	for _, a := range args {
		if !seen[a.Index] {
			seen[a.Index] = true
			continue
		}
		var list [][]specs.LinuxSeccompArg
		for _, a := range args {
			list = append(list, []specs.LinuxSeccompArg{a})
		}
		return list
	}
	return [][]specs.LinuxSeccompArg{args}
}

// architectures and operators are all that the specification names.
var (
	architectures = []specs.Arch{
		specs.ArchX86, specs.ArchX86_64, specs.ArchX32, specs.ArchARM, specs.ArchAARCH64, specs.ArchMIPS, specs.ArchMIPS64,
		specs.ArchMIPS64N32, specs.ArchMIPSEL, specs.ArchMIPSEL64, specs.ArchMIPSEL64N32, specs.ArchPPC, specs.ArchPPC64,
		specs.ArchPPC64LE, specs.ArchS390, specs.ArchS390X, specs.ArchPARISC, specs.ArchPARISC64, specs.ArchRISCV64,
		specs.ArchLOONGARCH64, specs.ArchM68K, specs.ArchSH, specs.ArchSHEB,
	}
	operators = []specs.LinuxSeccompOperator{
		specs.OpNotEqual, specs.OpLessThan, specs.OpLessEqual, specs.OpEqualTo, specs.OpGreaterEqual,
		specs.OpGreaterThan, specs.OpMaskedEqual,
	}
)

// native is the architecture that this program was built for.
const native = runtime.GOARCH
