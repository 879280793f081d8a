package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"glassbox/runtime/journal"
)

// TestInsideIsTheProgram: whichever /proc and pid namespace it has, what is shown as the
// container's own process from inside is that process, and never the host's first.
func TestInsideIsTheProgram(t *testing.T) {
	needRoot(t)
	other := start(t, nil, "--network", "none", "demo", "sleep", "1000")
	for _, with := range []string{"--name=alone", "--pid=host", "--without=pid", "--without=mnt", "--pid=container:" + other.name} {
		t.Run(strings.TrimPrefix(with, "--"), func(t *testing.T) {
			list, r := events(t, "--auto=0s", "--network", "none", with, "demo", "sh", "-c", "sleep 1")
			if r.code != 0 {
				t.Fatalf("status %d: %s", r.code, r.err)
			}
			seen := 0
			for _, e := range list {
				if e.Snapshot == nil || e.Stage != "exec" {
					continue
				}
				for _, v := range e.Snapshot.Values {
					if v.Fact != "proc.cmdline" || v.Side != journal.Inside || v.Text == nil || *v.Text == "" { // a zombie's is empty
						continue
					}
					if seen++; !strings.Contains(*v.Text, "sleep") {
						t.Errorf("%s says %q", v.Source, *v.Text)
					}
				}
			}
			if seen == 0 {
				t.Error("the program was never seen from inside")
			}
		})
	}
}

// TestStoppedAsWhat: a program that shares the host's pid namespace is not told to be
// PID 1 when it is asked to end.
func TestStoppedAsWhat(t *testing.T) {
	needRoot(t)
	file := filepath.Join(t.TempDir(), "run.jsonl")
	b := start(t, nil, "--network", "none", "--pid", "host", "--record", file, "demo", "sleep", "1000")
	must(t, b.cmd.Process.Signal(syscall.SIGTERM))
	<-b.done
	record, err := os.ReadFile(file)
	must(t, err)
	if text := string(record); !strings.Contains(text, "was sent SIGTERM; it has ten seconds") || strings.Contains(text, "As PID 1") {
		t.Error("the note about the signal is not there, or speaks of PID 1")
	}
}
