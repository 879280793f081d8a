package cgroup

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// Hierarchy is one tree of groups that is mounted.
type Hierarchy struct {
	Mount       string   // /sys/fs/cgroup/memory
	Root        string   // what of the hierarchy is mounted there: "/", or a container's own part
	Own         string   // the group of the process that was looked at, from Mount: "/" or "/user.slice/x"
	Controllers []string // memory; cpu and cpuacct, where they are mounted together; name=systemd
}

// named says that a version 1 hierarchy has no controller but a name: name=systemd.
func (h Hierarchy) named() bool { return strings.HasPrefix(h.Controllers[0], "name=") }

// Tree are the hierarchies of a machine as one process sees them.
type Tree struct {
	Mode    Mode
	V1      []Hierarchy // in the order of mounting
	Unified *Hierarchy  // version 2, or nil; its Controllers are those given to Have
}

// Have tells which controllers version 2 has: the text of cgroup.controllers at
// Unified.Mount, or in the group under which new ones will be made.
func (t *Tree) Have(controllers []byte) {
	if t.Unified != nil {
		t.Unified.Controllers = strings.Fields(string(controllers))
	}
}

// v1Names are the controllers whose name is another one in version 1.
var v1Names = map[string]string{"io": "blkio"}

// Version tells in which version a controller is found, by its name in version 2:
// 1, 2, or 0 for nowhere.
func (t Tree) Version(controller string) int {
	old := controller
	if n, ok := v1Names[controller]; ok {
		old = n
	}
	for _, h := range t.V1 {
		if slices.Contains(h.Controllers, old) {
			return 1
		}
	}
	if t.Unified != nil && slices.Contains(t.Unified.Controllers, controller) {
		return 2
	}
	return 0
}

// Files is Files by where each controller of this machine is found; asking for a
// limit of one that is nowhere is an error of the kind ErrNoController.
func (t Tree) Files(r *specs.LinuxResources, weight func(shares uint64) uint64) ([]File, error) {
	return files(t.Version, r, weight)
}

// Dir is one directory to make for a new group.
type Dir struct {
	Version     int
	Controllers []string // of version 1: those mounted there; of version 2: those available
	Path        string   // the group's
	Top         string   // where the hierarchy is mounted; directories between Top and Path may have to be made
}

// Dirs returns the directories of a new group, one in each hierarchy. Parent is a
// path within the hierarchies, "/" for their tops (docker's --cgroup-parent); name
// is one element. Controllers that are mounted together have one directory.
func (t Tree) Dirs(parent, name string) ([]Dir, error) {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\n") {
		return nil, fmt.Errorf("make the control group %q: its name has to be one element of a path", name)
	}
	// Cleaned as an absolute path, no ".." gets above the top.
	parent = path.Clean("/" + parent)
	var dirs []Dir
	for _, h := range t.V1 {
		dirs = append(dirs, Dir{1, h.Controllers, path.Join(h.Mount, parent, name), h.Mount})
	}
	if u := t.Unified; u != nil {
		dirs = append(dirs, Dir{2, u.Controllers, path.Join(u.Mount, parent, name), u.Mount})
	}
	return dirs, nil
}

// ByController returns the directory of each controller, as File.Controller names
// it; "" is version 2's, which holds the process even where it has no controllers.
func ByController(dirs []Dir) map[string]string {
	m := map[string]string{}
	for _, d := range dirs {
		for _, c := range d.Controllers {
			m[c] = d.Path
		}
		if d.Version == 2 {
			m[""] = d.Path
			m["cgroup"] = d.Path
		}
	}
	return m
}

// Ancestors returns the directories between the top and the group's own, the top
// first: those whose cgroup.subtree_control has to let controllers down in version
// 2, and whose cpuset files have to be filled in version 1.
func (d Dir) Ancestors() []string {
	var up []string
	for p := path.Dir(d.Path); len(p) >= len(d.Top); p = path.Dir(p) {
		up = append(up, p)
		if p == d.Top || p == "/" {
			break
		}
	}
	slices.Reverse(up)
	return up
}

// SubtreeControl is what to write to the cgroup.subtree_control of each ancestor
// in version 2, so that the files exist in the group: "+cpu +memory", or "" for
// nothing. See "Enabling and Disabling" in cgroup-v2.rst.
func SubtreeControl(files []File) string {
	var names []string
	for _, f := range files {
		if f.Man == manV2 && f.Controller != "cgroup" && !slices.Contains(names, "+"+f.Controller) {
			names = append(names, "+"+f.Controller)
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
