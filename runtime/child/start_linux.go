package child

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// Child is the engine's end of the first process in the container.
type Child struct {
	Process *os.Process

	mu    sync.Mutex  // one request at a time
	held  atomic.Bool // it waits at a gate
	k     *kernel.Kernel
	c     *conn
	sock  *os.File
	files map[string]*os.File
	root  string // see Options
	notes *ledger
	late  func() bool // see Options
	ahead string      // the stage that has been asked for and not yet been waited for

	shut  time.Duration // gates were, since the request
	extra time.Duration // see Extra
}

// Options say how the child begins.
type Options struct {
	Flags   uintptr     // CLONE_NEWPID, CLONE_NEWUSER …
	Stdio   []*os.File  // its descriptors 0, 1, 2: the pipes that the program will have
	Pids    string      // the pid namespace to be born into: /proc/PID/ns/pid; "" = the engine's, or a new one
	Ambient []uintptr   // capabilities kept over the child's own execve(2): with CLONE_NEWUSER
	Group   *os.File    // the cgroup of version 2 to be born in; nil = the engine's
	Exe     *os.File    // glassbox itself, opened so that nobody inside can write to it
	Late    func() bool // whether events may come with the end of a half, since nobody watches; nil = no
	Root    string      // below it the halves inside may plan to remove what they make; "" = nowhere
}

// ErrGone says that the child ended before it answered.
var ErrGone = errors.New("the container's first process ended before its time")

// Start makes the first process of the container. It is killed when the engine
// ends: the calling goroutine gets a thread for good, since the kernel watches
// the thread that called clone(2) (PR_SET_PDEATHSIG(2const)).
func Start(k *kernel.Kernel, o Options) (*Child, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("make the child's socket: %w", err)
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "child"), os.NewFile(uintptr(fds[1]), "engine")
	defer theirs.Close()
	notes, err := newLedger()
	if err != nil {
		_ = ours.Close()
		return nil, err
	}
	var p *os.Process
	made := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the engine
		if err := among(k, o.Pids); err != nil {
			made <- err
			return
		}
		var err error
		p, err = k.Clone(kernel.Program{
			Path: fmt.Sprintf("/proc/self/fd/%d", o.Exe.Fd()), Shown: "glassbox (as " + Name + ")",
			Argv: []string{Name}, Env: []string{"GOGC=off", "GOMAXPROCS=1", "GODEBUG=asyncpreemptoff=1,containermaxprocs=0,updatemaxprocs=0"},
			Files: append(o.Stdio[:3:3], theirs, nil, notes.f), Flags: o.Flags, Ambient: o.Ambient, Group: o.Group,
			// Born into another pid namespace it sees parent 0, which Go takes for a dead parent. It ends with our socket anyway.
			Dies: o.Pids == "",
		})
		made <- err
		select {}
	}()
	if err := <-made; err != nil {
		_, _ = ours.Close(), notes.f.Close()
		return nil, err
	}
	return &Child{
		Process: p, k: k, c: &conn{fd: fds[0]}, sock: ours, files: map[string]*os.File{}, root: o.Root, notes: notes, late: o.Late,
	}, nil
}

// among lets the calling thread's children be born in a pid namespace: setns(2)
// moves nobody who has a PID already.
func among(k *kernel.Kernel, pids string) error {
	if pids == "" {
		return nil
	}
	f, err := os.Open(pids)
	if err != nil {
		return fmt.Errorf("open the pid namespace to join: %w", err)
	}
	defer f.Close()
	return k.Setns(kernel.At{FD: int(f.Fd()), Path: pids}, unix.CLONE_NEWPID)
}

// Ask lets the child do one stage's half, and waits until it is done. Its events
// go to the journal as they come; with a gate it waits there before each call.
// reply may be nil.
func (c *Child) Ask(stage string, args any, gate kernel.Gate, reply any) error {
	return c.AskWith(stage, args, nil, gate, reply)
}

