package stages

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
	"glassbox/runtime/proc"
)

// finish comes when PID 1 has ended and the kernel has killed the rest of its pid
// namespace: how it ended is recorded, and everything is undone.
func finish(_ context.Context, r *Run) error {
	if !r.told { // once, though the way back may take more tries
		r.k.Emit(journal.Event{Kind: journal.KindExit, Side: journal.Host, Exit: r.how()})
		r.told = true
	}
	r.k.Note("runc", "exit-shim", "The shim reaps PID 1 and reports to containerd. Told to delete the task, it runs `runc delete` and unmounts the rootfs.")
	return r.unwind(r.k)
}

// how the program ended, read from wait4(2) and the group's own files.
func (r *Run) how() *journal.Exit {
	e := &journal.Exit{Code: r.code()}
	if ws, ok := r.status.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		e.Signal, e.Core = unix.SignalName(ws.Signal()), ws.CoreDump()
	}
	if u, ok := r.status.SysUsage().(*syscall.Rusage); ok {
		e.UserUS, e.SystemUS, e.MaxRSSKiB = u.Utime.Nano()/1000, u.Stime.Nano()/1000, u.Maxrss
	}
	e.OOMKills, e.OOMSource = r.groups.oomKills()
	return e
}

// code is the exit status as a shell has it: 128+signal where a signal ended it.
func (r *Run) code() int {
	if r.status == nil {
		return 125
	}
	return ExitCode(r.status)
}

// ExitCode is how a process ended, as a shell has it: 128+signal where a signal ended it.
func ExitCode(st *os.ProcessState) int {
	if ws, ok := st.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return st.ExitCode()
}

// every is the rate of snapshots while the program runs.
const every = 500 * time.Millisecond

// errEnded ends a run whose engine was told to stop while the program ran.
var errEnded = errors.New("stopped")

// running waits until the program has ended, and takes snapshots meanwhile.
func (r *Run) running(ctx context.Context, k *kernel.Kernel) error {
	if r.Watch.Load() {
		r.join()
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-r.ended:
			r.drain(k)
			r.snap("exec", "ended") // nothing is undone yet: the group's counters say why it ended
			return nil
		case <-tick.C:
			if !r.Watch.Load() {
				r.join() // only now: a program that ends at once needs no guard
			}
			if r.orphans != nil {
				r.orphans.Reap()
			}
			r.snap("exec", "running")
		case <-r.asked:
			r.snap("exec", onDemand)
		case <-ctx.Done():
			r.end(k, context.Cause(ctx))
			return nil
		}
	}
}

// grace is how long a program may take to end after its stop signal, as docker stop gives it.
const grace = 10 * time.Second

// signalOf is the signal that ended a context, which its cause tells; 0 where none did.
func signalOf(why error) unix.Signal {
	var by interface{ Signal() os.Signal }
	if !errors.As(why, &by) {
		return 0
	}
	sig, _ := by.Signal().(unix.Signal)
	return sig
}

// end asks the program to end, and ends it when it does not in time, or when
// somebody asks again.
func (r *Run) end(k *kernel.Kernel, why error) {
	sig := r.stopSignal()
	if signalOf(why) == unix.SIGINT && r.catches(unix.SIGINT) {
		sig = unix.SIGINT // ctrl-c is the program's, as in docker run: many end for it alone
	}
	if err := k.Kill(r.child.Process, sig); err == nil {
		if r.Plan.ownPids() {
			k.Note("info", "stopping", "The program was sent "+unix.SignalName(sig)+". As PID 1 it gets only signals that it handles; it has ten seconds.", "signal", unix.SignalName(sig))
		} else {
			k.Note("info", "stopping-shared", "The program was sent "+unix.SignalName(sig)+"; it has ten seconds.", "signal", unix.SignalName(sig))
		}
		select {
		case <-r.ended:
		case <-r.now:
		case <-time.After(grace):
		}
	}
	_ = r.child.Process.Kill()
	r.reap()
	r.drain(k)
}

// catches tells whether the program has a handler for a signal. See SigCgt in proc_pid_status(5).
func (r *Run) catches(sig unix.Signal) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.child.Process.Pid))
	return err == nil && proc.ParseStatus(b).SigCgt&(1<<(sig-1)) != 0
}

// drain waits until everything that the program wrote has been read. Without a pid
// namespace of its own what it left behind may live on and hold its output open: it
// is killed, and who is in no group of the container's is not waited for.
func (r *Run) drain(k *kernel.Kernel) {
	if !r.Plan.ownPids() {
		for _, d := range r.groups.list {
			k.KillGroup(d.Path)
		}
		if r.orphans != nil {
			k.KillOrphans(r.orphans)
		}
		defer time.AfterFunc(time.Second, r.stdio.cut).Stop()
	}
	r.stdio.drain()
}

// stopSignal is the image's STOPSIGNAL.
func (r *Run) stopSignal() unix.Signal {
	if r.image != nil {
		s := strings.ToUpper(r.image.Config.Config.StopSignal)
		if n := unix.SignalNum("SIG" + strings.TrimPrefix(s, "SIG")); n != 0 {
			return n
		}
		if n, err := strconv.Atoi(s); err == nil && n > 0 && n < 65 {
			return unix.Signal(n)
		}
	}
	return unix.SIGTERM
}

// Hurry ends a program at once that was given time to end.
func (r *Run) Hurry() {
	select {
	case r.now <- struct{}{}:
	default:
	}
}

// Signal sends a signal to the program.
func (r *Run) Signal(sig os.Signal) error {
	c := r.child
	if c == nil {
		return errors.New("there is no program yet")
	}
	return c.Process.Signal(sig)
}

// Snapshot asks for one now: while the program runs, and at every gate.
func (r *Run) Snapshot() {
	select {
	case r.asked <- struct{}{}:
	default:
	}
}
