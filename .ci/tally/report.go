package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// lacks are the reasons that must not occur where everything can be had.
var lacks = []string{"needs root", "needs vm", "needs user", "needs tool", "needs images", "no reason given"}

// report prints what failed and what was skipped, and the counts as the last line.
func (t *tally) report(strict bool) error {
	reasons := map[string][]string{}
	count := map[result]int{}
	var faults []name
	for _, n := range t.order {
		v := t.sum[n]
		if strict && v.result == skipped && lacking(v.why) {
			v.result, v.output = failed, []string{"skipped, and with CI set it must not be: " + v.why + "\n"}
		}
		count[v.result]++
		switch v.result {
		case failed:
			faults = append(faults, n)
		case skipped:
			reasons[v.why] = append(reasons[v.why], n.String())
		}
	}
	for _, n := range faults {
		v := t.sum[n]
		t.sayf("\nFAILED  %s%s\n", n, map[bool]string{true: "  (" + v.where + ")"}[v.where != ""])
		for _, line := range v.output {
			t.sayf("    %s", line)
		}
	}
	if len(reasons) > 0 {
		t.sayf("\nSkipped, by reason:\n")
	}
	for _, why := range slices.Sorted(maps.Keys(reasons)) {
		t.sayf("  %s\n", why)
		for _, n := range reasons[why] {
			t.sayf("      %s\n", n)
		}
	}
	t.sayf("\n%d passed, %d failed, %d skipped\n", count[passed], count[failed], count[skipped])
	switch {
	case count[failed] > 0:
		return errFailed
	case count[passed] == 0:
		return errors.New("no test passed: none ran")
	}
	return nil
}

func lacking(why string) bool {
	return slices.ContainsFunc(lacks, func(l string) bool { return strings.HasPrefix(why, l) })
}

func (t *tally) sayf(format string, args ...any) { _, _ = fmt.Fprintf(t.out, format, args...) }
