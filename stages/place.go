package stages

import (
	"fmt"
	"os"
	"path"
	"strings"

	"glassbox/runtime/cgroup"
	"glassbox/runtime/proc"
	"glassbox/runtime/systemd"
)

// place is where the container's group goes: its parent's path within the
// hierarchies, and its own name. On a host that systemd manages the parent is a
// scope of its own, which systemd hands over: without one it would take the
// group for a stray one of its own.
func (r *Run) place(tree cgroup.Tree) (parent, name string, err error) {
	name = "glassbox-" + r.Plan.ID
	switch {
	case r.Plan.CgroupRoot != "":
		return path.Join("/", r.Plan.CgroupRoot), name, nil
	case !r.scoped(tree):
		return "/", name, nil
	}
	if err := systemd.Start(r.k, scopeOf(name, r.Plan.Name, -1, r.child.Process.Pid)); err != nil {
		return "", "", fmt.Errorf("%w: name a group of your own with --cgroup-root, or leave it out (--without cgroup)", err)
	}
	parent, err = unifiedOf(r.child.Process.Pid)
	return parent, "container", err
}

// scoped tells whether systemd makes a scope for the group.
func (r *Run) scoped(tree cgroup.Tree) bool {
	return r.Plan.CgroupRoot == "" && tree.Mode == cgroup.V2 && systemd.Running()
}

// scopeOf is the unit for a container: of the system, or of a user.
func scopeOf(name, container string, user int, pids ...int) systemd.Scope {
	s := systemd.Scope{Name: name + ".scope", Slice: "system.slice", Description: "glassbox container " + container, Pids: pids, User: user}
	if user >= 0 {
		s.Slice = "app.slice"
	}
	return s
}

// unifiedOf is a process's path in the tree of cgroup v2.
func unifiedOf(pid int) (string, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		return "", fmt.Errorf("read where systemd put the process: %w", err)
	}
	for _, g := range proc.ParseCgroup(b) {
		if g.Hierarchy == 0 {
			return strings.TrimSuffix(g.Path, "/"), nil
		}
	}
	return "", fmt.Errorf("process %d is in no group of cgroup v2", pid)
}
