package proc

import (
	"math"
	"strconv"
	"strings"
)

// Max is what "max" is read as: no limit.
const Max = uint64(math.MaxUint64)

// Entry is one "key value" of a control group's file.
type Entry struct {
	Key   string
	Value uint64 // Max for "max"
}

// Flat are the entries of a file, in its order.
type Flat []Entry

// Get returns the value of a key.
func (f Flat) Get(key string) (uint64, bool) {
	for _, e := range f {
		if e.Key == key {
			return e.Value, true
		}
	}
	return 0, false
}

// ParseFlat reads a flat keyed file, lines of "key value": memory.events,
// memory.stat, cpu.stat, pids.events, and version 1's memory.oom_control,
// cpu.stat, memory.stat. See "Flat keyed" in the kernel's
// Documentation/admin-guide/cgroup-v2.rst.
func ParseFlat(b []byte) Flat {
	var flat Flat
	for line := range lines(b) {
		key, value, ok := strings.Cut(line, " ")
		if n, good := amount(value); ok && good && key != "" {
			flat = append(flat, Entry{key, n})
		}
	}
	return flat
}

// Row is one line of a nested keyed file.
type Row struct {
	Key    string
	Values Flat
}

// ParseNested reads a nested keyed file, lines of "key sub=value sub=value":
// io.stat, io.max, memory.numa_stat. See "Nested keyed" in cgroup-v2.rst.
func ParseNested(b []byte) []Row {
	var rows []Row
	for line := range lines(b) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		r := Row{Key: f[0]}
		for _, pair := range f[1:] {
			k, v, ok := strings.Cut(pair, "=")
			if n, good := amount(v); ok && good {
				r.Values = append(r.Values, Entry{k, n})
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// amount reads a number or "max".
func amount(s string) (uint64, bool) {
	s = strings.TrimSpace(s)
	if s == "max" {
		return Max, true
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil
}
