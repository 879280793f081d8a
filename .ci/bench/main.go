// Bench measures bin/glassbox against its budgets, side by side with the tools
// that do the same work, in one run: this kind of machine is noisy, so that
// ratios tell more than milliseconds. Contenders take turns (A B C A B C …), the
// median counts. A budget that is missed is said, and is no failure: noise must
// not stop a build.
//
// It needs root, bin/glassbox, the test images (GLASSBOX_TEST_IMAGES) and a
// registry that serves them (GLASSBOX_TEST_REGISTRY); `make bench` sees to that.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
)

func main() {
	rounds := flag.Int("rounds", 40, "rounds of starts")
	pulls := flag.Int("pulls", 3, "rounds of pulls")
	only := flag.String("only", "", "one part: start, pull, init, go")
	serve := flag.Bool("timer", false, "time commands that come on standard input (for the private mount namespace)")
	flag.Parse()
	if *serve {
		serveTimer(os.Stdin, os.Stdout)
		return
	}
	b := &bench{
		program:  "bin/glassbox",
		images:   os.Getenv("GLASSBOX_TEST_IMAGES"),
		registry: os.Getenv("GLASSBOX_TEST_REGISTRY"),
		out:      tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0),
	}
	if abs, err := filepath.Abs(b.program); err == nil {
		b.program = abs
	}
	for _, part := range []struct {
		name string
		run  func() error
	}{
		{"start", func() error { return b.starts(*rounds) }},
		{"pull", func() error { return b.pulls(*pulls) }},
		{"init", b.inits},
		{"go", b.goBenches},
	} {
		if *only != "" && *only != part.name {
			continue
		}
		if err := part.run(); err != nil {
			b.printf("%s: not measured: %v\n", part.name, err)
		}
		b.printf("\n")
		_ = b.out.Flush()
	}
}

type bench struct {
	program, images, registry string
	out                       *tabwriter.Writer
}

func (b *bench) printf(format string, args ...any) { _, _ = fmt.Fprintf(b.out, format, args...) }
