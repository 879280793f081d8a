package main

import (
	"errors"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// outlet is a standard stream of ours. In `glassbox run … | head` its reader goes
// away. By itself Go's runtime would end the process then, and leave a container
// behind: here it is as if somebody had pressed Ctrl-C twice. The file is not embedded:
// its other ways to write would go past Write.
type outlet struct{ f *os.File }

var stdout, stderr = outlet{os.Stdout}, outlet{os.Stderr}

func (o outlet) Write(b []byte) (int, error) {
	n, err := o.f.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		lose()
	}
	return n, err
}

// brokenPipe is what a shell calls the end by SIGPIPE.
const brokenPipe = 128 + int(syscall.SIGPIPE)

// lost is closed when nobody reads a standard stream of ours any more.
var (
	lost = make(chan struct{})
	lose = sync.OnceFunc(func() { close(lost) })
)

// keepPipes has writes to a pipe without a reader fail, instead of ending us; where
// it is a standard stream, first gets two signals.
func keepPipes(first chan<- os.Signal) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		<-lost
		first <- syscall.SIGPIPE
		first <- syscall.SIGPIPE
	}()
}

// unread tells whether nobody reads a standard stream of ours.
func unread() bool {
	select {
	case <-lost:
		return true
	default:
		return false
	}
}
