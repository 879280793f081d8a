package stages

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/kernel"
)

// clone makes the container's first process. A pid namespace can only begin
// here, with the process that is to be its PID 1; so can a user namespace,
// since unshare(2) refuses that to a process with threads.
func clone(ctx context.Context, r *Run) error {
	group, err := r.hasten(ctx)
	if err != nil {
		return err
	}
	defer group.Close() // nil where nothing is hastened
	io, err := openStdio(r)
	if err != nil {
		return err
	}
	r.stdio = io
	io.own(r.hostRoot())
	if r.exe, err = kernel.Self(); err != nil {
		return err
	}
	o := child.Options{Stdio: io.child, Group: group, Exe: r.exe, Root: r.root, Late: func() bool { return !r.Watch.Load() }}
	if r.Plan.ownPids() {
		o.Flags |= unix.CLONE_NEWPID
	} else if ns, ok := r.Plan.namespace(specs.PIDNamespace); ok {
		o.Pids = ns.Path
	}
	if r.Plan.Rootless {
		r.k.Note("info", "outer", "Without root the engine itself runs in a user namespace, which it was given at the start of this journal: the container shares it, "+
			"and its user 0 is user "+itoa(hostUser())+" of this machine.", "uid", itoa(hostUser()))
	}
	if r.Plan.has(specs.UserNamespace) {
		o.Flags |= unix.CLONE_NEWUSER
		o.Ambient = ambientAll()
	}
	r.child, err = child.Start(r.k, o)
	if err != nil {
		return err
	}
	go r.wait()
	io.start(r)
	if err := unix.Prlimit(r.child.Process.Pid, unix.RLIMIT_NOFILE, nil, &r.files); err != nil { //nolint:forbidigo // it only asks
		return fmt.Errorf("ask how many files the first process may open: %w", err)
	}
	if err := r.meanwhile(); err != nil {
		return err
	}
	r.k.Note("runc", "clone-stages", "runc starts `runc init`, which unshares and then clones once more, since unshare(CLONE_NEWPID) moves only children: runc:[2:INIT] is PID 1. crun makes one clone with the namespace flags.")
	return nil
}

// meanwhile does what a hastened run can do while the first process starts, a few
// milliseconds: it asks for the next stage's half, and makes the groups.
func (r *Run) meanwhile() error {
	if !r.hastened {
		return nil
	}
	if r.Until == "" {
		if err := r.child.Ahead("namespaces", r.Plan.spaces()); err != nil {
			return err
		}
	}
	return r.grouped(r.tree, r.Plan.Spec.Linux.Resources)
}

// wait waits for the first process to end.
func (r *Run) wait() {
	st, err := r.child.Process.Wait()
	if err == nil {
		r.status = st
	}
	close(r.ended)
}

// ask has the first process do its half of a stage, with open files along.
func (r *Run) ask(ctx context.Context, stage string, args any, files ...*os.File) error {
	r.used = true
	defer r.impatient(ctx)()
	err := r.child.AskWith(stage, args, files, r.Gate.call(ctx, r.k), nil)
	r.Gate.count(r.child.Extra())
	if errors.Is(err, child.ErrGone) {
		select { // its end is counted by then
		case <-r.ended:
		case <-time.After(time.Second):
		}
		if n, file := r.groups.oomKills(); n > 0 {
			err = fmt.Errorf("%w: the kernel killed it for want of memory, as %s says: allow it more", err, file)
		}
	}
	return err
}

// impatient ends the first process where a run is told to end and a half inside does
// not: a seccomp filter may have killed the thread that would answer.
func (r *Run) impatient(ctx context.Context) (done func()) {
	answered := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-answered:
		case <-r.now:
			_ = r.child.Process.Kill()
		case <-time.After(answers):
			_ = r.child.Process.Kill()
		}
	})
	return func() { stop(); close(answered) }
}

// answers is how long a half inside may go on when the run is told to end.
const answers = 3 * time.Second

// reap waits until the first process is gone.
func (r *Run) reap() { <-r.ended }

// ambientAll are all capabilities: a child in a new user namespace has them, but
// is not yet root there, and would lose them when it executes glassbox.
func ambientAll() []uintptr {
	var list []uintptr
	for i := range len(allCaps()) {
		// An error says that this kernel has no such capability; the new namespace's bounding set is full.
		if _, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, uintptr(i), 0, 0, 0); err == nil {
			list = append(list, uintptr(i))
		}
	}
	return list
}
