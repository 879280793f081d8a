package proc

import (
	"errors"
	"fmt"
	"strings"
)

// unlimitedV1 is the least value that version 1 means "no limit" by: LONG_MAX
// rounded down to a page, 9223372036854771712 with pages of 4 KiB, less with
// pages of 64.
const unlimitedV1 = 0x7fffffffffff0000

// ParseLimit reads a file with one limit: memory.max, pids.max, and version 1's
// memory.limit_in_bytes and cpu.cfs_quota_us. It is Max where there is none: "max",
// -1, or version 1's 9223372036854771712.
func ParseLimit(b []byte) (uint64, error) {
	text := strings.TrimSpace(string(b))
	if text == "-1" {
		return Max, nil
	}
	n, ok := amount(text)
	if !ok {
		return 0, fmt.Errorf("read a limit: %q is neither a number nor max", clip(text))
	}
	if n >= unlimitedV1 {
		return Max, nil
	}
	return n, nil
}

// CPUMax is how much CPU time a group may use: Quota in each Period, both in
// microseconds; Quota is Max where there is no limit.
type CPUMax struct{ Quota, Period uint64 }

// Cores is the limit in CPUs, and false where there is none.
func (c CPUMax) Cores() (float64, bool) {
	if c.Quota == Max || c.Period == 0 {
		return 0, false
	}
	return float64(c.Quota) / float64(c.Period), true
}

var errCPUMax = errors.New(`read cpu.max: it should say "max 100000" or "50000 100000"`)

// ParseCPUMax reads version 2's cpu.max. The period may be missing; it is then
// the kernel's 100000.
func ParseCPUMax(b []byte) (CPUMax, error) {
	f := strings.Fields(string(b))
	if len(f) == 0 || len(f) > 2 {
		return CPUMax{}, errCPUMax
	}
	c := CPUMax{Period: 100000}
	var ok bool
	if c.Quota, ok = amount(f[0]); !ok {
		return CPUMax{}, errCPUMax
	}
	if len(f) == 2 {
		if c.Period, ok = amount(f[1]); !ok || c.Period == 0 || c.Period == Max {
			return CPUMax{}, errCPUMax
		}
	}
	return c, nil
}

// clip keeps hostile text in messages short.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
