package journal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTogether writes what comes many at a time with one write(2), and lets no undo
// record wait for it.
func TestTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	w, err := Create(path, Header{ID: "together"})
	if err != nil {
		t.Fatal(err)
	}
	note := func(key string) { w.Emit(Event{Kind: KindNote, Note: NewNote("info", key, key)}) }
	kept := func(key string) bool {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(b), key)
	}
	w.Together(func() {
		note("first")
		if kept("first") {
			t.Error("an event was written by itself")
		}
		w.Emit(Event{Kind: KindUndo, Undo: &Undo{Op: "rmdir", Target: "/x"}})
		if !kept("first") || !kept("/x") {
			t.Error("an undo record waits")
		}
		note("last")
	})
	if !kept("last") {
		t.Error("what came together is not in the journal")
	}
	note("alone")
	if !kept("alone") {
		t.Error("an event waits though nothing holds it")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || strings.Count(string(text), "\n") != 5 {
		t.Errorf("the journal has %d lines (%v), of 5:\n%s", strings.Count(string(text), "\n"), err, text)
	}
}
