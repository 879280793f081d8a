package child

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
	"glassbox/runtime/observe"
)

// Name is the child's argv[0]: stages/inside looks for it before main begins.
const Name = "glassbox-init"

// socketFD is where the child finds its socket.
const socketFD = 3

// guardFD is a pidfd of the container's PID 1 in the process that is to kill it
// when the engine ends. PID 1's own PR_SET_PDEATHSIG does not last: it is lost
// when the program changes its user, or executes another from a thread that is
// not the first.
const guardFD = 4

// rest is the word to such a process that it is to kill PID 1's neighbours, too.
const rest = "rest"

// guarding tells whether this process is that one; it must then outlive the engine.
func guarding() bool {
	return unix.PidfdSendSignal(guardFD, 0, nil, 0) == nil && unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0) == nil //nolint:forbidigo // it only asks, and is its own
}

// observing is the request for what a program here would read.
const observing = "observe"

// Inside is a stage's half that runs in the container. args are the plain
// arguments that the engine sent; what it returns goes back likewise.
type Inside func(in *In) (any, error)

// In is what an Inside half gets.
type In struct {
	K     *kernel.Kernel
	Args  []byte // see Encode
	Files []int  // descriptors that came along: AskWith
	c     *conn
	mu    *sync.Mutex
}

// Decode reads the arguments into v.
func (in *In) Decode(v any) error {
	if err := decode(in.Args, v); err != nil {
		return fmt.Errorf("decode the arguments of the half inside: %w", err)
	}
	return nil
}

// Send hands an open file to the engine, under a name.
func (in *In) Send(name string, fd int) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.c.tell(&message{File: name}, fd)
}

// Serve answers the engine until the socket ends or execve(2) replaces the
// process. It never returns. The main thread must be locked.
func Serve(halves map[string]Inside) {
	c := &conn{fd: socketFD, notes: ledgerFD}
	unix.CloseOnExec(socketFD)
	unix.CloseOnExec(ledgerFD)
	// Executed through a descriptor, the process would be called by its number.
	name, _ := unix.BytePtrFromString(Name)
	_ = unix.Prctl(unix.PR_SET_NAME, uintptr(unsafe.Pointer(name)), 0, 0, 0) //nolint:forbidigo // its own name, before there is a stage
	guards := guarding()
	e := &emitter{c: c}
	k := kernel.New(e, journal.Child)
	hidden := hide()
	for {
		var r request
		if err := c.request(&r); err != nil {
			if guards {
				_ = unix.PidfdSendSignal(guardFD, unix.SIGKILL, nil, 0) //nolint:forbidigo // nobody is left to record it
				if slices.Contains(os.Args, rest) {
					kernel.KillNeighbours()
				}
			}
			os.Exit(125) // the engine is gone: its end is ours
		}
		hidden = hidden || hide()
		e.late, e.waited = r.Late, 0
		if e.done(answer(halves, k, e, &r)) != nil {
			os.Exit(125)
		}
	}
}

// done ends a request.
func (e *emitter) done(v any, err error) error {
	m := message{Done: &done{}, Waited: e.waited.Microseconds()}
	if v != nil && err == nil {
		m.Done.Value, err = Encode(v)
	}
	if err != nil {
		m.Done.Err = err.Error()
		var n unix.Errno
		if errors.As(err, &n) {
			m.Done.Errno = int64(n)
		}
		var k *kernel.Error
		if errors.As(err, &k) {
			m.Done.Mend = k.Mend
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.c.tell(&m)
}

// hide keeps the container's programs from this process, as crun and runc do: who
// is not dumpable can't be traced, and its descriptors and memory can't be opened,
// until execve(2) replaces it (CVE-2016-9962). Not before the maps of its user
// namespace are written, since its files in /proc are nobody's then. See
// proc(5) and PR_SET_DUMPABLE(2const).
func hide() bool {
	m, err := os.ReadFile("/proc/self/uid_map")
	if err == nil && len(m) == 0 {
		return false
	}
	return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) == nil //nolint:forbidigo // its own, before there is a stage
}

func answer(halves map[string]Inside, k *kernel.Kernel, e *emitter, r *request) (any, error) {
	if r.Do == observing {
		var pids []int
		_ = decode(r.Args, &pids)
		return observe.Inside(pids), nil
	}
	half := halves[r.Do]
	if half == nil {
		return nil, fmt.Errorf("the child knows no stage %q", r.Do)
	}
	k = k.Stage(r.Do)
	if r.Step {
		k = k.WithGate(e.wait)
	}
	files := e.c.fds
	e.c.fds = nil
	return half(&In{K: k, Args: r.Args, Files: files, c: e.c, mu: &e.mu})
}

// emitter sends events to the engine, which numbers them.
type emitter struct {
	mu   sync.Mutex
	c    *conn
	late bool
	told int // events in the ledger

	waited time.Duration // at gates, since the request
}

// seldom is after how many late events the engine is woken.
const seldom = 32

// Emit implements journal.Emitter.
func (e *emitter) Emit(ev journal.Event) uint64 {
	if ev.T.IsZero() {
		ev.T = time.Now()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	m := &message{Event: &ev}
	if e.late && ev.Undo == nil && e.c.note(m) == nil { // an inverse must be known before its call is made
		if e.told++; e.told%seldom == 0 { // the engine reads beside our work, not after it
			_ = e.c.tell(&message{})
		}
		return 0
	}
	_ = e.c.tell(m)
	return 0
}

// Executing implements kernel.Executing.
func (e *emitter) Executing(c journal.Call, _ time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_ = e.c.tell(&message{Exec: &c, Waited: e.waited.Microseconds()})
}

// wait stays at a gate until it opens; the engine may have a look meanwhile.
func (e *emitter) wait(g journal.Gate) error {
	began := time.Now()
	defer func() { e.waited += time.Since(began) }()
	e.mu.Lock()
	err := e.c.tell(&message{Gate: &g})
	e.mu.Unlock()
	for err == nil {
		var r request
		if err = e.c.request(&r); err != nil {
			break
		}
		switch {
		case r.End != "":
			return errors.New(r.End)
		case r.Go:
			return nil
		case r.Do == observing:
			err = e.done(answer(nil, nil, e, &r))
		}
	}
	return err
}
