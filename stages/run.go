package stages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/cgroup"
	"glassbox/runtime/child"
	"glassbox/runtime/image"
	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// Run is one container on its way from an image to its exit, and what each
// stage found for the next ones.
type Run struct {
	Plan    *Plan
	Journal *journal.Writer
	Gate    *Gate
	Store   *image.Store // nil for a bundle
	Until   string       // stop after that stage, and unwind
	Stdin   io.Reader    // for -i; nil is /dev/null
	Stdout  io.Writer    // where the program's output goes besides the journal; nil is nowhere
	Stderr  io.Writer
	Export  string // write an OCI bundle there after overlay, and unwind
	Rows    uint16 // of the terminal that the output is shown on
	Cols    uint16

	Watch atomic.Bool // take snapshots

	lock     *os.File // held while the run lives: see clean.go
	listener *net.UnixListener
	unclean  bool // an inverse failed
	k        *kernel.Kernel
	image    *image.Image
	layers   []image.LayerDir
	held     io.Closer // the lock on the layers
	root     string    // the rootfs on the host: merged, or the bundle's
	exe      *os.File  // glassbox itself, closed to writing
	child    *child.Child
	files    unix.Rlimit  // how many files the first process may open, as glassbox itself was allowed
	inside   *child.Child // has joined the running container, to read there
	stdio    *stdio
	tree     cgroup.Tree // as the run began
	groups   groups
	net      connection
	ids      *os.File      // holds the range of ids
	hastened func()        // waits for what hasten began
	ended    chan struct{} // closed when the program has ended
	asked    chan struct{} // a snapshot is asked for
	now      chan struct{} // do not wait for the program to end by itself
	status   *os.ProcessState
	last     snapshot
	peek     sync.Mutex
	stage    atomic.Pointer[string] // the one that began last
}

// errUntil ends a run that was to stop after a stage.
var errUntil = errors.New("stopped as asked")

// Go runs the stages. It returns the exit status for the shell, as docker run
// has it: the program's own, 128+signal, 125 where glassbox failed, 126 and 127
// where the program cannot be run or is not there. Everything is undone when it
// returns, and the journal is still open.
func (r *Run) Go(ctx context.Context) (int, error) {
	r.k = kernel.New(r.Journal, journal.Host)
	r.hastened = func() {}
	defer func() { r.hastened() }()
	for _, s := range table() {
		err := r.step(ctx, s)
		for err != nil && r.failed(ctx, s.name, err) && retriable(s.name) {
			err = r.step(ctx, s)
		}
		if err == nil && r.Until == s.name {
			err = errUntil
		}
		if err != nil {
			return r.fail(ctx, s.name, err)
		}
	}
	return r.code(), nil
}

// retriable tells whether a stage can begin again where it failed: those that
// end in one effect, before there is a process.
func retriable(stage string) bool { return stage == "pull" || stage == "unpack" }

// step runs one stage between its gate and its snapshot.
func (r *Run) step(ctx context.Context, s stage) error {
	k := r.k.Stage(s.name)
	if why := r.skips(s.name); why != "" {
		r.emit(s.name, &journal.Step{State: journal.Skipped, Why: why})
		if s.name == "network" && len(r.Plan.Network.Ports) > 0 {
			k.Note("warning", "ports-dropped", PortsDropped)
		}
		return nil
	}
	if s.name == "exit" {
		if err := r.running(ctx, k); err != nil {
			return err
		}
	}
	if s.name != "exit" || ctx.Err() == nil { // a run that was told to end goes out without a stop
		if err := r.Gate.stage(ctx, k, s.name); err != nil {
			return err
		}
	}
	r.stage.Store(&s.name)
	r.emit(s.name, &journal.Step{State: journal.Begin})
	began := time.Now()
	outer := r.k
	r.k = k.WithGate(r.Gate.call(ctx, k))
	err := s.do(ctx, r)
	r.k = outer
	if err != nil {
		return err
	}
	took := time.Since(began)
	r.snap(s.name, "after "+s.name)
	r.emit(s.name, &journal.Step{State: journal.Done, DurUS: took.Microseconds()})
	return nil
}

