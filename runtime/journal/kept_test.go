package journal_test

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"glassbox/runtime/journal"
)

// TestKeptRecording reads a recording that was written by an earlier glassbox and
// is kept: what format 1 says must be said of it for ever.
func TestKeptRecording(t *testing.T) {
	s := fold(t, unpack(t, "../../tui/testdata/demo.jsonl.gz"))
	if s.Header.Format != 1 || s.Header.Image != "demo" || len(s.Header.Stages) != 10 {
		t.Errorf("header: %+v", s.Header)
	}
	for _, st := range s.Stages {
		if st.State != journal.Done || st.DurUS == 0 {
			t.Errorf("%s: %q after %d µs", st.Name, st.State, st.DurUS)
		}
	}
	if s.Exit == nil || s.Counts.Calls < 100 || s.Counts.Snapshots < 10 || len(s.Progress) < 6 {
		t.Errorf("exit %v, %d calls, %d snapshots, %d blobs", s.Exit, s.Counts.Calls, s.Counts.Snapshots, len(s.Progress))
	}
	for _, u := range s.Undo {
		if u.State != journal.Undone {
			t.Errorf("%s %s is %s", u.Op, u.Target, u.State)
		}
	}
}

// TestNewerRecording: kinds and fields that this reader does not know cost
// nothing, a torn last line costs that line alone, a newer format is refused.
func TestNewerRecording(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.jsonl")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"format":1,"id":"x","stages":["pull"],"later":{"a":1}}
{"seq":1,"t":"2026-11-24T14:00:00Z","stage":"pull","kind":"stage","step":{"state":"begin","mood":"fine"}}
{"seq":2,"t":"2026-11-24T14:00:01Z","stage":"pull","kind":"dance","dance":{"steps":3}}
{"seq":3,"t":"2026-11-24T14:00:02Z","stage":"pull","kind":"stage","step":{"state":"do`)
	s := fold(t, path)
	if s.Seq != 2 || s.Stages[0].State != journal.Begin {
		t.Errorf("seq %d, pull is %q", s.Seq, s.Stages[0].State)
	}
	write(`{"format":2,"id":"x"}` + "\n")
	if _, err := journal.Open(path); err == nil {
		t.Error("a recording in a newer format is read")
	}
}

func unpack(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kept.jsonl")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func fold(t *testing.T, path string) *journal.State {
	t.Helper()
	in, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	s := journal.NewState(in.Header)
	for {
		e, err := in.Next()
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			t.Fatal(err)
		}
		s.Apply(e)
	}
}
