package stages

import (
	"errors"
	"fmt"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// Forwarded are the signals that mean nothing to glassbox, whoever sends them: they are
// the program's. Not so the real-time ones: to have a handler for each of the thirty
// takes a millisecond of every start; the one that an image names to be stopped by
// (STOPSIGNAL) is sent by glassbox itself.
func Forwarded() []os.Signal {
	return []os.Signal{unix.SIGUSR1, unix.SIGUSR2, unix.SIGALRM, unix.SIGIO, unix.SIGPWR}
}

// follow waits for the engine's second self, hands on the signals that it does
// not get by itself, and returns its exit status. What is orphaned below comes to
// this process: if the second self was killed, it is what the container left.
func follow(k *kernel.Kernel, p *os.Process) (int, error) {
	left, err := k.Adopt()
	if err != nil {
		return 125, err
	}
	tty, _ := os.OpenFile("/dev/tty", os.O_RDONLY|unix.O_NOCTTY, 0)
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, append(Forwarded(), unix.SIGINT, unix.SIGQUIT, unix.SIGHUP, unix.SIGTERM)...)
	go func() {
		for s := range signals {
			if !shared(s, tty) {
				_ = p.Signal(s)
			}
		}
	}()
	ws, err := waitAll(p.Pid)
	signal.Stop(signals)
	if err != nil {
		return 125, err
	}
	if !ws.Signaled() {
		return ws.ExitStatus(), nil
	}
	k.KillOrphans(left)
	return 128 + int(ws.Signal()), nil
}

// waitAll reaps every child that ends, until it is the one that is meant.
func waitAll(pid int) (unix.WaitStatus, error) {
	for {
		var ws unix.WaitStatus
		got, err := unix.Wait4(-1, &ws, 0, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return ws, fmt.Errorf("wait for the engine's second self: %w", err)
		case got == pid:
			return ws, nil
		}
	}
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
