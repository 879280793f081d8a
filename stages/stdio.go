package stages

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// stdio is the program's three descriptors, and what moves their bytes: each is
// a pipe whose other end we hold, as a shim holds it.
type stdio struct {
	child []*os.File // what the child gets: 0, 1, 2
	in    *os.File   // our end of stdin, or nil
	out   []*os.File // our ends of stdout and stderr
	tty   *os.File   // the terminal's master, once the child has sent it
	pumps sync.WaitGroup
	once  sync.Once

	mu   sync.Mutex
	sink io.Writer // where a terminal's output goes besides the journal, while somebody is attached
}

func openStdio(r *Run) (*stdio, error) {
	s := &stdio{}
	in, err := s.stdin(r.Plan.Spec.Process.Terminal, r.Plan.Ask.Stdin && r.Stdin != nil)
	if err != nil {
		return nil, fmt.Errorf("make the pipe for standard input: %w", err)
	}
	s.child = append(s.child, in)
	for range 2 {
		ours, theirs, err := os.Pipe()
		if err != nil {
			s.close()
			return nil, fmt.Errorf("make the pipes for the program's output: %w", err)
		}
		s.out, s.child = append(s.out, ours), append(s.child, theirs)
	}
	return s, nil
}

func (s *stdio) stdin(tty, wanted bool) (*os.File, error) {
	if tty || !wanted {
		return os.OpenFile(os.DevNull, os.O_RDONLY, 0)
	}
	theirs, ours, err := os.Pipe()
	s.in = ours
	return theirs, err
}

// start closes the child's ends here and begins to move what it writes.
func (s *stdio) start(r *Run) {
	for _, f := range s.child {
		_ = f.Close()
	}
	s.child = nil
	for i, name := range []string{"stdout", "stderr"} {
		s.pump(r, s.out[i], name, []io.Writer{r.Stdout, r.Stderr}[i])
	}
}

// terminal takes over the master of the program's terminal.
func (s *stdio) terminal(r *Run, master *os.File) {
	s.tty, s.sink = master, r.Stdout
	s.pump(r, master, "tty", s)
}

// feed hands standard input on to the program, from when there is one: of what is in
// the pipe of a stage that fails and is tried again, nothing would come back.
func (s *stdio) feed(r *Run) {
	switch { // not waited for: it may hang in a read of a terminal
	case s.in != nil:
		go func() {
			_, _ = io.Copy(s.in, r.Stdin)
			_ = s.in.Close()
		}()
	case s.tty != nil && r.Plan.Ask.Stdin && r.Stdin != nil:
		go TypeIn(s.tty, r.Stdin)
	}
}

// Write hands the terminal's output to who is attached.
func (s *stdio) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sink == nil {
		return len(b), nil
	}
	return s.sink.Write(b)
}

func (s *stdio) pump(r *Run, from *os.File, stream string, to io.Writer) {
	s.pumps.Add(1)
	go func() {
		defer s.pumps.Done()
		log := &keeper{journal: r.Journal, stream: stream}
		buf := make([]byte, 32<<10)
		for {
			n, err := from.Read(buf)
			if n > 0 {
				log.write(buf[:n])
				if to != nil {
					if _, e := to.Write(buf[:n]); errors.Is(e, syscall.EPIPE) {
						to = nil // nobody reads any more; the journal still does
					}
				}
			}
			if err != nil { // a terminal's master says EIO when the last slave is closed
				log.flush()
				return
			}
		}
	}()
}

// drain waits until everything that the program wrote has been read.
func (s *stdio) drain() {
	if s != nil {
		s.pumps.Wait()
	}
}

// cut ends the reading of what the program wrote, though somebody may write more.
func (s *stdio) cut() {
	for _, f := range append(s.out, s.tty) {
		_ = f.Close() // nil is an error like any other
	}
}

func (s *stdio) close() {
	if s == nil {
		return
	}
	s.once.Do(func() {
		for _, f := range s.child {
			_ = f.Close()
		}
		if s.in != nil {
			_ = s.in.Close()
		}
		s.pumps.Wait()
		for _, f := range s.out {
			_ = f.Close()
		}
		if s.tty != nil {
			_ = s.tty.Close()
		}
	})
}

// ErrDetached says that somebody left the program's terminal with ctrl-p ctrl-q.
var ErrDetached = errors.New("detached")

// Attach connects in and out with the program's own terminal until the keys
// ctrl-p ctrl-q, which return ErrDetached, or the program's end.
func (r *Run) Attach(in io.Reader, out io.Writer) error {
	s := r.stdio
	if s == nil || s.tty == nil {
		return errors.New("the program has no terminal: start it with -it")
	}
	s.mu.Lock()
	before := s.sink
	s.sink = out
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.sink = before
		s.mu.Unlock()
	}()
	typed := make(chan error, 1)
	go func() { typed <- typing(s.tty, in) }()
	select {
	case err := <-typed:
		return err
	case <-r.ended:
		return nil
	}
}

// The keys that leave a terminal, as in docker.
const ctrlP, ctrlQ = 0x10, 0x11

// typing hands keys on until the detach keys. A single ctrl-p is handed on with
// the key that follows it.
func typing(to io.Writer, in io.Reader) error {
	buf, held := make([]byte, 1024), false
	for {
		n, err := in.Read(buf)
		out := make([]byte, 0, n+1)
		for _, b := range buf[:n] {
			switch {
			case held && b == ctrlQ:
				_, _ = to.Write(out)
				return ErrDetached
			case held:
				held = false
				out = append(out, ctrlP, b)
			case b == ctrlP:
				held = true
			default:
				out = append(out, b)
			}
		}
		if _, e := to.Write(out); e != nil {
			return nil //nolint:nilerr // the program's terminal is gone: it has ended
		}
		if err != nil {
			return err
		}
	}
}

// own gives the pipes to the container's root, where that is another user of the
// host, so that the program may open /dev/stdout. Devices are left alone: they are the host's.
func (s *stdio) own(root int) {
	if root == 0 {
		return
	}
	for _, f := range s.child {
		var st unix.Stat_t
		if unix.Fstat(int(f.Fd()), &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFIFO {
			_ = unix.Fchown(int(f.Fd()), root, root) // refused, the program can still use what it has open
		}
	}
}
