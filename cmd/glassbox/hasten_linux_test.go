package main

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"glassbox/runtime/journal"
)

// TestHasten: where nobody watches, the first process gets into its groups without
// a wait: it is born in that of version 2, and moves itself into the others. The
// program is in each of them then. Where somebody watches, glassbox writes its PID
// into cgroup.procs; and so it does where systemd is to make the group.
func TestHasten(t *testing.T) {
	needRoot(t)
	_, e := os.Stat("/run/systemd/system")
	_, err := os.Stat("/sys/fs/cgroup/cgroup.controllers")
	scoped := e == nil && err == nil
	for _, how := range []string{"--quiet", "--json"} {
		file := filepath.Join(t.TempDir(), "recording")
		args := []string{"--network", "none", "--without", "cgroupns", "demo"}
		r := run(t, slices.Concat([]string{"run", how}, map[string][]string{"--json": {"--record", file}}[how], args, []string{"cat", "/proc/self/cgroup"})...)
		if r.code != 0 {
			t.Fatalf("%s: status %d\n%s", how, r.code, r.err)
		}
		out := r.out
		if how == "--quiet" {
			b := start(t, nil, append(args, "sleep", "1000")...)
			file = b.journal("")
			b.stop()
		} else {
			out = printed(t, file)
		}
		born, tasks, procs := joined(t, file)
		groups := inGroups(t, out)
		switch early := len(tasks) + min(len(born), 1); {
		case scoped:
			groups-- // which systemd moved it into
			fallthrough
		case how == "--json":
			if early > 0 || len(procs) < groups {
				t.Errorf("%s: born in %q, moved by %q, by PID with %q: %d of the last are right", how, born, tasks, procs, groups)
			}
		case early != groups || len(procs) > 0:
			t.Errorf("%s: born in %q, moved by %q, by PID with %q: %d of the first two are right", how, born, tasks, procs, groups)
		}
	}
}

// printed is what the program of a recorded run wrote.
func printed(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	var out []byte
	for _, e := range parse(t, text) {
		if e.Output != nil {
			out = append(out, e.Output.Bytes()...)
		}
	}
	return string(out)
}

// inGroups counts the hierarchies whose group the program printed, all of them its own.
func inGroups(t *testing.T, out string) int {
	t.Helper()
	rows := strings.Split(strings.TrimSpace(out), "\n")
	for _, row := range rows {
		if !strings.Contains(row, "/glassbox-") {
			t.Errorf("the program is not in a group of its own: %s", row)
		}
	}
	return len(rows)
}

// TestHastenIsWhatStraceSaw compares how it got there with strace(1).
func TestHastenIsWhatStraceSaw(t *testing.T) {
	needRoot(t)
	strace := needTool(t, "strace")
	saw := filepath.Join(t.TempDir(), "st")
	background := start(t, []string{strace, "-f", "-y", "-s", "4096", "-o", saw, "-e", "trace=write,clone3"},
		"--network", "none", "bundle:"+bundle(t, nil, "sleep", "1000"))
	quiet := background.journal("")
	background.stop()
	b, err := os.ReadFile(saw)
	must(t, err)
	born, tasks, _ := joined(t, quiet)
	for _, p := range tasks {
		if n := strings.Count(string(b), "<"+p+`>, "0"`); n != 1 {
			t.Errorf("strace saw that 0 was written to %s %d times", p, n)
		}
	}
	if n := len(regexp.MustCompile(`clone3\(\{.*CLONE_INTO_CGROUP.*cgroup=\d`).FindAll(b, -1)); n != min(len(born), 1) {
		t.Errorf("it was born in %q, and strace saw %d such clones", born, n)
	}
}

// joined tells from a recording how the first process came into its groups.
func joined(t *testing.T, file string) (born string, tasks, procs []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	for _, e := range parse(t, text) {
		if c := e.Call; c != nil && c.Name == "clone3" {
			i := slices.IndexFunc(c.Args, func(a journal.Arg) bool { return a.Name == "cgroup" })
			born = c.Args[i].Value
		}
		if w := e.Write; w != nil && w.Errno == "" {
			switch path.Base(w.Path) {
			case "tasks":
				tasks = append(tasks, w.Path)
			case "cgroup.procs":
				procs = append(procs, w.Path)
			}
		}
	}
	return born, tasks, procs
}
