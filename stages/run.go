package stages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"
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
	pids     []int        // the first process's numbers: see numbers
	inside   *child.Child // has joined the running container, to read there
	stdio    *stdio
	tree     cgroup.Tree // as the run began
	groups   groups
	orphans  *kernel.Orphans // nil where the kernel or the group ends what the program leaves behind
	net      connection
	ids      *os.File                    // holds the range of ids
	config   func() (*specs.Spec, error) // of a bundle; it is read beside what else begins a run
	hastened bool                        // no move between cgroups is to wait
	ended    chan struct{}               // closed when the program has ended
	asked    chan struct{}               // a snapshot is asked for
	now      chan struct{}               // do not wait for the program to end by itself
	status   *os.ProcessState
	last     snapshot
	peek     sync.Mutex
	stage    atomic.Pointer[string] // the one that began last

	marks  map[string]uint64 // what was planned to be undone when each stage began
	began  time.Time         // the stage
	took   time.Duration     // the stage that ended last, waits at gates not counted
	waited time.Duration     // at gates, before the stage began
	used   bool              // the first process has been asked for its half of the stage
	apart  bool              // nobody could join the container to read there, and that was said
	told   bool              // how the program ended
	isle   bool              // the engine is in a network namespace of its own making
}

// errUntil ends a run that was to stop after a stage.
var errUntil = errors.New("stopped as asked")

// Go runs the stages. It returns the exit status for the shell, as docker run
// has it: the program's own, 128+signal, 125 where glassbox failed, 126 and 127
// where the program cannot be run or is not there. Everything is undone when it
// returns, and the journal is still open.
func (r *Run) Go(ctx context.Context) (int, error) {
	r.k = kernel.New(r.Journal, journal.Host)
	r.Gate.look, r.Gate.asked = r.atGate, r.asked
	r.marks = map[string]uint64{}
	all, redo := table(), -1 // the last of the stages that are tried again
	for i := 0; i < len(all); i++ {
		s := all[i]
		err := r.step(ctx, s, i <= redo)
		if err == nil && r.Until == s.name {
			err = errUntil
		}
		if err == nil {
			continue
		}
		from, again := r.failed(ctx, s.name, err)
		if !again {
			return r.fail(ctx, s.name, err)
		}
		redo = i
		i = slices.Index(journal.Stages(), from) - 1
	}
	return r.code(), nil
}

// step runs one stage between its gate and its snapshot. What is tried again passes its
// gate, unless somebody has asked for a stop there since it began.
func (r *Run) step(ctx context.Context, s stage, again bool) error {
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
	ending := func() bool { return s.name == "exit" && ctx.Err() != nil } // a run that is told to end goes out without a stop
	if (!again || r.Gate.breaksAgain(s.name)) && !ending() {
		if err := r.Gate.stage(ctx, k, s.name); err != nil && !ending() {
			return err
		}
	}
	r.begin(s.name)
	outer := r.k
	r.k = k.WithGate(r.Gate.call(ctx, k))
	err := s.do(ctx, r)
	r.k = outer
	r.took = time.Since(r.began) - (r.Gate.spent() - r.waited)
	if err != nil {
		return err
	}
	r.snap(s.name, "after "+s.name)
	r.emit(s.name, &journal.Step{State: journal.Done, DurUS: r.took.Microseconds()})
	return nil
}

// begin records that a stage begins, and from where its time and its effects count.
func (r *Run) begin(stage string) {
	r.stage.Store(&stage)
	r.marks[stage], r.used = r.k.Mark(), false
	r.emit(stage, &journal.Step{State: journal.Begin})
	r.began, r.waited, r.took = time.Now(), r.Gate.spent(), 0
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

// failed says what went wrong, and waits with the wreck in view. Where the stage is
// to be tried again, its effects are undone, and from is the stage to go on with.
func (r *Run) failed(ctx context.Context, stage string, err error) (from string, again bool) {
	k := r.k.Stage(stage)
	for !errors.Is(err, errUntil) && ctx.Err() == nil {
		r.emit(stage, &journal.Step{State: journal.Failed, Why: err.Error(), DurUS: r.took.Microseconds()})
		r.Journal.Emit(journal.Event{Stage: stage, Side: journal.Host, Kind: journal.KindError, Error: wrong(err)})
		r.snap(stage, "after "+stage+" failed")
		from, why := r.from(stage, err)
		if !r.Gate.failure(ctx, k, from, why) {
			return "", false
		}
		if err = r.retreat(k, from); err == nil {
			return from, true
		}
	}
	return "", false
}

// fail unwinds a run that does not reach its end, and says with which status.
func (r *Run) fail(ctx context.Context, stage string, err error) (int, error) {
	if !r.unclean { // else the exit stage has tried just now
		if e := r.unwind(r.k.Stage(stage)); e != nil {
			err = errors.Join(err, e)
		}
	}
	switch {
	case errors.Is(err, errUntil):
		return 0, nil
	case ctx.Err() != nil:
		return Interrupted(context.Cause(ctx)), context.Cause(ctx)
	}
	return failure(stage, err), err
}

// Interrupted is the exit status of what was ended on its way, as a shell has it: that
// of the signal; of ctrl-c where a person left otherwise.
func Interrupted(why error) int {
	if sig := signalOf(why); sig != 0 {
		return 128 + int(sig)
	}
	return 128 + int(unix.SIGINT)
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
	r.kill()
	if r.ids != nil {
		_ = r.ids.Close() // before its inverse, which removes only what nobody holds
		r.ids = nil
	}
	err := k.Unwind()
	r.unclean = err != nil
	if r.held != nil {
		_ = r.held.Close()
		r.held = nil
	}
	if err != nil {
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
