package stages

import (
	"fmt"
	"slices"

	"glassbox/runtime/journal"
)

// stageOf is the stage that a thing belongs to: until that begins it can be
// left out, or put back.
var stageOf = map[string]string{
	"pid": "clone", "mnt": "namespaces", "uts": "namespaces", "ipc": "namespaces", "net": "namespaces", "cgroup": "cgroups",
	"cgroupns": "cgroups", "pivot_root": "rootfs", "masks": "rootfs", "seccomp": "exec", "caps": "exec",
}

// StageOf is the stage that a thing of --without belongs to.
func StageOf(thing string) string { return stageOf[thing] }

// Without leaves a thing out of the run, or puts it back, while its stage has
// not begun. It may be called while the run waits at a gate.
func (r *Run) Without(thing string, out bool) error {
	stage, ok := stageOf[thing]
	if !ok {
		return fmt.Errorf("nothing is called %q: it can be %v", thing, things)
	}
	all := journal.Stages()
	if now := r.stage.Load(); now != nil && slices.Index(all, *now) >= slices.Index(all, stage) {
		return fmt.Errorf("the stage %s has begun: it is too late to choose %s", stage, thing)
	}
	a := &r.Plan.Ask
	a.Without = slices.DeleteFunc(slices.Clone(a.Without), func(s string) bool { return s == thing })
	if out {
		a.Without = append(a.Without, thing)
	}
	if thing == "net" && r.Plan.Network.Mode == "bridge" && out {
		r.Plan.Network.Mode = "host"
	}
	return r.respec()
}

// respec makes the spec anew from what it was made of.
func (r *Run) respec() error {
	switch {
	case r.Plan.Bundle != "":
		return r.LoadBundle()
	case r.image == nil:
		return nil // pull will make it
	}
	s, err := specFor(r.Plan, r.image.Config.Config)
	if err != nil {
		return err
	}
	r.Plan.Spec = s
	if r.Plan.User != nil {
		r.applyUser(r.Plan.User)
	}
	return nil
}
