package child

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// kept are the events that reach the journal.
type kept struct{ list []string }

func (k *kept) Emit(e journal.Event) uint64 {
	k.list = append(k.list, e.Call.Name)
	return 0
}

// late is a child that writes into its ledger, and the engine's end of it.
func late(t *testing.T) (e *emitter, engine *Child, events *kept) {
	t.Helper()
	child, ours := pair(t)
	notes, err := newLedger()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = notes.f.Close() })
	child.notes = int(notes.f.Fd())
	events = &kept{}
	return &emitter{c: child, late: true}, &Child{c: ours, k: kernel.New(events, journal.Host), notes: notes}, events
}

func (e *emitter) call(name string) {
	e.Emit(journal.Event{Kind: journal.KindCall, Call: &journal.Call{Name: name}})
}

// TestLedger: events that are written late come all, in their order, before what
// is sent after them.
func TestLedger(t *testing.T) {
	e, engine, events := late(t)
	var want []string
	for i := range 3000 { // several times what is read at once
		name := fmt.Sprintf("call%d", i) + strings.Repeat("x", i%40)
		want = append(want, name)
		e.call(name)
	}
	e.late = false
	e.call("sent")
	if len(events.list) > 0 {
		t.Fatal("somebody was woken for a late event")
	}
	if err := e.c.tell(&message{Done: &done{}}); err != nil {
		t.Fatal(err)
	}
	if err := engine.follow("rootfs", nil, nil); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(events.list, " "); got != strings.Join(append(want, "sent"), " ") {
		t.Errorf("%d events of %d came, the last is %s", len(events.list), len(want)+1, events.list[len(events.list)-1])
	}
}

// TestLedgerIsReadMeanwhile: a long half wakes the engine seldom, and then what it
// did so far can be read.
func TestLedgerIsReadMeanwhile(t *testing.T) {
	e, engine, events := late(t)
	for range 3 * seldom {
		e.call("mount")
	}
	for range 3 {
		var m message
		if err := engine.c.message(&m); err != nil || m.Event != nil || m.Done != nil {
			t.Fatalf("woken by %+v, %v", m, err)
		}
	}
	if err := engine.read(); err != nil || len(events.list) != 3*seldom {
		t.Errorf("%d events of %d are there, %v", len(events.list), 3*seldom, err)
	}
}

// TestLedgerOfADead: what a child had done is known, whatever ended it, and in
// the middle of what.
func TestLedgerOfADead(t *testing.T) {
	e, engine, events := late(t)
	e.call("mount")
	e.call("pivot_root")
	frame, err := e.c.frame(func(w *wire) { w.message(&message{Event: &journal.Event{Kind: journal.KindCall}}) })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unix.Write(e.c.notes, frame[:len(frame)-1]); err != nil {
		t.Fatal(err)
	}
	if err := unix.Shutdown(e.c.fd, unix.SHUT_RDWR); err != nil {
		t.Fatal(err)
	}
	if err := engine.follow("rootfs", nil, nil); !errors.Is(err, ErrGone) {
		t.Errorf("the child is gone, and the engine says %v", err)
	}
	if got := strings.Join(events.list, " "); got != "mount pivot_root" {
		t.Errorf("of mount and pivot_root the journal tells %q", got)
	}
}

// TestLedgerRefusesNonsense: the child may be a stranger by now.
func TestLedgerRefusesNonsense(t *testing.T) {
	for _, b := range []string{"\xff\xff\xff\xff", "\x00\x00\x00\x02\xff\xff"} {
		e, engine, _ := late(t)
		if _, err := unix.Write(e.c.notes, []byte(b)); err != nil {
			t.Fatal(err)
		}
		if err := engine.read(); err == nil {
			t.Errorf("%q was taken for events", b)
		}
	}
}
