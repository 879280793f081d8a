package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// record makes a run's journal go to a file of the person's as well, which is made anew,
// mode 0600.
func record(w *journal.Writer, path string) error {
	// O_NONBLOCK: opening a FIFO would wait for a reader; without one it fails with ENXIO: see fifo(7).
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|unix.O_NONBLOCK, 0o600)
	if errors.Is(err, unix.ENXIO) {
		return fmt.Errorf("record the run: nobody reads the pipe %s: start its reader first, or name a file", path)
	}
	if err != nil {
		return fmt.Errorf("record the run: %w", err)
	}
	return w.Record(f)
}
