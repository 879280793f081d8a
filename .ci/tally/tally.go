package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// event is a line of `go test -json` (see `go doc cmd/test2json`), or one of the
// two that the scripts beside this program add.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build-output: "glassbox/tui [glassbox/tui.test]"
	Test        string
	Output      string
	Elapsed     float64 // seconds
	FailedBuild string
}

// result is what became of a test in one place, or in all of them.
type result string

const (
	passed  result = "pass"
	failed  result = "fail"
	skipped result = "skip"
)

// name identifies a test; an empty test is the package itself.
type name struct{ pkg, test string }

func (n name) String() string {
	if n.test == "" {
		return n.pkg
	}
	return n.pkg + " " + n.test
}

// open is a test, or a package, that runs now.
type open struct {
	output []string
	done   result
}

// verdict is the sum over all places.
type verdict struct {
	result result
	why    string   // of skipped: the reason
	where  string   // of failed: the place
	output []string // of failed
}

type tally struct {
	out    io.Writer
	place  string
	open   map[name]*open
	builds map[string][]string // what the compiler said, by import path
	sum    map[name]*verdict
	order  []name
}

func newTally(out io.Writer) *tally {
	return &tally{
		out: out, place: "here", open: map[name]*open{},
		builds: map[string][]string{}, sum: map[name]*verdict{},
	}
}

// maxLine is the longest line of output that is read whole.
const maxLine = 16 << 20

func (t *tally) read(in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	for lines.Scan() {
		line := bytes.TrimSpace(lines.Bytes())
		var e event
		if len(line) == 0 {
			continue
		}
		if line[0] != '{' || json.Unmarshal(line, &e) != nil {
			_, _ = fmt.Fprintf(t.out, "%s\n", line) // a word from the go command itself
			continue
		}
		t.take(e)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the test events: %w", err)
	}
	t.close("the run broke off")
	return nil
}

func (t *tally) take(e event) {
	switch e.Action {
	case "place":
		t.close("the run broke off")
		t.place = e.Output
		_, _ = fmt.Fprintf(t.out, "== %s\n", e.Output)
	case "died":
		t.close(e.Output)
		t.settle(name{pkg: "(run) " + t.place + ": " + e.Output}, failed, []string{e.Output + "\n"})
	case "ended": // the go command failed: either we know of a failure, or of nothing at all
		if !t.failing() {
			t.settle(name{pkg: "(run) " + t.place + ": " + e.Output}, failed, nil)
		}
	case "build-output":
		t.builds[e.ImportPath] = append(t.builds[e.ImportPath], e.Output)
	case "start", "run":
		t.at(e)
	case "output":
		o := t.at(e)
		o.output = append(o.output, e.Output)
	case "pass", "fail", "skip":
		t.end(e)
	}
}

func (t *tally) at(e event) *open {
	n := name{e.Package, e.Test}
	if t.open[n] == nil {
		t.open[n] = &open{}
	}
	return t.open[n]
}

func (t *tally) end(e event) {
	o := t.at(e)
	o.done = result(e.Action)
	if e.Test != "" {
		t.settle(name{e.Package, e.Test}, o.done, o.output)
		o.output = nil
		return
	}
	t.endPackage(e, o)
}

// endPackage tells the package's result, and finds what the package's own
// failure hides: tests that never ended, a broken build, an exit in TestMain.
func (t *tally) endPackage(e event, o *open) {
	count := map[result]int{}
	for n, test := range t.open {
		if n.pkg != e.Package || n.test == "" {
			continue
		}
		if test.done == "" && o.done == failed {
			test.done = failed
			t.settle(n, failed, append(test.output, "it did not end: the package's run stopped\n"))
		}
		count[test.done]++
	}
	if o.done == failed && count[failed] == 0 {
		t.settle(name{pkg: e.Package}, failed, append(t.builds[e.FailedBuild], o.output...))
	}
	for n := range t.open {
		if n.pkg == e.Package {
			delete(t.open, n)
		}
	}
	if total := count[passed] + count[failed] + count[skipped]; total == 0 && o.done != failed {
		return // a package without tests
	}
	_, _ = fmt.Fprintf(t.out, "%-5s %-40s %7.1fs  %d passed, %d failed, %d skipped\n",
		map[result]string{passed: "ok", failed: "FAIL", skipped: "skip"}[o.done],
		e.Package, e.Elapsed, count[passed], count[failed], count[skipped])
}

func (t *tally) failing() bool {
	for _, v := range t.sum {
		if v.result == failed {
			return true
		}
	}
	return false
}

// close fails whatever is still open, because its run is over.
func (t *tally) close(why string) {
	packages := map[string]bool{}
	for n, o := range t.open {
		if o.done == "" && n.test != "" {
			t.settle(n, failed, append(o.output, why+"\n"))
			packages[n.pkg] = true
		}
	}
	for n, o := range t.open {
		if o.done == "" && n.test == "" && !packages[n.pkg] {
			t.settle(n, failed, append(o.output, why+"\n"))
		}
	}
	clear(t.open)
}

// settle adds a test's result in this place to the sum over all places.
func (t *tally) settle(n name, r result, output []string) {
	v := t.sum[n]
	if v == nil {
		v = &verdict{}
		t.sum[n] = v
		t.order = append(t.order, n)
	}
	switch {
	case r == failed:
		v.output = append(v.output, output...)
		v.result, v.where = failed, t.place
	case v.result == failed:
	case r == passed:
		v.result = passed
	case v.result == "":
		v.result, v.why = skipped, reason(output)
	}
}

// reason is what a skipped test said last: "x_test.go:12: needs root: …" without the place.
func reason(output []string) string {
	for i := len(output) - 1; i >= 0; i-- {
		s := strings.TrimSpace(output[i])
		if s == "" || strings.HasPrefix(s, "=== ") || strings.HasPrefix(s, "--- ") {
			continue
		}
		if file, rest, ok := strings.Cut(s, ": "); ok && strings.Contains(file, ".go:") {
			s = rest
		}
		return s
	}
	return "no reason given"
}

var errFailed = errors.New("tests failed")
