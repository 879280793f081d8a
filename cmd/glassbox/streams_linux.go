package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// lull is how long, after the end of a program, more of its output may keep one
// waiting: what it left behind in the container may hold the pipe open for ever.
const lull = 250 * time.Millisecond

// streams are pipes between our own standard streams and a program that joins a
// container. Ours are not handed in: they may be a terminal, into which a stranger
// could type (TIOCSTI), or a file of the host's.
type streams struct {
	theirs []*os.File // the program's ends: 0, 1, 2
	ours   []*os.File
	stdin  bool
	ended  atomic.Bool
	pumps  sync.WaitGroup
}

// openStreams makes the pipes. Without stdin the program reads nothing.
func openStreams(stdin bool) (*streams, error) {
	s := &streams{stdin: stdin}
	for i := range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			s.close()
			return nil, fmt.Errorf("make the pipes to the program: %w", err)
		}
		if i == 0 {
			r, w = w, r
		}
		s.ours, s.theirs = append(s.ours, r), append(s.theirs, w)
	}
	return s, nil
}

// start moves bytes, once the program's ends have been handed over.
func (s *streams) start() {
	for _, f := range s.theirs {
		_ = f.Close()
	}
	if s.ours == nil {
		return
	}
	if s.stdin {
		go func() { // not waited for: it may hang in a read of a terminal
			_, _ = io.Copy(s.ours[0], os.Stdin)
			_ = s.ours[0].Close()
		}()
	} else {
		_ = s.ours[0].Close()
	}
	s.pumps.Go(func() { s.pump(stdout, s.ours[1]) })
	s.pumps.Go(func() { s.pump(stderr, s.ours[2]) })
}

func (s *streams) pump(to io.Writer, from *os.File) {
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		_, _ = to.Write(b[:n])
		if err != nil {
			return
		}
		if s.ended.Load() {
			_ = from.SetReadDeadline(time.Now().Add(lull))
		}
	}
}

// drain waits, when the program has ended, until what it wrote has been copied.
func (s *streams) drain() {
	s.ended.Store(true)
	for _, f := range s.ours {
		_ = f.SetReadDeadline(time.Now().Add(lull))
	}
	s.pumps.Wait()
}

func (s *streams) close() {
	for _, f := range append(s.ours, s.theirs...) {
		_ = f.Close()
	}
}
