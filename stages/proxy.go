package stages

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// follow waits for the engine's second self, hands on the signals that it does
// not get by itself, and returns its exit status.
func follow(p *os.Process) (int, error) {
	tty, _ := os.OpenFile("/dev/tty", os.O_RDONLY|unix.O_NOCTTY, 0)
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, unix.SIGINT, unix.SIGQUIT, unix.SIGHUP, unix.SIGTERM, unix.SIGUSR1, unix.SIGUSR2)
	go func() {
		for s := range signals {
			if !shared(s, tty) {
				_ = p.Signal(s)
			}
		}
	}()
	st, err := p.Wait()
	signal.Stop(signals)
	if err != nil {
		return 125, err
	}
	return ExitCode(st), nil
}

// shared tells whether a signal comes from a terminal, which sends it to each
// process of its foreground group: then the second self has it already.
func shared(s os.Signal, tty *os.File) bool {
	if tty == nil || s != unix.SIGINT && s != unix.SIGQUIT && s != unix.SIGHUP {
		return false
	}
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err != nil || group == unix.Getpgrp() // an error: the terminal has hung up
}
