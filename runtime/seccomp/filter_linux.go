package seccomp

import (
	"fmt"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// Filter is what seccomp(2) takes: a program and flags (SECCOMP_FILTER_FLAG_*).
type Filter struct {
	Program []unix.SockFilter
	Flags   uint
}

// Compile makes a profile into a filter for this machine. The error names the rule
// that can't be compiled: actions, comparisons and flags that are not known, and
// SCMP_ACT_NOTIFY. Names of system calls that are not known are ignored.
func Compile(s *specs.LinuxSeccomp) (*Filter, error) { return compile(s, native) }

func compile(s *specs.LinuxSeccomp, goarch string) (*Filter, error) {
	f, err := flags(s.Flags)
	if err != nil {
		return nil, fmt.Errorf("seccomp profile: %w", err)
	}
	code, err := assemble(s, goarch)
	if err != nil {
		return nil, fmt.Errorf("seccomp profile: %w", err)
	}
	program := make([]unix.SockFilter, len(code))
	for i, c := range code {
		program[i] = unix.SockFilter{Code: c.code, Jt: c.jt, Jf: c.jf, K: c.k}
	}
	return &Filter{Program: program, Flags: f}, nil
}
