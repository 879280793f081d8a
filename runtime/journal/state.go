package journal

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// The bounds of what a State keeps. A view that wants more of the calls or the
// output reads them from the file.
const (
	KeepCalls  = 256       // the newest calls and writes
	KeepNotes  = 64        // the newest notes of a stage
	KeepOutput = 256 << 10 // the newest bytes of output, all streams together
)

// State is the fold of a journal's events up to one of them: all that a view
// shows. It is bounded, whatever the length of the journal.
type State struct {
	Header   Header
	Seq      uint64    // the last event folded in
	T        time.Time // when that happened
	Stages   []Stage   // in their order
	Now      int       // index in Stages of the one that began last; -1 before the first
	Facts    map[Key]Fact
	When     string // what the last snapshot was taken for
	Snapped  uint64 // the event of the last snapshot
	Progress []Progress
	Calls    []Event // the newest KeepCalls calls and writes
	Gate     *Gate   // the gate that the run waits at, or nil
	Undo     []Undo  // every inverse that is known, the newest state of each
	Output   []Chunk // the newest output
	Dropped  int64   // bytes of output that the journal itself does not have
	Exit     *Exit
	Errors   []Error
	Counts   Counts

	kept int // bytes in Output
}

// Stage is one stage's state.
type Stage struct {
	Name   string
	State  string // "", Begin, Done, Failed, Skipped
	Began  time.Time
	BeganA uint64 // the event at which it began
	EndedA uint64 // the event at which it ended; 0 before
	DurUS  int64
	Why    string
	Calls  int
	Notes  []Note
}

// Fact is the value of one fact on one side, and what it was.
type Fact struct {
	Value   Value
	Seq     uint64 // the snapshot in which it got this value
	Stage   string // the stage during which it got it
	Was     *Value // its value before that stage; of one that can't be read any more, what was read last; nil: none
	Gone    bool   // it could be read before, and now is not there any more
	Changes int    // how often it changed
}

// Chunk is a piece of output with the event that brought it.
type Chunk struct {
	Seq    uint64
	T      time.Time
	Stream string
	Data   []byte
}

// Counts are the numbers of events by kind.
type Counts struct {
	Calls, Writes, HTTP, Snapshots, Undone int
	OutputBytes, HTTPBytes                 int64
}

// NewState is the state before the first event.
func NewState(h Header) *State {
	s := &State{Header: h, Now: -1, Facts: map[Key]Fact{}}
	names := h.Stages
	if len(names) == 0 {
		names = Stages()
	}
	for _, n := range names {
		s.Stages = append(s.Stages, Stage{Name: n})
	}
	return s
}

// Clone is a copy that later events don't change. Values are shared, since nothing changes them.
func (s *State) Clone() *State {
	c := *s
	c.Stages = slices.Clone(s.Stages)
	for i := range c.Stages {
		c.Stages[i].Notes = slices.Clone(c.Stages[i].Notes)
	}
	c.Facts = maps.Clone(s.Facts)
	c.Progress = slices.Clone(s.Progress)
	c.Calls = slices.Clone(s.Calls)
	c.Undo = slices.Clone(s.Undo)
	c.Output = slices.Clone(s.Output)
	c.Errors = slices.Clone(s.Errors)
	return &c
}

// Fact returns a fact's value on one side; ok is false if it was never read or is gone.
func (s *State) Fact(name string, side Side) (Fact, bool) {
	f, ok := s.Facts[Key{Fact: name, Side: side}]
	return f, ok && !f.Gone
}

// Text is a fact's text, or "".
func (s *State) Text(name string, side Side) string {
	f, ok := s.Fact(name, side)
	if !ok {
		return ""
	}
	return string(f.Value.Bytes())
}

// Stage returns the state of the stage with that name, or nil.
func (s *State) Stage(name string) *Stage {
	for i := range s.Stages {
		if s.Stages[i].Name == name {
			return &s.Stages[i]
		}
	}
	return nil
}

// Current is the stage that began last, or nil before the first.
func (s *State) Current() *Stage {
	if s.Now < 0 {
		return nil
	}
	return &s.Stages[s.Now]
}

// Apply folds one event in.
func (s *State) Apply(e Event) {
	s.Seq, s.T = e.Seq, e.T
	switch {
	case e.Step != nil:
		s.step(e)
	case e.Call != nil && e.Kind == KindCall:
		s.call(e, &s.Counts.Calls)
	case e.Write != nil && e.Kind == KindWrite:
		s.call(e, &s.Counts.Writes)
	case e.HTTP != nil:
		s.Counts.HTTP++
		s.Counts.HTTPBytes += e.HTTP.Bytes
	case e.Progress != nil:
		s.progress(*e.Progress)
	case e.Snapshot != nil:
		s.snapshot(e)
	case e.Output != nil:
		s.output(e)
	case e.Gate != nil:
		s.gate(e.Gate)
	case e.Undo != nil:
		s.undo(*e.Undo)
	case e.Exit != nil:
		s.Exit = e.Exit
	case e.Note != nil:
		s.note(e)
	case e.Error != nil:
		s.Errors = append(s.Errors, *e.Error)
	}
}

