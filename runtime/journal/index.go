package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
)

// An Index opens a journal of any length at once and goes to any place in it.
// It reads the file from front to back a piece at a time (Grow), keeps sparse
// offsets, the places worth stopping at and a few folded states, and so answers
// At for any event without folding from the first. What is written to the file
// later is read by later calls of Grow.
//
// An Index may be used by several goroutines. No call holds the lock for longer
// than one piece takes.
type Index struct {
	mu      sync.Mutex
	f       *os.File
	header  Header
	size    int64 // of what was read, to the end of its last whole line
	now     *fold // everything that was read
	blocks  []block
	checks  []check
	every   int // events between two checks
	stops   []Stop
	damaged int
	long    bool // within a line that is longer than MaxLine
}

// The grain of an index.
const (
	blockEvents = 128     // events between two known offsets
	checkEvents = 1 << 14 // events between two folded states, at first
	maxChecks   = 64      // then every other one is dropped
	pieceBytes  = 1 << 20 // read at once
)

// block is where a run of events begins.
type block struct {
	seq uint64
	off int64
}

// check is a state to fold on from.
type check struct {
	off  int64 // of the first line that is not in it
	fold *fold
}

// Stop is a place worth going to: a stage's begin or end, a snapshot, a gate,
// an exit, an error.
type Stop struct {
	Seq   uint64
	Kind  Kind
	Stage string
	State string // of a stage: Begin, Done …; of a gate: At
}

// OpenIndex opens a journal's file and reads its header, nothing more.
func OpenIndex(path string) (*Index, error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	x := &Index{f: r.f, header: r.Header, every: checkEvents}
	if x.size, err = x.headerEnd(); err != nil {
		_ = r.Close()
		return nil, err
	}
	x.now = newFold(r.Header)
	x.checks = []check{{off: x.size, fold: x.now.clone()}}
	return x, nil
}

// headerEnd finds the end of the first line.
func (x *Index) headerEnd() (int64, error) {
	s := scanner{f: x.f}
	l, err := s.next()
	if err != nil {
		return 0, fmt.Errorf("find the end of the recording's header: %w", err)
	}
	return l.end, nil
}

// Header is the journal's first line.
func (x *Index) Header() Header { return x.header }

// Close closes the file.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.f.Close()
}

// Grow reads on, about budget bytes at most, and says how many events it found.
// At the end of what is there it returns io.EOF; it may be called again.
func (x *Index) Grow(budget int) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	s := scanner{f: x.f, off: x.size, skip: x.long}
	n, from := 0, x.size
	for x.size-from < int64(budget) {
		l, err := s.next()
		x.long = s.skip
		if err != nil {
			x.size = s.off
			return n, eof(err)
		}
		x.size = l.end
		switch {
		case l.long:
			x.damaged++
		case len(l.text) > 0:
			n += x.add(l)
		}
	}
	return n, nil
}

func eof(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return fmt.Errorf("read the recording: %w", err)
}

// add takes one line in.
func (x *Index) add(l line) int {
	stop, ok := x.now.line(l)
	if !ok {
		x.damaged++
		return 0
	}
	if stop.Kind != "" {
		x.stops = append(x.stops, stop)
	}
	if x.now.n%blockEvents == 1 {
		x.blocks = append(x.blocks, block{seq: x.now.s.Seq, off: l.off})
	}
	if x.now.n%x.every == 0 {
		x.check(l.end)
	}
	return 1
}

func (x *Index) check(off int64) {
	x.checks = append(x.checks, check{off: off, fold: x.now.clone()})
	if len(x.checks) <= maxChecks {
		return
	}
	kept := x.checks[:0]
	for i, c := range x.checks {
		if i%2 == 0 {
			kept = append(kept, c)
		}
	}
	clear(x.checks[len(kept):])
	x.checks = kept
	x.every *= 2
}

// Len is the number of events that were read so far.
func (x *Index) Len() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.now.n
}

// Last is the number of the newest event that was read.
func (x *Index) Last() uint64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.now.s.Seq
}

// Damaged is the number of lines that were passed over: torn, too long or no event.
func (x *Index) Damaged() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.damaged
}

// Stops are the places worth going to among those from index first on, in their order.
func (x *Index) Stops(first int) []Stop {
	x.mu.Lock()
	defer x.mu.Unlock()
	if first >= len(x.stops) {
		return nil
	}
	return slices.Clone(x.stops[first:])
}

// Newest is the state after the newest event that was read. Its Calls hold KeepCalls at most.
func (x *Index) Newest() (*State, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.now.state(x.f)
}

// At is the state after event seq, or after the one before it if there is none of that number.
func (x *Index) At(seq uint64) (*State, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if seq >= x.now.s.Seq {
		return x.now.state(x.f)
	}
	i := len(x.checks) - 1
	for i > 0 && x.checks[i].fold.s.Seq > seq {
		i--
	}
	f := x.checks[i].fold.clone()
	s := scanner{f: x.f, off: x.checks[i].off, end: x.size}
	for s.off < x.size {
		l, err := s.next()
		if err != nil {
			break
		}
		if l.long || len(l.text) == 0 {
			continue
		}
		if n := seqOf(l.text); n > seq {
			break
		}
		f.line(l)
	}
	return f.state(x.f)
}
