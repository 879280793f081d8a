package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
)

// initBudget is what all package inits may take, in milliseconds: the program is
// re-executed as the container's first process, so that each start pays them twice.
const initBudget = 4.0

// "init internal/godebug @0.45 ms, 0.12 ms clock, 8 bytes, 1 allocs".
var initLine = regexp.MustCompile(`(?m)^init (\S+) @[0-9.]+ ms, ([0-9.]+) ms clock`)

// inits sums what GODEBUG=inittrace=1 says, several times, and tells the median run.
func (b *bench) inits() error {
	type one struct {
		pkg string
		ms  float64
	}
	type run struct {
		total float64
		top   []one
	}
	var runs []run
	for range 15 {
		var trace bytes.Buffer
		cmd := exec.Command(b.program, "--version")
		cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
		cmd.Stderr = &trace
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s --version: %w", b.program, err)
		}
		var r run
		for _, m := range initLine.FindAllStringSubmatch(trace.String(), -1) {
			ms, err := strconv.ParseFloat(m[2], 64)
			if err != nil {
				return fmt.Errorf("inittrace: %w", err)
			}
			r.total += ms
			r.top = append(r.top, one{m[1], ms})
		}
		slices.SortFunc(r.top, func(a, b one) int { return cmp.Compare(b.ms, a.ms) })
		runs = append(runs, r)
	}
	slices.SortFunc(runs, func(a, b run) int { return cmp.Compare(a.total, b.total) })
	m := runs[len(runs)/2]
	b.printf("package inits, all\t%.2f ms\t< %.0f ms %s\n", m.total, initBudget, verdict(m.total < initBudget))
	for _, o := range m.top[:min(5, len(m.top))] {
		b.printf("  %s\t%.2f ms\n", o.pkg, o.ms)
	}
	return nil
}
