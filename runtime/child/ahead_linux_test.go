package child

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// TestAhead: what is asked for ahead is done before anybody waits for it, and is not
// asked for twice; nothing else is asked for before it has been waited for.
func TestAhead(t *testing.T) {
	e, engine, _ := late(t)
	if err := engine.Ahead("namespaces", "args"); err != nil {
		t.Fatal(err)
	}
	var r request
	if err := e.c.request(&r); err != nil || r.Do != "namespaces" {
		t.Fatalf("the child was asked for %q (%v) before the engine waits", r.Do, err)
	}
	if err := engine.Ask("rootfs", nil, nil, nil); err == nil || !strings.Contains(err.Error(), "namespaces") {
		t.Errorf("rootfs was asked for meanwhile: %v", err)
	}
	halves := map[string]Inside{"namespaces": func(*In) (any, error) { return nil, unix.EPERM }}
	if err := e.done(answer(halves, kernel.New(e, journal.Child), e, &r)); err != nil {
		t.Fatal(err)
	}
	if err := engine.Ask("namespaces", "args", nil, nil); !errors.Is(err, unix.EPERM) {
		t.Errorf("what the half said, waited for: %v", err)
	}
	if err := unix.SetNonblock(e.c.fd, true); err != nil {
		t.Fatal(err)
	}
	if err := e.c.request(&r); !errors.Is(err, unix.EAGAIN) {
		t.Errorf("it was asked again: for %q (%v)", r.Do, err)
	}
}
