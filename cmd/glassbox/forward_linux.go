package main

import (
	"os"
	"os/signal"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"

	"glassbox/stages"
)

// forward hands signals on to the program, until glassbox ends: those that don't end
// glassbox itself. To give them back one by one would only keep that end waiting.
func forward(r *stages.Run) {
	c := make(chan os.Signal, 8)
	signal.Notify(c, append(stages.Forwarded(), unix.SIGWINCH, unix.SIGQUIT, unix.SIGCONT)...)
	go func() {
		for s := range c {
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
