package kernel

import (
	"os"
	"path/filepath"
	"testing"

	"glassbox/runtime/journal"
)

// undone keeps which inverses were done, in their order.
type undone []string

func (u *undone) Emit(e journal.Event) uint64 {
	if e.Undo != nil && e.Undo.State == journal.Undone {
		*u = append(*u, filepath.Base(e.Undo.Target))
	}
	return 0
}

// TestUnwindTo: a stage's own effects are undone, and no more; what was put off comes
// last; what can't be undone stays, until it can.
func TestUnwindTo(t *testing.T) {
	dir := t.TempDir()
	made := func(name string) string {
		p := filepath.Join(dir, name)
		if err := os.Mkdir(p, 0o700); err != nil {
			t.Fatal(err)
		}
		return p
	}
	var log undone
	k := New(&log, journal.Host)
	same := func(want ...string) {
		t.Helper()
		if len(log) != len(want) {
			t.Fatalf("undone: %v, want %v", log, want)
		}
		for i := range want {
			if log[i] != want[i] {
				t.Fatalf("undone: %v, want %v", log, want)
			}
		}
	}
	k.Plan("rmdir", made("a"))
	first := k.Mark()
	k.Plan("rmdir", made("b"))
	second := k.Mark()
	k.Plan("rmdir", made("lasting"))
	k.Settle(second)
	stuck := made("stuck")
	if err := os.WriteFile(filepath.Join(stuck, "full"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	k.Plan("rmdir", stuck)
	k.Plan("rmdir", made("c"))
	if err := k.UnwindTo(second); err == nil {
		t.Fatal("a directory with something in it was removed")
	}
	same("c")
	if err := os.Remove(filepath.Join(stuck, "full")); err != nil {
		t.Fatal(err)
	}
	if err := k.UnwindTo(first); err != nil {
		t.Fatal(err)
	}
	same("c", "stuck", "b")
	k.Plan("rmdir", made("d"))
	if err := k.Unwind(); err != nil {
		t.Fatal(err)
	}
	same("c", "stuck", "b", "d", "a", "lasting")
}