// skips says why a stage has nothing to do in this run; "" if it has.
func (r *Run) skips(stage string) string {
	switch stage {
	case "pull", "unpack", "overlay":
		if r.Plan.Bundle != "" {
			return "the bundle " + r.Plan.Bundle + " brings its root file system along"
		}
	case "cgroups":
		if r.Plan.Without("cgroup") {
			return "left out (--without cgroup): the container stays in the group of glassbox, without limits"
		}
	case "network":
		if m := r.Plan.Network.Mode; m != "bridge" {
			return "the network is " + m + ": there is nothing to connect"
		}
	}
	return ""
}

func (r *Run) emit(stage string, s *journal.Step) {
	r.Journal.Emit(journal.Event{Stage: stage, Side: journal.Host, Kind: journal.KindStage, Step: s})
}

// failed says what went wrong, and waits with the wreck in view. It tells
// whether the stage is to be tried again.
func (r *Run) failed(ctx context.Context, stage string, err error) (again bool) {
	if errors.Is(err, errUntil) || ctx.Err() != nil {
		return false
	}
	r.emit(stage, &journal.Step{State: journal.Failed, Why: err.Error()})
	r.Journal.Emit(journal.Event{Stage: stage, Side: journal.Host, Kind: journal.KindError, Error: &journal.Error{Text: err.Error(), Errno: kernel.Errno(err)}})
	r.snap(stage, "after "+stage+" failed")
	return r.Gate.failure(ctx, r.k.Stage(stage))
}

// fail unwinds a run that does not reach its end, and says with which status.
func (r *Run) fail(ctx context.Context, stage string, err error) (int, error) {
	k := r.k.Stage(stage)
	if e := r.unwind(k); e != nil {
		err = errors.Join(err, e)
	}
	switch {
	case errors.Is(err, errUntil):
		return 0, nil
	case ctx.Err() != nil:
		return 130, context.Cause(ctx)
	}
	return failure(stage, err), err
}

// failure is the exit status for a stage that failed.
func failure(stage string, err error) int {
	var refused *child.Refused
	if stage == "exec" && errors.As(err, &refused) {
		return execStatus(refused.Errno)
	}
	return 125
}

// unwind undoes everything, in reverse. The child is dead after it.
func (r *Run) unwind(k *kernel.Kernel) error {
	defer r.disconnect()()
	r.leave()
	if r.child != nil {
		_ = r.child.Close()
		_ = r.child.Process.Kill()
		r.reap()
	}
	r.stdio.close()
	r.groups.oom.close()
	if r.ids != nil {
		_ = r.ids.Close() // before its inverse, which removes only what nobody holds
		r.ids = nil
	}
	err := k.Unwind()
	if r.held != nil {
		_ = r.held.Close()
		r.held = nil
	}
	if r.exe != nil {
		_ = r.exe.Close()
	}
	if err != nil {
		r.unclean = true
		return fmt.Errorf("the way back is not clean, `glassbox clean` tries again: %w", err)
	}
	return nil
}

// Tree is this machine's cgroups as this process sees them.
func Tree() (cgroup.Tree, error) {
	m, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return cgroup.Tree{}, fmt.Errorf("read the mounts: %w", err)
	}
	c, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return cgroup.Tree{}, fmt.Errorf("read the own cgroups: %w", err)
	}
	t, err := cgroup.Detect(m, c)
	if err != nil || t.Unified == nil {
		return t, err
	}
	b, err := os.ReadFile(filepath.Join(t.Unified.Mount, "cgroup.controllers"))
	if err != nil {
		return t, fmt.Errorf("read which controllers cgroup v2 has: %w", err)
	}
	t.Have(b)
	return t, nil
}
