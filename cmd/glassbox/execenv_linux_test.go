package main

import (
	"slices"
	"strings"
	"testing"
)

// TestExecEnvironment: a program that joins has the container's variables; those that
// are given take their place, a name alone hands ours on, and no name is there twice.
func TestExecEnvironment(t *testing.T) {
	t.Setenv("GLASSBOX_TEST_OURS", "ours")
	b := start(t, nil, "--network", "none", "-e", "A=first", "-e", "B=kept", "demo", "sleep", "1000")
	for _, args := range [][]string{{"exec", "-t", b.name, "env"}, {"exec", "-t", "-e", "TERM=vt100", b.name, "env"}} {
		want := "TERM=xterm"
		if len(args) > 4 {
			want = "TERM=vt100"
		}
		if r := run(t, args...); !strings.Contains(r.out, want) || strings.Count(r.out, "TERM=") != 1 {
			t.Errorf("%s: %s is not among\n%s", args, want, r.out)
		}
	}
	if r := run(t, "exec", "-e", "=x", b.name, "env"); r.code != 125 || !strings.Contains(r.err, "NAME=VALUE is wanted") {
		t.Errorf("a variable without a name: status %d, %q", r.code, r.err)
	}
	r := run(t, "exec", "-e", "A=second", "-e", "GLASSBOX_TEST_OURS", "-e", "GLASSBOX_TEST_NONE", b.name, "env")
	b.stop()
	if r.code != 0 {
		t.Fatalf("exec: status %d\n%s", r.code, r.err)
	}
	has := strings.Split(strings.TrimSpace(r.out), "\n")
	var names []string
	for _, v := range has {
		name, _, _ := strings.Cut(v, "=")
		if slices.Contains(names, name) {
			t.Errorf("%s is there twice", name)
		}
		names = append(names, name)
	}
	for _, want := range []string{"A=second", "B=kept", "GLASSBOX_TEST_OURS=ours"} {
		if !slices.Contains(has, want) {
			t.Errorf("%s is not among\n%s", want, r.out)
		}
	}
	if slices.Contains(names, "GLASSBOX_TEST_NONE") {
		t.Error("a variable that we have not was handed on")
	}
}
