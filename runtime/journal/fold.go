package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// fold is a State without its calls and its output: of those, which are most of
// a long journal, it only counts, and knows where the newest lie. state reads them.
type fold struct {
	s     *State
	n     int    // events
	t     []byte // the time of the last event, if that was not decoded
	calls []span
	outs  []span
	kept  int // bytes in outs
}

// span is where a line lies, and how much output is in it.
type span struct {
	off  int64
	len  int
	size int
}

func newFold(h Header) *fold { return &fold{s: NewState(h)} }

func (f *fold) clone() *fold {
	c := *f
	c.s = f.s.Clone()
	c.t = slices.Clone(f.t)
	c.calls = slices.Clone(f.calls)
	c.outs = slices.Clone(f.outs)
	return &c
}

// line folds one line in. It is not ok if the line is no event. The Stop has a
// Kind if the event is one. Of calls and output only the beginning and the end
// are looked at: that is what makes a long journal open at once.
func (f *fold) line(l line) (stop Stop, ok bool) {
	h, ok := readHead(l.text)
	if ok && bytes.HasSuffix(l.text, []byte("}}")) {
		switch string(h.kind) {
		case string(KindCall):
			f.count(h, l, &f.s.Counts.Calls)
			return Stop{}, true
		case string(KindWrite):
			f.count(h, l, &f.s.Counts.Writes)
			return Stop{}, true
		case string(KindOutput):
			if n, ok := outputSize(h.rest); ok {
				f.out(h, l, n)
				return Stop{}, true
			}
		}
	}
	var e Event
	if json.Unmarshal(l.text, &e) != nil || e.Seq == 0 {
		return Stop{}, false
	}
	f.event(e, l)
	return stopOf(e), true
}

// count takes a call or a write without decoding it.
func (f *fold) count(h head, l line, n *int) {
	f.seen(h)
	*n++
	f.stage(h)
	f.call(l)
}

func (f *fold) seen(h head) {
	f.n++
	f.s.Seq = h.seq
	f.t = append(f.t[:0], h.t...)
}

func (f *fold) stage(h head) {
	for i := range f.s.Stages {
		if f.s.Stages[i].Name == string(h.stage) {
			f.s.Stages[i].Calls++
		}
	}
}

func (f *fold) call(l line) {
	f.calls = keep(append(f.calls, span{off: l.off, len: len(l.text)}), KeepCalls)
}

// out takes a piece of output without decoding it, as State.output does.
func (f *fold) out(h head, l line, n int) {
	f.seen(h)
	f.s.Counts.OutputBytes += int64(n)
	f.tail(l, n)
}

func (f *fold) tail(l line, n int) {
	f.outs = append(f.outs, span{off: l.off, len: len(l.text), size: n})
	f.kept += n
	first := 0
	for f.kept > KeepOutput && first < len(f.outs)-1 {
		f.kept -= f.outs[first].size
		first++
	}
	f.outs = f.outs[first:]
}

// event takes a decoded event.
func (f *fold) event(e Event, l line) {
	f.n++
	f.t = f.t[:0]
	f.s.Apply(e)
	switch {
	case len(f.s.Calls) > 0:
		f.call(l)
	case len(f.s.Output) > 0:
		f.tail(l, len(f.s.Output[0].Data))
	}
	f.s.Calls, f.s.Output, f.s.kept = nil, nil, 0
}

// state reads the newest calls and output from the file and returns a State of
// its own. A line that can't be read any more is left out.
func (f *fold) state(file *os.File) (*State, error) {
	s := f.s.Clone()
	if len(f.t) > 0 {
		t, err := time.Parse(time.RFC3339Nano, string(f.t))
		if err == nil {
			s.T = t
		}
	}
	calls := f.calls[max(0, len(f.calls)-KeepCalls):]
	s.Calls = make([]Event, 0, len(calls))
	for _, c := range calls {
		e, err := readEvent(file, c)
		if err != nil {
			return nil, err
		}
		if e.Call != nil || e.Write != nil {
			s.Calls = append(s.Calls, e)
		}
	}
	for _, o := range f.outs {
		e, err := readEvent(file, o)
		if err != nil {
			return nil, err
		}
		if e.Output == nil {
			continue
		}
		b := e.Output.Bytes()
		s.Output = append(s.Output, Chunk{Seq: e.Seq, T: e.T, Stream: e.Output.Stream, Data: b})
		s.kept += len(b)
	}
	return s, nil
}

// readEvent reads an event again. A line that proves to be no JSON is an empty event.
func readEvent(f *os.File, at span) (Event, error) {
	b := make([]byte, at.len)
	if _, err := f.ReadAt(b, at.off); err != nil {
		return Event{}, fmt.Errorf("read the recording at byte %d: %w", at.off, err)
	}
	var e Event
	if json.Unmarshal(b, &e) != nil {
		return Event{}, nil //nolint:nilerr // it costs that line alone
	}
	return e, nil
}

func stopOf(e Event) Stop {
	s := Stop{Seq: e.Seq, Stage: e.Stage, Kind: e.Kind}
	switch {
	case e.Step != nil:
		s.State = e.Step.State
	case e.Snapshot != nil:
		s.State = e.Snapshot.When
	case e.Gate != nil:
		if e.Gate.State != Waiting {
			return Stop{}
		}
		s.State = e.Gate.At
	case e.Exit != nil, e.Error != nil:
	default:
		return Stop{}
	}
	return s
}
