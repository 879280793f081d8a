package stages

import (
	"errors"
	"fmt"
	"os"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
)

// join puts a reader into the running container: it joins all namespaces but the
// pid one, so that no helper shows up in `ps` there. It also guards the host: when
// the engine is killed, it kills the container.
func (r *Run) join() {
	if r.inside != nil {
		return
	}
	kinds := []string{"user", "mnt", "uts", "ipc", "net", "cgroup"}
	if !r.Watch.Load() && r.Plan.ownPids() {
		kinds = nil // there is nobody to read for: it only guards
	}
	own, ok := r.Plan.namespace(specs.MountNamespace)
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer null.Close()
	c, err := child.Join(r.k.WithGate(nil), child.JoinOptions{
		PID1: r.child.Process, Kinds: kinds,
		Stdio: []*os.File{null, null, null}, Exe: r.exe, Quiet: true, Guard: true,
		Rest: !r.Plan.ownPids() && ok && own.Path == "",
	})
	if err != nil {
		ended := errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrProcessDone) || errors.Is(err, unix.ESRCH)
		if !r.apart && !ended {
			r.k.Stage("exec").Note("warning", "no-inside", fmt.Sprintf("The running container can't be read from inside: %v.", err), "error", err.Error())
		}
		r.apart = !ended // said once: it may be tried at each gate
		return
	}
	r.inside = c
	if r.orphans != nil {
		r.orphans.Own(c.Process.Pid)
	}
}
