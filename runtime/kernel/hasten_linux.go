package kernel

import (
	"os"
	"time"

	"glassbox/runtime/journal"
)

// Hasten writes the own PID to procs, the cgroup.procs of the group that this
// process is in already: nothing moves. But the first move after a quiet time
// waits for a grace period of RCU, some 7 ms (cgroup_threadgroup_rwsem in the
// kernel's cgroup.c), and those after it do not. Where the wait passes beside
// other work, it is over when a process is really to be moved. A refusal changes
// nothing either: it is in the record, and no error.
func (k *Kernel) Hasten(procs string) {
	pid := itoa(os.Getpid())
	w := journal.Write{Path: procs, Value: pid, Man: "cgroups(7)", Held: k.held, Sh: words("echo", pid, ">", quote(procs))}
	t := time.Now()
	if k.held == "" {
		w.Errno = Errno(put(procs, pid))
		w.DurUS = time.Since(t).Microseconds()
	}
	k.Emit(journal.Event{Kind: journal.KindWrite, Write: &w, T: t})
}
