package journal

import (
	"strings"
	"testing"
	"time"
)

// TestWhatWasReadLast: of what can't be read any more, and of what then goes, the state keeps
// what it said last, not what it said before the stage.
func TestWhatWasReadLast(t *testing.T) {
	s := NewState(Header{})
	k := Key{Fact: "proc.status", Side: Inside}
	for i, say := range []string{"init", "program", "program on", "!no such process", "!no such file", "-"} {
		stage := "exec"
		if i == 0 {
			stage = "clone"
		}
		snap := &Snapshot{}
		switch v := (Value{Fact: k.Fact, Side: k.Side, Source: "/proc/1/status"}); {
		case say == "-":
			snap.Gone = []Key{k}
		case strings.HasPrefix(say, "!"):
			v.Err = say[1:]
			snap.Values = []Value{v}
		default:
			v.Text = &say
			snap.Values = []Value{v}
		}
		s.Apply(Event{Seq: uint64(i + 1), T: time.Unix(int64(i), 0), Stage: stage, Kind: KindSnapshot, Snapshot: snap})
		f := s.Facts[k]
		switch {
		case i == 2 && string(f.Was.Bytes()) != "init":
			t.Errorf("before the stage it was %q", f.Was.Bytes())
		case (i == 3 || i == 4) && (f.Value.Err == "" || string(f.Was.Bytes()) != "program on"):
			t.Errorf("%s: it said last %q", say, f.Was.Bytes())
		case i == 5 && (!f.Gone || string(f.Value.Bytes()) != "program on"):
			t.Errorf("it went as %q", f.Value.Bytes())
		}
	}
}
