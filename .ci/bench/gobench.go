package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// limits are the budgets of Go benchmarks, by package and name; the first that fits counts.
var limits = []struct {
	name *regexp.Regexp
	most time.Duration
}{
	{regexp.MustCompile(`^runtime/seccomp Benchmark.*(Compile|Load)`), time.Millisecond},
	{regexp.MustCompile(`^tui Benchmark.*Warm`), 300 * time.Microsecond},
	{regexp.MustCompile(`^tui Benchmark.*Cold`), 2 * time.Millisecond},
	{regexp.MustCompile(`^tui Benchmark.*(Open|Jump|End)`), 2 * time.Second},
	{regexp.MustCompile(`^runtime/journal Benchmark.*(Open|Jump|End)`), 2 * time.Second},
}

var benchLine = regexp.MustCompile(`^(Benchmark\S+?)(?:-\d+)?\s+\d+\s+([0-9.]+) ns/op(.*)`)

// goBenches runs the Go benchmarks of every package that has some.
func (b *bench) goBenches() error {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", ".", "-benchmem", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	pkg := ""
	for line := range strings.Lines(string(out)) {
		if p, ok := strings.CutPrefix(line, "pkg: glassbox/"); ok {
			pkg = strings.TrimSpace(p)
		}
		m := benchLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		ns, e := strconv.ParseFloat(m[2], 64)
		if e != nil {
			return fmt.Errorf("read %q: %w", line, e)
		}
		name, took := pkg+" "+m[1], time.Duration(ns)
		b.printf("%s\t%s\t%s", name, took.Round(10*time.Nanosecond), strings.Join(strings.Fields(m[3]), " "))
		for _, l := range limits {
			if l.name.MatchString(name) {
				b.printf("\t≤ %s %s", l.most, verdict(took <= l.most))
				break
			}
		}
		b.printf("\n")
	}
	if err != nil {
		return fmt.Errorf("go test -bench: %w", err)
	}
	return nil
}
