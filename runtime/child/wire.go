package child

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"glassbox/runtime/journal"
)

// wire writes values into a frame, or reads them from one: each type's layout is
// told once, for both. Strings stand behind their length, numbers are varints
// (encoding/binary). It is not JSON since both processes would first have to
// learn the types of the journal by reflection, in each run anew.
type wire struct {
	b     []byte // what was written, or what is left to read
	put   bool
	depth int // of value
	err   error
}

// errFrame says that a frame is not of the form that it should have.
var errFrame = errors.New("a message on the child's socket is cut off or not well formed")

func (w *wire) int(n *int64) {
	if w.put {
		w.b = binary.AppendVarint(w.b, *n)
		return
	}
	v, size := binary.Varint(w.b)
	if size <= 0 {
		w.fail()
		return
	}
	*n, w.b = v, w.b[size:]
}

func (w *wire) fail() {
	w.b = nil
	if w.err == nil {
		w.err = errFrame
	}
}

// size is the length of what follows: it can't be more than there is.
func (w *wire) size(n int) int {
	v := int64(n)
	w.int(&v)
	if !w.put && (v < 0 || v > int64(len(w.b))) {
		w.fail()
		return 0
	}
	return int(v)
}

func (w *wire) str(s *string) {
	n := w.size(len(*s))
	if w.put {
		w.b = append(w.b, *s...)
		return
	}
	*s, w.b = string(w.b[:n]), w.b[n:]
}

func (w *wire) bytes(b *[]byte) {
	s := string(*b)
	w.str(&s)
	*b = []byte(s)
}

func (w *wire) bool(v *bool) {
	var n int64
	if *v {
		n = 1
	}
	w.int(&n)
	*v = n != 0
}

// set makes what p points to when it is read, and tells whether there is something.
func set[T any](w *wire, p **T) bool {
	there := *p != nil
	w.bool(&there)
	if there && !w.put {
		*p = new(T)
	}
	return there
}

func (w *wire) request(r *request) {
	w.str(&r.Do)
	w.bytes(&r.Args)
	w.bool(&r.Step)
	w.bool(&r.Late)
	w.bool(&r.Go)
	w.str(&r.End)
}

func (w *wire) message(m *message) {
	if set(w, &m.Event) {
		w.event(m.Event)
	}
	if set(w, &m.Gate) {
		w.gate(m.Gate)
	}
	if set(w, &m.Exec) {
		w.call(m.Exec)
	}
	if set(w, &m.Done) {
		w.str(&m.Done.Err)
		w.int(&m.Done.Errno)
		w.str(&m.Done.Mend)
		w.bytes(&m.Done.Value)
	}
	w.str(&m.File)
	w.int(&m.Waited)
}

// event is an event of the child, which has no number yet. Kinds that no half
// inside makes often are JSON.
func (w *wire) event(e *journal.Event) {
	w.str((*string)(&e.Kind))
	switch e.Kind {
	case journal.KindCall, journal.KindWrite, journal.KindUndo, journal.KindNote:
	default:
		w.json(e)
		return
	}
	t := e.T.UnixNano()
	w.int(&t)
	e.T = time.Unix(0, t)
	w.str(&e.Stage)
	w.str((*string)(&e.Side))
	if set(w, &e.Call) {
		w.call(e.Call)
	}
	if set(w, &e.Write) {
		w.write(e.Write)
	}
	if set(w, &e.Undo) {
		w.str(&e.Undo.Op)
		w.str(&e.Undo.Target)
	}
	if set(w, &e.Note) {
		w.note(e.Note)
	}
}

func (w *wire) json(v any) {
	var raw []byte
	var err error
	if w.put {
		raw, err = json.Marshal(v)
	}
	w.bytes(&raw)
	if !w.put && w.err == nil {
		err = json.Unmarshal(raw, v)
	}
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("an event on the child's socket: %w", err)
	}
}

func (w *wire) call(c *journal.Call) {
	w.str(&c.Name)
	for i := range w.size(len(c.Args)) {
		if !w.put {
			c.Args = append(c.Args, journal.Arg{})
		}
		w.str(&c.Args[i].Name)
		w.str(&c.Args[i].Value)
	}
	w.int(&c.Ret)
	w.str(&c.Errno)
	w.int(&c.DurUS)
	w.str(&c.Man)
	w.str(&c.Sh)
	w.str(&c.Held)
}

func (w *wire) write(f *journal.Write) {
	for _, s := range []*string{&f.Path, &f.Before, &f.Value, &f.After, &f.Errno, &f.Man, &f.Sh, &f.Held} {
		w.str(s)
	}
	w.int(&f.DurUS)
}

func (w *wire) note(n *journal.Note) {
	w.str(&n.About)
	w.str(&n.Key)
	w.str(&n.Text)
	size := w.size(len(n.Args))
	if w.put {
		for k, v := range n.Args {
			w.str(&k)
			w.str(&v)
		}
		return
	}
	for range size {
		var k, v string
		w.str(&k)
		w.str(&v)
		if n.Args == nil {
			n.Args = map[string]string{}
		}
		n.Args[k] = v
	}
}

func (w *wire) gate(g *journal.Gate) {
	w.str(&g.State)
	w.str(&g.At)
	if set(w, &g.Call) {
		w.call(g.Call)
	}
	if set(w, &g.Write) {
		w.write(g.Write)
	}
}
