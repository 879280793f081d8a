package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// TestLateIsTheSame: where nobody watches, the first process hands its events over
// a half at a time. The journal has the same ones in the same order as where
// somebody does, but for how it gets into its groups: see TestHasten.
func TestLateIsTheSame(t *testing.T) {
	b := bundle(t, nil, "/bin/sleep", "1")
	text, err := os.ReadFile(start(t, nil, "--network", "none", "bundle:"+b).journal(""))
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, "run", "--json", "--network", "none", "bundle:"+b)
	if r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	quiet, shown := inner(t, text), inner(t, []byte(r.out))
	if len(shown) < 60 || !slices.Equal(quiet, shown) {
		t.Errorf("%d and %d events\nonly where nobody watches: %q\nonly where somebody does: %q",
			len(quiet), len(shown), difference(quiet, shown), difference(shown, quiet))
	}
}

var runID = regexp.MustCompile(`[0-9a-f]{12}`)

// inner are the calls and writes of the first process, without what differs from run to run.
func inner(t *testing.T, text []byte) (list []string) {
	t.Helper()
	for _, e := range parse(t, text) {
		switch {
		case e.Side != "child":
		case e.Call != nil:
			s := e.Stage + " " + e.Call.Name
			for _, a := range e.Call.Args {
				s += " " + a.Value
			}
			list = append(list, runID.ReplaceAllString(s, "ID"))
		case e.Write != nil && filepath.Base(e.Write.Path) == "tasks":
		case e.Write != nil:
			list = append(list, e.Stage+" "+e.Write.Path+" "+e.Write.Value)
		}
	}
	return list
}

// TestQuietRecordingHasSnapshots: who replays what was recorded of a quiet run sees what
// the kernel said, as of any other.
func TestQuietRecordingHasSnapshots(t *testing.T) {
	file := filepath.Join(t.TempDir(), "recording")
	if r := run(t, "run", "--quiet", "--record", file, "--network", "none", "demo", "true"); r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	text, err := os.ReadFile(file)
	must(t, err)
	n := 0
	for _, e := range parse(t, text) {
		if e.Snapshot != nil {
			n++
		}
	}
	if n < 8 {
		t.Errorf("it has %d snapshots", n)
	}
}
