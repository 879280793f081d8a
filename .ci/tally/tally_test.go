package main

import (
	"strings"
	"testing"
)

// The events are those that go 1.26 prints, shortened.
const (
	passing = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"pass","Package":"p","Elapsed":0.1}
`
	skipping = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: needs vm: pure cgroup v2\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- SKIP: TestA (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"pass","Package":"p","Elapsed":0.1}
`
	failing = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: boom\n"}
{"Action":"fail","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"fail","Package":"p","Elapsed":0.1}
`
	unbuilt = `{"ImportPath":"p [p.test]","Action":"build-output","Output":"p/a.go:1:1: syntax error\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","Elapsed":0,"FailedBuild":"p [p.test]"}
`
	hanging = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"panic: test timed out\n"}
{"Action":"fail","Package":"p","Elapsed":600}
`
	cut = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
`
	untested = `{"Action":"start","Package":"q"}
{"Action":"skip","Package":"q","Elapsed":0}
`
	elsewhere = `{"Action":"place","Output":"vm"}
`
	ended = `{"Action":"ended","Output":"go test failed"}
`
	died = `{"Action":"died","Output":"the VM ended without a status"}
`
)

func TestTally(t *testing.T) {
	for _, c := range []struct {
		name, in string
		strict   bool
		ok       bool
		last     string
		says     string
	}{
		{"pass", passing, true, true, "1 passed, 0 failed, 0 skipped", "ok"},
		{"skip", passing + strings.ReplaceAll(skipping, "TestA", "TestB"), false, true, "1 passed, 0 failed, 1 skipped", "  needs vm: pure cgroup v2\n      p TestB"},
		{"skip in CI", passing + strings.ReplaceAll(skipping, "TestA", "TestB"), true, false, "1 passed, 1 failed, 0 skipped", "must not be: needs vm: pure"},
		{"other skip in CI", passing + strings.ReplaceAll(strings.ReplaceAll(skipping, "TestA", "TestB"), "needs vm", "short"), true, true, "1 passed, 0 failed, 1 skipped", "short: pure"},
		{"skipped here, passed there", skipping + elsewhere + passing, true, true, "1 passed, 0 failed, 0 skipped", "== vm"},
		{"passed here, skipped there", passing + elsewhere + skipping, true, true, "1 passed, 0 failed, 0 skipped", ""},
		{"passed here, failed there", passing + elsewhere + failing, false, false, "0 passed, 1 failed, 0 skipped", "FAILED  p TestA  (vm)"},
		{"failed here, passed there", failing + elsewhere + passing, false, false, "0 passed, 1 failed, 0 skipped", "boom"},
		{"build", passing + strings.ReplaceAll(unbuilt, `"p`, `"b`), false, false, "1 passed, 1 failed, 0 skipped", "syntax error"},
		{"time-out", hanging, false, false, "0 passed, 1 failed, 0 skipped", "test timed out"},
		{"cut off", cut, false, false, "0 passed, 1 failed, 0 skipped", "broke off"},
		{"place died", passing + elsewhere + died, false, false, "1 passed, 1 failed, 0 skipped", "without a status"},
		{"died amid a test", passing + elsewhere + cut + died, false, false, "0 passed, 2 failed, 0 skipped", "without a status"},
		{"nothing", untested, false, false, "0 passed, 0 failed, 0 skipped", ""},
		{"go failed before any test", "go: updates to go.mod needed\n" + ended, false, false, "0 passed, 1 failed, 0 skipped", "updates to go.mod"},
		{"go failed for a test", failing + ended, false, false, "0 passed, 1 failed, 0 skipped", "boom"},
		{"go's own words", "go: updates to go.mod needed\n" + died, false, false, "0 passed, 1 failed, 0 skipped", "updates to go.mod"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			err := run(strings.NewReader(c.in), &out, c.strict)
			if (err == nil) != c.ok {
				t.Errorf("error %v, want ok %t", err, c.ok)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if got := lines[len(lines)-1]; got != c.last {
				t.Errorf("last line %q, want %q", got, c.last)
			}
			if !strings.Contains(out.String(), c.says) {
				t.Errorf("%q is missing in:\n%s", c.says, out.String())
			}
		})
	}
}
