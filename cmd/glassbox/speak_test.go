package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestDeadTalks: what a killed talk left is removed, and no living one's.
func TestDeadTalks(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	dir := stateRoot()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Skip("cannot write where runs are kept")
	}
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	paths := map[int]string{}
	for _, pid := range []int{os.Getpid(), gone.Process.Pid} {
		paths[pid] = filepath.Join(dir, fmt.Sprintf("notes-%d", pid))
		l, err := net.Listen("unix", paths[pid])
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
	}
	deadTalks()
	if _, err := os.Lstat(paths[gone.Process.Pid]); err == nil {
		t.Error("the socket of a process that is gone is still there")
	}
	if _, err := os.Lstat(paths[os.Getpid()]); err != nil {
		t.Error("the socket of a living talk was removed:", err)
	}
}
