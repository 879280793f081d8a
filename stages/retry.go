package stages

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"glassbox/runtime/child"
	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// from is the stage at which another try of a failed one begins: that stage, or
// clone, where the first process can't take part a second time; why says so. It
// can't take back that it left a namespace, mounted something or gave up a
// capability, and a group can't be removed under it.
func (r *Run) from(stage string, err error) (from, why string) {
	switch {
	case !slices.Contains(journal.Stages()[4:9], stage): // until clone there is none, and exit is its end
		return stage, ""
	case r.child == nil || !r.alive() || errors.Is(err, child.ErrGone):
		return "clone", journal.Gone
	case stage == "network": // what its half did inside goes with the pair
		return stage, ""
	case r.used || stage == "namespaces" || stage == "cgroups" && r.member():
		return "clone", journal.Spent
	}
	return stage, ""
}

// member tells whether the first process is in a group of this run's.
func (r *Run) member() bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", r.child.Process.Pid))
	return err != nil || strings.Contains(string(b), "glassbox-"+r.Plan.ID)
}

// retreat undoes what was done since a stage began, so that it can be tried again.
func (r *Run) retreat(k *kernel.Kernel, stage string) error {
	kept := r.keepPorts()
	leave := r.disconnect()
	switch stage {
	case "overlay":
		if r.ids != nil {
			_ = r.ids.Close() // before its inverse, which removes only what nobody holds
		}
		r.ids, r.root = nil, ""
	case "clone":
		r.kill()
		r.child, r.status, r.hastened, r.ended = nil, nil, false, make(chan struct{})
		r.groups = groups{}
	case "cgroups":
		r.groups = groups{}
	}
	err := k.UnwindTo(r.marks[stage])
	leave()
	r.net = kept
	if err != nil {
		return fmt.Errorf("undo what %s did, to try it again: %w", stage, err)
	}
	return nil
}

// kill ends the first process, and what was made for it.
func (r *Run) kill() {
	r.leave()
	if r.child != nil {
		_ = r.child.Close()
		_ = r.child.Process.Kill()
		r.reap()
	}
	r.stdio.close()
	r.groups.oom.close()
	if r.exe != nil {
		_ = r.exe.Close()
	}
}