func (s *State) step(e Event) {
	for i := range s.Stages {
		st := &s.Stages[i]
		if st.Name != e.Stage {
			continue
		}
		if e.Step.State == Begin {
			s.again(i)
			s.Now = i
			st.State, st.Why, st.Began, st.BeganA = Begin, e.Step.Why, e.T, e.Seq
			return
		}
		st.State, st.Why, st.DurUS, st.EndedA = e.Step.State, e.Step.Why, e.Step.DurUS, e.Seq
	}
}

// again forgets what a stage that is tried again, and those after it, did before.
func (s *State) again(i int) {
	for j := i; j < len(s.Stages); j++ {
		if st := &s.Stages[j]; st.State != "" {
			*st = Stage{Name: st.Name}
		}
	}
}

func (s *State) call(e Event, n *int) {
	*n++
	if st := s.Stage(e.Stage); st != nil {
		st.Calls++
	}
	s.Calls = keep(append(s.Calls, e), KeepCalls)
}

func (s *State) progress(p Progress) {
	for i := range s.Progress {
		if s.Progress[i].What == p.What && s.Progress[i].ID == p.ID && s.Progress[i].Index == p.Index {
			if p.By == "" {
				p.By = s.Progress[i].By
			}
			s.Progress[i] = p
			return
		}
	}
	s.Progress = append(s.Progress, p)
}

func (s *State) snapshot(e Event) {
	s.Counts.Snapshots++
	s.When, s.Snapped = e.Snapshot.When, e.Seq
	seen := map[Key]bool{}
	for _, v := range e.Snapshot.Values {
		k := Key{Fact: v.Fact, Side: v.Side}
		seen[k] = true
		s.observe(e, k, v)
	}
	for _, k := range e.Snapshot.Gone {
		s.gone(e, k)
	}
	if e.Snapshot.Complete {
		for k := range s.Facts {
			if !seen[k] {
				s.gone(e, k)
			}
		}
	}
}

func (s *State) observe(e Event, k Key, v Value) {
	old, had := s.Facts[k]
	if had && !old.Gone && alike(old.Value, v) {
		old.Value = v
		s.Facts[k] = old
		return
	}
	f := Fact{Value: v, Seq: e.Seq, Stage: e.Stage, Changes: old.Changes + 1}
	switch {
	case had && old.Stage == e.Stage && (v.Err == "" || old.Value.Err != "" || old.Gone):
		f.Was = old.Was
	case had && !old.Gone:
		was := old.Value
		f.Was = &was
	}
	s.Facts[k] = f
}

func (s *State) gone(e Event, k Key) {
	f, had := s.Facts[k]
	if !had || f.Gone {
		return
	}
	if f.Value.Err != "" && f.Was != nil {
		f.Value = *f.Was
	}
	was := f.Value
	s.Facts[k] = Fact{Value: f.Value, Seq: e.Seq, Stage: e.Stage, Was: &was, Gone: true, Changes: f.Changes + 1}
}

// alike tells whether two values say the same of the same thing: to the first
// process itself /proc/self is what /proc/1 is to who has joined it.
func alike(a, b Value) bool {
	a.Source = strings.Replace(a.Source, "/proc/self/", "/proc/1/", 1)
	b.Source = strings.Replace(b.Source, "/proc/self/", "/proc/1/", 1)
	return Same(a, b)
}

// Same tells whether two values say the same, read from the same place.
func Same(a, b Value) bool {
	return a.Source == b.Source && a.Err == b.Err && string(a.Bytes()) == string(b.Bytes())
}

func (s *State) output(e Event) {
	b := e.Output.Bytes()
	s.Counts.OutputBytes += int64(len(b)) + e.Output.Dropped
	s.Dropped += e.Output.Dropped
	s.Output = append(s.Output, Chunk{Seq: e.Seq, T: e.T, Stream: e.Output.Stream, Data: b})
	s.kept += len(b)
	n := 0
	for s.kept > KeepOutput && n < len(s.Output)-1 {
		s.kept -= len(s.Output[n].Data)
		n++
	}
	s.Output = s.Output[n:]
}

func (s *State) gate(g *Gate) {
	if g.State == Waiting {
		s.Gate = g
		return
	}
	s.Gate = nil
}

func (s *State) undo(u Undo) {
	if u.State == Undone {
		s.Counts.Undone++
	}
	for i := range s.Undo {
		if s.Undo[i].ID == u.ID {
			s.Undo[i] = u
			return
		}
	}
	s.Undo = append(s.Undo, u)
}

func (s *State) note(e Event) {
	if st := s.Stage(e.Stage); st != nil {
		st.Notes = keep(append(st.Notes, *e.Note), KeepNotes)
	}
}

// keep returns the last n of list. The front is cut only when it has grown by
// half, so that most appends copy nothing.
func keep[T any](list []T, n int) []T {
	if len(list) <= n+n/2 {
		return list
	}
	return slices.Clone(list[len(list)-n:])
}