// AskWith is Ask with open files that the half inside gets along.
func (c *Child) AskWith(stage string, args any, files []*os.File, gate kernel.Gate, reply any) error {
	if len(files) > maxFiles {
		return fmt.Errorf("hand %d files to %s: %d are the most", len(files), stage, maxFiles)
	}
	fds := make([]int, len(files))
	for i, f := range files {
		fds[i] = int(f.Fd())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ask(stage, args, fds, gate, reply)
}

// Ahead sends the request for a stage that the next Ask is for, which then only waits:
// the child begins with it as soon as it can, while the engine does something else.
func (c *Child) Ahead(stage string, args any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.send(stage, args, nil, false); err != nil {
		return err
	}
	c.ahead = stage
	return nil
}

func (c *Child) ask(stage string, args any, fds []int, gate kernel.Gate, reply any) error {
	if c.ahead != "" && c.ahead != stage {
		return fmt.Errorf("ask for %s: the first process is still to answer on %s", stage, c.ahead)
	}
	if c.ahead != "" {
		c.ahead = ""
	} else if err := c.send(stage, args, fds, gate != nil); err != nil {
		return err
	}
	return c.follow(stage, gate, reply)
}

func (c *Child) send(stage string, args any, fds []int, step bool) error {
	b, err := Encode(args)
	if err != nil {
		return fmt.Errorf("encode the arguments of %s: %w", stage, err)
	}
	late := !step && c.late != nil && c.late()
	if err := c.c.ask(&request{Do: stage, Args: b, Step: step, Late: late}, fds...); err != nil {
		return fmt.Errorf("%w: %w", ErrGone, err)
	}
	return nil
}

// follow takes messages until the request is done.
func (c *Child) follow(stage string, gate kernel.Gate, reply any) error {
	var exec *journal.Call
	var began time.Time
	for {
		var m message
		err := c.c.message(&m)
		if e := c.read(); e != nil {
			return e
		}
		if errors.Is(err, io.EOF) && exec != nil {
			exec.DurUS = time.Since(began).Microseconds()
			c.k.Emit(journal.Event{Kind: journal.KindCall, Stage: stage, Side: journal.Child, Call: exec, T: began})
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w (%w)", ErrGone, err)
		}
		switch {
		case m.Event != nil:
			c.event(m.Event)
		case m.File != "":
			c.file(m.File)
		case m.Exec != nil:
			exec, began = m.Exec, time.Now()
			c.waited(&m)
		case m.Gate != nil:
			if err := c.pass(*m.Gate, gate); err != nil {
				return err
			}
		case m.Done != nil:
			if stage != observing {
				c.waited(&m)
			}
			return finish(&m, reply)
		}
	}
}

// read journals what the child wrote into its ledger, which it did before what it sent now.
func (c *Child) read() (err error) {
	if c.notes == nil {
		return nil
	}
	c.k.Together(func() {
		err = c.notes.read(func(m *message) {
			if m.Event != nil {
				c.event(m.Event)
			}
		})
	})
	return err
}

// event journals what the child did; an inverse is planned here, where it outlives
// the child. Of the child's word it takes only the removal of what is in the root.
func (c *Child) event(e *journal.Event) {
	e.Side = journal.Child
	if u := e.Undo; u != nil {
		if c.root != "" && (u.Op == "rmdir" || u.Op == "unlink") && strings.HasPrefix(u.Target, c.root+"/./") {
			c.k.Plan(u.Op, u.Target)
		}
		return
	}
	c.k.Emit(*e)
}

// waited keeps how much longer the child waited at gates than they were closed: the
// two processes had to hear of each other.
func (c *Child) waited(m *message) {
	c.extra, c.shut = max(time.Duration(m.Waited)*time.Microsecond-c.shut, 0), 0
}

// Extra is the time that the child lost at the gates of the last request, beside the
// time that they were closed.
func (c *Child) Extra() time.Duration { return c.extra }

func (c *Child) pass(g journal.Gate, gate kernel.Gate) error {
	r := request{Go: true}
	if gate != nil {
		began := time.Now()
		c.held.Store(true)
		err := gate(g)
		c.held.Store(false)
		c.shut += time.Since(began)
		if err != nil {
			r = request{End: err.Error()}
		}
	}
	return c.c.ask(&r)
}

func (c *Child) file(name string) {
	if len(c.c.fds) == 0 {
		return
	}
	c.files[name] = os.NewFile(uintptr(c.c.fds[0]), name)
	c.c.fds = c.c.fds[1:]
}

// File takes over a file that the child sent under a name; nil if it sent none.
func (c *Child) File(name string) *os.File {
	f := c.files[name]
	delete(c.files, name)
	return f
}

func finish(m *message, reply any) error {
	if m.Done.Err != "" {
		return &Refused{Text: m.Done.Err, Errno: unix.Errno(m.Done.Errno), Mend: m.Done.Mend}
	}
	if reply == nil || len(m.Done.Value) == 0 {
		return nil
	}
	if err := decode(m.Done.Value, reply); err != nil {
		return fmt.Errorf("decode the child's answer: %w", err)
	}
	return nil
}

// Refused is what went wrong in the child, in its words.
type Refused struct {
	Text  string
	Errno unix.Errno
	Mend  string // the end of Text: what a person can do
}

func (r *Refused) Error() string { return r.Text }

// Unwrap is the errno, or nil.
func (r *Refused) Unwrap() error {
	if r.Errno == 0 {
		return nil
	}
	return r.Errno
}

// Observe asks the child what a program in its place would read. One that has joined
// a running container is told the numbers of the first process there, as NSpid has
// them; nil asks the first process itself. While the child waits at a gate, whoever
// the gate was told to may call it.
func (c *Child) Observe(pids []int) ([]journal.Value, error) {
	var v []journal.Value
	if !c.held.Load() {
		c.mu.Lock()
		defer c.mu.Unlock()
	}
	err := c.ask(observing, pids, nil, nil, &v)
	return v, err
}

// Close closes the socket; a child that still listens ends.
func (c *Child) Close() error {
	if c.notes != nil {
		_ = c.notes.f.Close()
	}
	return c.sock.Close()
}

// JoinOptions say how a process joins a running container.
type JoinOptions struct {
	PID1   *os.Process // the container's first process
	Kinds  []string    // the namespaces to join; without pid it shows in no process list there
	Stdio  []*os.File
	Exe    *os.File
	Groups []string // cgroup.procs files to enter
	Quiet  bool     // the observer's own moves, which are no events
	Guard  bool     // it kills PID 1 when the engine ends
	Rest   bool     // and all in the mount namespace that it has joined
}

// Join makes a process in a running container's namespaces that serves as the
// first one did: to observe, and for `exec` and shells.
func Join(k *kernel.Kernel, o JoinOptions) (*Child, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("make the socket of the one who joins: %w", err)
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "joined"), os.NewFile(uintptr(fds[1]), "engine")
	defer theirs.Close()
	files, argv := append(o.Stdio[:3:3], theirs), []string{Name}
	if o.Rest {
		argv = append(argv, rest)
	}
	if o.Guard {
		fd, err := unix.PidfdOpen(o.PID1.Pid, 0)
		if err != nil {
			_ = ours.Close()
			return nil, fmt.Errorf("name the container's first process: %w", err)
		}
		pidfd := os.NewFile(uintptr(fd), "pidfd")
		defer pidfd.Close()
		files = append(files, pidfd)
	}
	var p *os.Process
	made := make(chan error)
	go func() {
		runtime.LockOSThread() // see Start
		var err error
		p, err = k.Enter(kernel.Join{
			Process: o.PID1, Kinds: o.Kinds, Exe: o.Exe, Argv: argv, Files: files, Group: o.Groups, Quiet: o.Quiet,
		})
		pidfd := -1
		if err == nil {
			pidfd, _ = unix.PidfdOpen(p.Pid, 0)
		}
		made <- err
		if err == nil {
			outlive(pidfd)
		}
	}()
	if err := <-made; err != nil {
		_ = ours.Close()
		return nil, err
	}
	return &Child{Process: p, k: k, c: &conn{fd: fds[0]}, sock: ours, files: map[string]*os.File{}}, nil
}

// outlive keeps the calling thread until the process that a pidfd names has
// ended; for ever, if there is no pidfd.
func outlive(pidfd int) {
	if pidfd < 0 {
		select {}
	}
	defer unix.Close(pidfd)
	for {
		if _, err := unix.Poll([]unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}, -1); !errors.Is(err, unix.EINTR) {
			return
		}
	}
}
