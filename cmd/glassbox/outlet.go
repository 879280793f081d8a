package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
)

// outlet is a standard stream of ours. In `glassbox run … | head` its reader goes
// away. By itself Go's runtime would end the process then, and leave a container
// behind: here it is as if somebody had pressed Ctrl-C twice. The file is not embedded:
// its other ways to write would go past Write.
type outlet struct {
	f     *os.File
	asked bool // what was asked for goes there: what is lost of it is told, and is no success
}

var stdout, stderr = outlet{os.Stdout, true}, outlet{os.Stderr, false}

// account is standard error where --plain tells a run there.
var account = outlet{os.Stderr, true}

func (o outlet) Write(b []byte) (int, error) {
	n, err := o.f.Write(b)
	switch {
	case errors.Is(err, syscall.EPIPE):
		lose()
	case err != nil && o.asked:
		missed.CompareAndSwap(nil, &err)
	}
	return n, err
}

// missed is why some of what was asked for is not there: a full disk, as a rule.
var missed atomic.Pointer[error]

// whole says so where something is missing, and what status that makes of one.
func whole(code int) int {
	err := missed.Load()
	if err == nil {
		return code
	}
	say(fmt.Errorf("not all could be printed: %w", *err).Error())
	if code == 0 {
		return 125
	}
	return code
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
