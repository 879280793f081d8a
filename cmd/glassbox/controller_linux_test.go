package main

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestSignalOf: a signal is named as kill(1) takes it.
func TestSignalOf(t *testing.T) {
	for name, want := range map[string]unix.Signal{
		"HUP": unix.SIGHUP, "sigusr1": unix.SIGUSR1, "9": unix.SIGKILL, "15": unix.SIGTERM,
		"0": 0, "-9": 0, "999": 0, "FOO": 0, "": 0,
	} {
		if got := signalOf(name); got != want {
			t.Errorf("%q: %v, not %v", name, got, want)
		}
	}
}

// TestDashes: kubectl's -- before a program is no program.
func TestDashes(t *testing.T) {
	for in, want := range map[string]string{"-- ls -l": "ls -l", "ls -- -l": "ls -- -l", "--": "--", "": ""} {
		if got := strings.Join(dashes(strings.Fields(in)), " "); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
