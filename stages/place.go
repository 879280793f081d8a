package stages

import (
	"path"

	"glassbox/runtime/cgroup"
)

// place is where the container's group goes: its parent's path within the
// hierarchies, and its own name.
func (r *Run) place(tree cgroup.Tree) (parent, name string, err error) {
	name = "glassbox-" + r.Plan.ID
	if r.Plan.CgroupRoot != "" {
		return path.Join("/", r.Plan.CgroupRoot), name, nil
	}
	return "/", name, nil
}
