package stages

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// leftover makes the directory of a run that was killed after it had planned these inverses.
func leftover(t *testing.T, p Places, id string, h journal.Header, plan ...journal.Undo) {
	t.Helper()
	dir := filepath.Join(p.State, id)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	w, err := journal.Create(JournalPath(dir), h)
	if err != nil {
		t.Fatal(err)
	}
	for i, u := range plan {
		u.ID, u.State = uint64(i+1), journal.Planned
		w.Emit(journal.Event{Kind: journal.KindUndo, Side: journal.Host, Undo: &u})
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestCleanChecksIdentity: a process is killed only if boot and start time say that
// it is the one that was meant; after a reboot only files are removed, since other
// names may be another's by now. The clock of the wall takes no part.
func TestCleanChecksIdentity(t *testing.T) {
	for _, c := range []struct {
		name  string
		boot  string
		start int64 // added to the start time
		dies  bool
	}{
		{"the same", bootID(), 0, true},
		{"another with its number", bootID(), 1, false},
		{"an earlier one with its number", bootID(), -1, false},
		{"another boot", "6d1a1b3e-0000-0000-0000-000000000000", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			sleep := exec.Command("sleep", "60")
			if err := sleep.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- sleep.Wait() }()
			defer func() { _ = sleep.Process.Kill() }()
			start, err := kernel.StartTime(sleep.Process.Pid)
			if err != nil {
				t.Fatal(err)
			}
			p := Places{Root: t.TempDir(), State: t.TempDir()}
			const id = "0123456789ab"
			tree := filepath.Join(p.Root, "containers", id)
			if err := os.MkdirAll(tree, 0o700); err != nil {
				t.Fatal(err)
			}
			leftover(t, p, id, journal.Header{BootID: c.boot}, journal.Undo{Op: "removetree", Target: tree},
				journal.Undo{Op: "kill", Target: fmt.Sprintf("%d:%d", sleep.Process.Pid, int64(start)+c.start)})
			list, err := Clean(p)
			if err != nil || len(list) != 1 || list[0].Err != nil {
				t.Fatalf("%+v, %v", list, err)
			}
			if c.dies {
				<-ended
			} else if sleep.Process.Signal(syscall.Signal(0)) != nil {
				t.Error("another process was killed")
			}
			for _, gone := range []string{tree, filepath.Join(p.State, id)} {
				if _, err := os.Lstat(gone); err == nil {
					t.Errorf("%s is still there", gone)
				}
			}
		})
	}
}

// TestCleanTrustsOnlyItsOwn: what a journal names beyond its run stays.
func TestCleanTrustsOnlyItsOwn(t *testing.T) {
	p := Places{Root: t.TempDir(), State: t.TempDir()}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "full"), []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(p.Root, "containers", "0123456789ab", "link")
	if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}
	for i, u := range []journal.Undo{
		{Op: "removetree", Target: other},
		{Op: "unlink", Target: filepath.Join(other, "full")},
		{Op: "removetree", Target: filepath.Join(p.Root, "containers", "ffffffffffff")},
		{Op: "removetree", Target: filepath.Join(p.Root, "containers", "0123456789ab", "..", "..", "..")},
		{Op: "killrest", Target: filepath.Join(p.Root, "containers", "ffffffffffff")},
		{Op: "rmcgroup", Target: "/sys/fs/cgroup/system.slice"},
		{Op: "restore", Target: "/proc/sys/kernel/core_pattern=x"},
		{Op: "linkdel", Target: "eth0"},
		{Op: "stopunit", Target: "ssh.service"},
		{Op: "no such thing", Target: "/"},
	} {
		id := fmt.Sprintf("%012x", i)
		leftover(t, p, id, journal.Header{BootID: bootID()}, u)
		list, err := Clean(p)
		if err != nil || len(list) != 1 || list[0].Err == nil || len(list[0].Undos) > 0 {
			t.Errorf("%s %s: %+v %v", u.Op, u.Target, list, err)
		}
		if err := os.RemoveAll(filepath.Join(p.State, id)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(other, "full")); err != nil {
		t.Error(err)
	}
}
