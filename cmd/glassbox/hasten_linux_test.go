package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"glassbox/runtime/journal"
)

// TestHasten: where nobody watches, the wait before the first move between
// cgroups passes early, and the journal says by which write. It is still what
// strace(1) saw. Where somebody watches, nothing is done early.
func TestHasten(t *testing.T) {
	needRoot(t)
	strace := needTool(t, "strace")
	dir := t.TempDir()
	b, quiet, shown := bundle(t, nil, "/bin/true"), filepath.Join(dir, "quiet"), filepath.Join(dir, "shown")
	r := runCmd(t, exec.Command(strace, "-f", "-y", "-s", "4096", "-o", filepath.Join(dir, "st"), "-e", "trace=write",
		program, "run", "--quiet", "--record", quiet, "--network", "none", "bundle:"+b))
	if r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	own := hastened(t, quiet)
	if len(own) != 1 || own[0].Stage != "clone" || own[0].Write.Errno != "" {
		t.Fatalf("glassbox wrote itself into its own group %d times, once in clone is right: %+v", len(own), own)
	}
	saw, err := exec.Command("grep", "-cF", "<"+own[0].Write.Path+`>, "`+own[0].Write.Value+`"`, filepath.Join(dir, "st")).CombinedOutput()
	if string(saw) != "1\n" {
		t.Errorf("strace saw that write %s times (%v)", saw, err)
	}
	if r := run(t, "run", "--json", "--record", shown, "--network", "none", "bundle:"+b); r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	if own := hastened(t, shown); len(own) > 0 {
		t.Errorf("somebody watches, and yet something is done early: %+v", own[0].Write)
	}
}

// hastened are the writes of the engine's own PID in a recording.
func hastened(t *testing.T, file string) (own []journal.Event) {
	t.Helper()
	j, err := journal.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range parse(t, text) {
		if e.Write != nil && e.Write.Value == strconv.Itoa(j.Header.Pid) {
			own = append(own, e)
		}
	}
	return own
}
