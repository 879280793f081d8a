package journal

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// Writer appends events to a journal's file. It may be used by several
// goroutines; events get their number and time here.
type Writer struct {
	mu     sync.Mutex
	f      *os.File
	seq    uint64
	err    error
	signal chan struct{}
	buf    []byte
	held   bool // what is emitted waits in buf: see Together
	copies []*os.File
	mask   *Mask
}

// Create makes the journal's file (mode 0600, which must not exist yet) and writes the header.
func Create(path string, h Header) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create the journal: %w", err)
	}
	w := &Writer{f: f, signal: make(chan struct{}, 1)}
	h.Format = Format
	if err := w.header(h); err != nil {
		_ = f.Close()
		return nil, err
	}
	return w, nil
}

// Reopen continues a journal that was written before: `glassbox clean` appends
// to a killed run's journal what it undid. Events go on after number seq.
func Reopen(path string, seq uint64) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, fmt.Errorf("reopen the journal: %w", err)
	}
	// A torn last line must not swallow the first new one.
	_, _ = f.WriteString("\n")
	return &Writer{f: f, signal: make(chan struct{}, 1), seq: seq}, nil
}

// Record makes the journal go to a second file as well (--record), from its
// first line on. Closing the journal closes f, and so does an error.
func (w *Writer) Record(f *os.File) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	so, err := os.ReadFile(w.f.Name())
	if err == nil {
		_, err = f.Write(so)
	}
	if err != nil {
		_ = f.Close()
		return fmt.Errorf("record the run: %w", err)
	}
	w.copies = append(w.copies, f)
	return nil
}

// Hide masks, from now on, the values of environment variables, these NAME=VALUE
// among them: see Mask. It may be called again for more of them.
func (w *Writer) Hide(env ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.mask == nil {
		w.mask = &Mask{}
	}
	w.mask = w.mask.with(env)
}

// Emit numbers, stamps and appends e. It waits for the disk, never for a
// reader. The first error is kept for Err: losing the record must not stop the
// undoing of a run.
func (w *Writer) Emit(e Event) uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seq++
	e.Seq = w.seq
	if e.T.IsZero() {
		e.T = time.Now()
	}
	if w.mask != nil {
		e = w.mask.event(e)
	}
	b, err := appendEvent(w.buf, &e)
	if err != nil {
		w.keep(fmt.Errorf("encode a journal line: %w", err))
		return e.Seq
	}
	w.buf = append(b, '\n')
	if !w.held || e.Kind == KindUndo || len(w.buf) >= most {
		w.flush()
	}
	return e.Seq
}

// most is how many bytes of events wait at most: see Together.
const most = 64 << 10

// Together holds what is emitted while do runs, and appends it with one write(2). It
// is for events that are told late anyway, many at a time. An undo record, which is
// to be in the journal before its effect, is written at once, with all before it.
func (w *Writer) Together(do func()) {
	w.mu.Lock()
	w.held = true
	w.mu.Unlock()
	do()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = false
	w.flush()
}

func (w *Writer) header(h Header) error {
	b, err := appendHeader(nil, &h)
	if err != nil {
		return fmt.Errorf("encode the journal's header: %w", err)
	}
	w.buf = append(b, '\n')
	w.flush()
	return w.err
}

// flush appends the lines that wait with one write(2), so that a killed writer tears
// at most the last one, and tells the reader.
func (w *Writer) flush() {
	if len(w.buf) == 0 {
		return
	}
	_, err := w.f.Write(w.buf)
	for _, c := range w.copies {
		if _, e := c.Write(w.buf); err == nil {
			err = e
		}
	}
	w.buf = w.buf[:0]
	if err != nil {
		w.keep(fmt.Errorf("write the journal: %w", err))
	}
	select {
	case w.signal <- struct{}{}:
	default:
	}
}

// keep keeps the first error for Err.
func (w *Writer) keep(err error) {
	if w.err == nil {
		w.err = err
	}
}

// Signal gets a value when there is something new to read. It has one slot, and one reader.
func (w *Writer) Signal() <-chan struct{} { return w.signal }

// Err is the first error of writing, or nil.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// Close closes the file; the signal's channel is closed as well, so that a reader knows the end.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.signal)
	for _, f := range append(w.copies, w.f) {
		if err := f.Close(); w.err == nil {
			w.err = err
		}
	}
	return w.err
}

// Emitter takes events: a Writer, or whatever forwards to one. Emit fills in Seq
// and T, and returns Seq (0 where the number is only given later, by a writer
// elsewhere).
type Emitter interface {
	Emit(e Event) uint64
}

var _ Emitter = (*Writer)(nil)
