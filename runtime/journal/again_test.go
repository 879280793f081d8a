package journal

import (
	"slices"
	"testing"
	"time"
)

// TestStageAgain: a stage that begins again forgets what it did before, and so do
// those after it, which are undone.
func TestStageAgain(t *testing.T) {
	s := NewState(Header{})
	seq := uint64(0)
	apply := func(stage string, e Event) {
		seq++
		e.Seq, e.T, e.Stage = seq, time.Unix(int64(seq), 0), stage
		s.Apply(e)
	}
	step := func(stage, state string, us int64) {
		apply(stage, Event{Kind: KindStage, Step: &Step{State: state, DurUS: us}})
	}
	note := func(stage, key string) { apply(stage, Event{Kind: KindNote, Note: &Note{Key: key}}) }
	note("clone", "said before")
	step("clone", Begin, 0)
	if len(s.Stage("clone").Notes) != 1 {
		t.Error("what was said before it began is gone")
	}
	for _, stage := range []string{"clone", "namespaces"} {
		if stage != "clone" {
			step(stage, Begin, 0)
		}
		note(stage, "of the first try")
		step(stage, Done, 7)
	}
	step("cgroups", Begin, 0)
	apply("cgroups", Event{Kind: KindCall, Call: &Call{Name: "mkdir"}})
	step("cgroups", Failed, 9)
	if st := s.Stage("cgroups"); st.DurUS != 9 || st.State != Failed {
		t.Errorf("it failed as %+v", st)
	}
	step("clone", Begin, 0)
	note("clone", "of the second")
	want := []string{"of the second"}
	var got []string
	for _, n := range s.Stage("clone").Notes {
		got = append(got, n.Key)
	}
	if !slices.Equal(got, want) || s.Current().Name != "clone" {
		t.Errorf("clone says %v, want %v", got, want)
	}
	for _, stage := range []string{"namespaces", "cgroups"} {
		if st := s.Stage(stage); st.State != "" || st.DurUS != 0 || st.Calls != 0 || len(st.Notes) > 0 {
			t.Errorf("%s is still %+v", stage, st)
		}
	}
}
