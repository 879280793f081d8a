package main

import (
	"os"
	"os/signal"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"

	"glassbox/stages"
)

// hearing gets the signals that are the program's and not glassbox's own.
type hearing struct {
	signals chan os.Signal
	ready   chan struct{}
}

// hear begins to, while the run's directory is made (see interrupts for what it takes),
// and goes on until glassbox ends: to give signals back one by one would only keep that
// end waiting.
func hear() hearing {
	h := hearing{make(chan os.Signal, 16), make(chan struct{})}
	go func() {
		signal.Notify(h.signals, append(stages.Forwarded(), unix.SIGWINCH, unix.SIGQUIT, unix.SIGCONT)...)
		close(h.ready)
	}()
	return h
}

// forward hands them on to the program. From now on none ends glassbox.
func (h hearing) forward(r *stages.Run) {
	<-h.ready
	go func() {
		for s := range h.signals {
			if s == unix.SIGWINCH {
				if cols, rows, err := term.GetSize(os.Stdout.Fd()); err == nil {
					r.Resize(uint16(rows), uint16(cols))
				}
				continue
			}
			_ = r.Signal(s)
		}
	}()
}
