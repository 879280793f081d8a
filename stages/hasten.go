package stages

import (
	"context"
	"path/filepath"
)

// hasten lets the kernel's wait before a move between cgroups pass while the
// first process is being made (kernel.Hasten). Where somebody watches or the run
// stops at calls, each effect comes alone and in its stage: nothing is hastened.
// wait returns when the write is done, and in the journal.
func (r *Run) hasten(ctx context.Context) (wait func()) {
	tree := r.tree
	if tree.Mode == "" || r.Watch.Load() || r.Gate.call(ctx, r.k) != nil || r.Plan.Rootless || r.Plan.Without("cgroup") {
		return func() {}
	}
	own := tree.Unified
	if own == nil {
		own = &tree.V1[0]
	}
	procs := filepath.Join(own.Mount, own.Own, "cgroup.procs")
	done := make(chan struct{})
	k := r.k
	k.Note("info", "hasten", "Nobody watches, so time is saved: the first move between cgroups waits for a grace period of the kernel's, some milliseconds. "+
		"glassbox writes itself into the group that it is in, which moves nothing, and the wait passes while the first process is made.")
	go func() {
		defer close(done)
		k.Hasten(procs)
	}()
	return func() { <-done }
}
