package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/stages"
)

// TestFaultClock lets the machine's clock jump, ahead and back beyond the boot, while
// a container runs, and between the death of an engine and the clean after it.
func TestFaultClock(t *testing.T) {
	if os.Getenv("GLASSBOX_PLACE") != "vm-root" {
		t.Skip("needs vm: the clock of everybody here would jump")
	}
	if !alone(t) {
		return
	}
	root := filepath.Join(t.TempDir(), "store")
	must(t, os.MkdirAll(stages.Default().State, 0o700))
	_, _ = killAt(t, root, 1<<20, pidOne) // the store is made
	before, ids, began := host(t, root, nil), map[string]bool{}, time.Now()
	defer func() { setClock(t, began.Round(0).Add(time.Since(began))) }() // the latter by the monotonic clock
	jumps := []time.Duration{time.Hour, -2 * time.Hour, 10 * 365 * 24 * time.Hour, -30 * 365 * 24 * time.Hour}
	for _, jump := range jumps {
		c := exec.Command(program, "run", "--quiet", "--root", root, "demo", "sh", "-c", "echo ready; sleep 0.5; echo done")
		out, err := c.StdoutPipe()
		must(t, err)
		must(t, c.Start())
		if _, err := out.Read(make([]byte, 16)); err != nil {
			t.Fatal(err)
		}
		setClock(t, time.Now().Add(jump))
		if err := c.Wait(); err != nil {
			t.Errorf("the clock jumped by %v while it ran: %v", jump, err)
		}
		asBefore(t, "after a jump by "+jump.String(), root, before, ids)
		k, ok := killAt(t, root, 120, engine)
		ids[k.id] = true
		if !ok {
			t.Fatal("the run was too short")
		}
		setClock(t, time.Now().Add(jump))
		if r := run(t, "clean", "--root", root); r.code != 0 {
			t.Errorf("clean after a jump by %v: status %d\n%s", jump, r.code, r.err)
		}
		asBefore(t, "killed before a jump by "+jump.String(), root, before, ids)
	}
	t.Logf("FIGURE the clock jumped %d times, up to 30 years: 0 traces after clean", 2*len(jumps))
}

func setClock(t *testing.T, to time.Time) {
	t.Helper()
	ts := unix.NsecToTimespec(to.UnixNano())
	must(t, unix.ClockSettime(unix.CLOCK_REALTIME, &ts))
}
