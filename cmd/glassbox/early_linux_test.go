package main

import (
	"os/exec"
	"regexp"
	"slices"
	"testing"

	"glassbox/runtime/child"
)

// TestFirstProcessStartsEarly: what the container's first process has no use for is
// not initialised in it. Without a socket it ends at once; the Go runtime tells what
// it initialised until then (GODEBUG=inittrace=1).
func TestFirstProcessStartsEarly(t *testing.T) {
	c := exec.Command(program)
	c.Args = []string{child.Name}
	c.Env = []string{"GODEBUG=inittrace=1"}
	said, err := c.CombinedOutput()
	if c.ProcessState.ExitCode() != 125 {
		t.Fatalf("without an engine it ended with %v:\n%s", err, said)
	}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^init (\S+) @`).FindAllStringSubmatch(string(said), -1) {
		got = append(got, m[1])
	}
	if !slices.Contains(got, "glassbox/runtime/kernel") {
		t.Errorf("the door to effects is not among what was initialised: %q", got)
	}
	for _, heavy := range []string{"github.com/yuin/goldmark/parser", "github.com/spf13/cobra", "net/http", "glassbox/tui", "glassbox/lessons", "glassbox/stages", "main"} {
		if slices.Contains(got, heavy) {
			t.Errorf("the first process initialised %s, which it has no use for", heavy)
		}
	}
}
