package stages

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"

	"glassbox/runtime/cgroup"
)

// hasten spares a run that nobody watches the kernel's wait before a move between
// cgroups: some 7 ms, a grace period of RCU (cgroup_threadgroup_rwsem in the kernel's
// cgroup.c). A process that is born in its group does not move (CLONE_INTO_CGROUP,
// clone(2)): so the group of version 2 is made here, and is returned, open. Within
// version 1 the first process moves itself, later: a thread that writes 0 to tasks
// moves alone, and that takes no lock; its other threads end at execve(2). While the
// first process starts, the groups are made and the limits written, and it is asked for
// its half of the next stage already (clone.go). Where
// somebody watches or the run stops at calls, each effect comes in its stage, the way
// runc has it, and nil is returned; so it is where systemd makes the group, and where
// the first process is not the host's root and may not move itself.
func (r *Run) hasten(ctx context.Context) (*os.File, error) {
	if r.tree.Mode == "" || r.Watch.Load() || r.Gate.call(ctx, r.k) != nil || r.Plan.Rootless || r.Plan.Without("cgroup") ||
		r.Plan.has(specs.UserNamespace) || r.scoped(r.tree) {
		return nil, nil
	}
	g, err := r.placed(r.tree)
	if err != nil {
		return nil, err
	}
	r.hastened, r.groups = true, g
	r.k.Note("info", "hasten", "Nobody watches, so time is saved: a write that moves a process from one cgroup to another waits for a grace period of the kernel's, "+
		"some milliseconds. So the first process is born in its group of version 2 (CLONE_INTO_CGROUP), and moves itself within version 1, by tasks: neither waits. "+
		"runc writes its PID into cgroup.procs. The groups are made, with their limits, while that process starts.")
	i := slices.IndexFunc(g.list, func(d cgroup.Dir) bool { return d.Version == 2 })
	if i < 0 {
		return nil, nil
	}
	if err := r.makeGroup(g.list[i]); err != nil {
		return nil, err
	}
	f, err := os.Open(g.list[i].Path)
	if err != nil {
		return nil, fmt.Errorf("open the container's cgroup: %w", err)
	}
	return f, nil
}

// tasks are the files by which the first process moves itself into its groups.
func (r *Run) tasks() (list []string) {
	for _, d := range r.groups.list {
		if r.hastened && d.Version == 1 {
			list = append(list, filepath.Join(d.Path, "tasks"))
		}
	}
	return list
}
