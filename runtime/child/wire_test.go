package child

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// pair is a socket with a conn at each end.
func pair(t *testing.T) (child, engine *conn) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = unix.Close(fds[0]), unix.Close(fds[1]) })
	return &conn{fd: fds[0]}, &conn{fd: fds[1]}
}

// TestEventsSurvive sends events whose every field has something or nothing in
// it: a field that the wire forgets is lost.
func TestEventsSurvive(t *testing.T) {
	child, engine := pair(t)
	r := rand.New(rand.NewPCG(3, 4))
	kinds := []journal.Kind{journal.KindCall, journal.KindWrite, journal.KindUndo, journal.KindNote, journal.KindOutput}
	for i := range 2000 {
		e := journal.Event{Kind: kinds[i%len(kinds)], T: time.Unix(r.Int64N(4e9), r.Int64N(1e9)), Stage: "rootfs", Side: journal.Child}
		switch e.Kind {
		case journal.KindCall:
			e.Call = random[journal.Call](r)
		case journal.KindWrite:
			e.Write = random[journal.Write](r)
		case journal.KindNote:
			e.Note = random[journal.Note](r)
		case journal.KindUndo: // the engine gives it all but these two
			e.Undo = &journal.Undo{Op: "rmdir", Target: "/x"}
		case journal.KindOutput:
			e.Output = random[journal.Output](r)
		}
		if err := child.tell(&message{Event: &e}); err != nil {
			t.Fatal(err)
		}
		var m message
		if err := engine.message(&m); err != nil {
			t.Fatal(err)
		}
		if want := (message{Event: &e}); text(m) != text(want) {
			t.Fatalf("sent\n%s\ncame\n%s", text(want), text(m))
		}
	}
}

// TestMessagesSurvive sends one of each other message, and requests.
func TestMessagesSurvive(t *testing.T) {
	child, engine := pair(t)
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		for _, want := range []message{
			{Exec: random[journal.Call](r)},
			{Gate: &journal.Gate{State: journal.Waiting, At: "call", Call: random[journal.Call](r)}},
			{Gate: &journal.Gate{State: journal.Waiting, At: "call", Write: random[journal.Write](r)}},
			{Done: random[done](r)},
			{File: "console"},
		} {
			if err := child.tell(&want); err != nil {
				t.Fatal(err)
			}
			var m message
			if err := engine.message(&m); err != nil {
				t.Fatal(err)
			}
			if text(m) != text(want) {
				t.Fatalf("sent\n%s\ncame\n%s", text(want), text(m))
			}
		}
		want := *random[request](r)
		if err := engine.ask(&want); err != nil {
			t.Fatal(err)
		}
		var got request
		if err := child.request(&got); err != nil {
			t.Fatal(err)
		}
		if text(got) != text(want) {
			t.Fatalf("sent\n%s\ncame\n%s", text(want), text(got))
		}
	}
}

// TestLongAndMany: messages longer than what is read at once, and several that
// come in one piece.
func TestLongAndMany(t *testing.T) {
	child, engine := pair(t)
	sizes := []int{0, 1, room - 9, room - 8, room, 3 * room, 5, 40 * room, 7}
	go func() {
		for _, n := range sizes {
			_ = child.tell(&message{File: strings.Repeat("x", n)})
		}
	}()
	for _, n := range sizes {
		var m message
		if err := engine.message(&m); err != nil || len(m.File) != n {
			t.Fatalf("%d bytes were sent, %d came: %v", n, len(m.File), err)
		}
	}
}

// TestTooLong: the engine takes no message that would fill its memory.
func TestTooLong(t *testing.T) {
	child, engine := pair(t)
	if _, err := unix.Write(child.fd, []byte{0xff, 0xff, 0xff, 0xff}); err != nil {
		t.Fatal(err)
	}
	if err := engine.message(&message{}); err == nil || !strings.Contains(err.Error(), "4294967295 bytes") {
		t.Errorf("a message of 4 GiB: %v", err)
	}
}

// FuzzWire: no frame does harm, and what can be read is the same when it is
// written and read again.
func FuzzWire(f *testing.F) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, m := range []message{
		{Event: &journal.Event{Kind: journal.KindCall, Call: random[journal.Call](r)}},
		{Event: &journal.Event{Kind: journal.KindNote, Note: random[journal.Note](r)}},
		{Gate: &journal.Gate{Write: random[journal.Write](r)}},
		{Done: &done{Err: "no"}},
	} {
		w := wire{put: true}
		w.message(&m)
		f.Add(w.b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var m, again message
		w := wire{b: b}
		if w.message(&m); w.err != nil {
			return
		}
		out := wire{put: true}
		if out.message(&m); out.err != nil {
			return // a time that JSON has no form for
		}
		in := wire{b: out.b}
		if in.message(&again); in.err != nil || text(again) != text(m) {
			t.Errorf("%v\n%s\n%s", in.err, text(m), text(again))
		}
	})
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// random is a T with something or nothing in each field.
func random[T any](r *rand.Rand) *T {
	v := new(T)
	s := reflect.ValueOf(v).Elem()
	for i := range s.NumField() {
		if r.IntN(3) == 0 {
			continue
		}
		switch f := s.Field(i); f.Interface().(type) {
		case string:
			f.SetString([]string{"mount", "수프", "a\x00b", strings.Repeat("y", 200)}[r.IntN(4)])
		case *string:
			f.Set(reflect.ValueOf(&[]string{"out"}[0]))
		case int64:
			f.SetInt(r.Int64() - r.Int64())
		case bool:
			f.SetBool(true)
		case []byte:
			f.SetBytes([]byte{0xff, 0})
		case json.RawMessage:
			f.Set(reflect.ValueOf(json.RawMessage(`{"a":[1,2]}`)))
		case []journal.Arg:
			f.Set(reflect.ValueOf([]journal.Arg{{Name: "flags", Value: "MS_BIND"}, {}}))
		case map[string]string:
			f.Set(reflect.ValueOf(map[string]string{"a": "b", "": "c"}))
		default:
			panic("a field of a kind that this test does not fill: " + f.Type().String())
		}
	}
	return v
}
