package stages

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/cgroup"
	"glassbox/runtime/proc"
	"glassbox/runtime/systemd"
	"glassbox/stages/inside"
)

// groups are the container's cgroups: one directory on version 2, one in each
// hierarchy on version 1.
type groups struct {
	tree cgroup.Tree
	list []cgroup.Dir
	dirs map[string]string // by controller; "" is version 2's
	oom  *oomWatch         // where systemd may be quicker than we are
}

// cgroups makes the group, moves the first process in, and writes the limits.
// The half inside then unshares the cgroup namespace, so that its root is the group.
func cgroups(ctx context.Context, r *Run) error {
	if !r.hastened { // else that was done while the first process started
		if err := r.limit(); err != nil {
			return err
		}
	}
	if systemd.Running() && r.groups.tree.Version("memory") == 2 && len(r.groups.list) > 0 {
		r.groups.oom = watchOOM(r.groups.dir("memory"))
	}
	r.k.Note("runc", "cgroups-order", "runc joins the group before anything is unshared, and writes the limits later, after the mounts. With systemd it joins by a transient unit, whose properties the limits become too.")
	return r.ask(ctx, "cgroups", inside.Groups{Own: r.Plan.has(specs.CgroupNamespace), Tasks: r.tasks()})
}

// limit makes the group, moves the first process in, and writes the limits.
func (r *Run) limit() error {
	tree, err := Tree()
	if err != nil {
		return err
	}
	res := r.Plan.Spec.Linux.Resources
	if r.Plan.Rootless && r.Plan.CgroupRoot == "" {
		return r.ordinary(tree, res)
	}
	return r.grouped(tree, res)
}

// grouped makes the group where root makes groups.
func (r *Run) grouped(tree cgroup.Tree, res *specs.LinuxResources) error {
	files, err := tree.Files(res, nil)
	if err != nil {
		return err
	}
	if r.groups, err = r.placed(tree); err != nil {
		return err
	}
	return r.fill(files, res)
}

// placed are the container's groups where root makes groups.
func (r *Run) placed(tree cgroup.Tree) (groups, error) {
	parent, name, err := r.place(tree)
	if err != nil {
		return groups{}, err
	}
	return groupsAt(tree, parent, name)
}

// groupsAt are the groups of that name below a parent, in each hierarchy.
func groupsAt(tree cgroup.Tree, parent, name string) (groups, error) {
	list, err := tree.Dirs(parent, name)
	return groups{tree: tree, list: list, dirs: cgroup.ByController(list)}, err
}

// fill makes the directories, moves the process in, and writes the limits. The
// order is that of cgroup v2's rule that a group with processes hands no
// controllers on: the process leaves for the new group before its parents enable them.
func (r *Run) fill(files []cgroup.File, res *specs.LinuxResources) error {
	if err := r.makeGroups(); err != nil {
		return err
	}
	if err := r.writeFiles(files, true); err != nil {
		return err
	}
	if err := r.enterGroups(); err != nil {
		return err
	}
	if err := r.handOn(cgroup.SubtreeControl(files)); err != nil {
		return err
	}
	if err := r.writeFiles(files, false); err != nil {
		return err
	}
	return r.allowDevices(res)
}

// makeGroups makes those that are not there yet.
func (r *Run) makeGroups() error {
	for _, d := range r.groups.list {
		if err := r.makeGroup(d); err != nil {
			return err
		}
	}
	return nil
}

// enterGroups moves the first process in, unless it was born in one of its groups,
// and moves itself into the others: see hasten.
func (r *Run) enterGroups() error {
	if r.hastened {
		return nil
	}
	for _, d := range r.groups.list {
		if err := r.k.Write(filepath.Join(d.Path, "cgroup.procs"), itoa(r.child.Process.Pid), "cgroups(7)"); err != nil {
			return err
		}
	}
	return nil
}

// makeGroup makes one group's directory and those above it.
func (r *Run) makeGroup(d cgroup.Dir) error {
	for _, a := range d.Ancestors() {
		if err := r.makeDir(a, "rmdir"); err != nil {
			return err
		}
	}
	return r.makeDir(d.Path, "rmcgroup")
}

// handOn has the groups above the container's hand the controllers on that its
// limits need (cgroup v2, "Top-down Constraint").
func (r *Run) handOn(enable string) error {
	for _, d := range r.groups.list {
		if d.Version != 2 || enable == "" {
			continue
		}
		for _, a := range d.Ancestors() {
			control := filepath.Join(a, "cgroup.subtree_control")
			if missing := notYet(control, enable); missing != "" {
				if err := r.vacate(a); err != nil {
					return err
				}
				if err := r.k.Write(control, missing, "cgroups(7)"); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// vacate moves what is in the top group of a container that glassbox itself runs in
// out of the way, as Docker-in-Docker does it: a group with processes hands no
// controllers on (cgroup-v2.rst, "No Internal Process Constraint"). The root of the
// machine's own tree may hold both, and has no cgroup.type. Nothing undoes it: the
// next run needs it, too, and it ends with that container.
func (r *Run) vacate(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "cgroup.type")); err != nil || dir != r.groups.tree.Unified.Mount {
		return nil //nolint:nilerr // it is the machine's root
	}
	list := members(dir)
	if len(list) == 0 {
		return nil
	}
	leaf := filepath.Join(dir, "init")
	if err := r.makeDir(leaf, ""); err != nil {
		return err
	}
	for _, p := range list {
		err := r.k.Write(filepath.Join(leaf, "cgroup.procs"), p, "cgroups(7)")
		if err != nil && !errors.Is(err, unix.ESRCH) { // it has ended meanwhile
			return err
		}
	}
	r.k.Note("info", "vacated", "The group at the top of the container in which glassbox runs held processes, and such a group can't hand controllers on. They are in "+leaf+" now, and stay there, as Docker-in-Docker does it.", "path", leaf)
	return nil
}

func (r *Run) makeDir(dir, inverse string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	err := r.k.MakeGroup(dir, inverse)
	if errors.Is(err, unix.EEXIST) {
		return nil // another run was quicker
	}
	return err
}

// notYet is the part of enable ("+cpu +memory") that a subtree_control lacks.
func notYet(control, enable string) string {
	b, _ := os.ReadFile(control)
	has := strings.Fields(string(b))
	var missing []string
	for _, w := range strings.Fields(enable) {
		found := false
		for _, h := range has {
			found = found || "+"+h == w
		}
		if !found {
			missing = append(missing, w)
		}
	}
	return strings.Join(missing, " ")
}

// writeFiles writes the limits that belong before a process joins, or the others.
func (r *Run) writeFiles(files []cgroup.File, before bool) error {
	for _, f := range files {
		if f.Before != before {
			continue
		}
		path := filepath.Join(r.groups.dir(f.Controller), f.Name)
		value := f.Value
		if before {
			if err := r.fillAbove(f); err != nil {
				return err
			}
		}
		if f.Inherit {
			var err error
			if value, err = above(path); err != nil {
				return err
			}
		}
		err := r.k.Write(path, value, f.Man)
		if err != nil && (!f.Optional || !errors.Is(err, unix.ENOENT)) {
			return err
		}
	}
	return nil
}

// fillAbove hands what belongs before a process joins (version 1's cpuset) down to the
// groups above the container's that are as new as it is, and so have nothing to give.
func (r *Run) fillAbove(f cgroup.File) error {
	for _, d := range r.groups.list {
		if d.Path != r.groups.dir(f.Controller) {
			continue
		}
		up := d.Ancestors()
		for i := 1; i < len(up); i++ {
			file := filepath.Join(up[i], f.Name)
			if b, err := os.ReadFile(file); err != nil || strings.TrimSpace(string(b)) != "" {
				continue
			}
			value, err := above(file)
			if err != nil {
				return err
			}
			if err := r.k.Write(file, value, f.Man); err != nil {
				return err
			}
		}
	}
	return nil
}

// above is what the parent group has in a group's file.
func above(path string) (string, error) {
	dir, name := filepath.Split(path)
	b, err := os.ReadFile(filepath.Join(filepath.Dir(filepath.Clean(dir)), name))
	if err != nil {
		return "", fmt.Errorf("read what the parent group has for %s: %w", name, err)
	}
	return strings.TrimSpace(string(b)), nil
}

// allowDevices says which devices the container may open: lines on version 1, a
// BPF program on version 2.
func (r *Run) allowDevices(res *specs.LinuxResources) error {
	if res == nil {
		return nil
	}
	if r.Plan.Rootless {
		r.k.Note("info", "devices-rootless", "No device program: only the machine's root loads those. In a user namespace nobody can make device nodes either.")
		return nil
	}
	table, err := cgroup.Devices(append(res.Devices[:len(res.Devices):len(res.Devices)], cgroup.DefaultDevices()...))
	if err != nil {
		return fmt.Errorf("the container's devices: %w", err)
	}
	dir, ok := r.groups.dirs["devices"]
	if ok && r.groups.tree.Version("devices") != 2 {
		for _, f := range table.Files() {
			if err := r.k.Write(filepath.Join(dir, f.Name), f.Value, f.Man); err != nil {
				return err
			}
		}
		return nil
	}
	if dir = r.groups.dirs[""]; dir == "" {
		return nil
	}
	return r.k.DeviceProgram(dir, table.Program())
}

// mounts tells what the container's /sys/fs/cgroup is made of.
func (g *groups) mounts() (v2 bool, hierarchies []inside.Hierarchy) {
	if g.tree.Mode == cgroup.V2 {
		return true, nil
	}
	for _, d := range g.list {
		if d.Version == 1 {
			hierarchies = append(hierarchies, inside.Hierarchy{Controllers: d.Controllers, Dir: d.Path})
		}
	}
	return false, hierarchies
}

// oomKills is how many processes of the group the kernel killed for want of
// memory, and the file that says so. It does not say that PID 1 was one of them.
func (g *groups) oomKills() (n uint64, source string) {
	for _, f := range []string{"memory.events", "memory.oom_control"} {
		dir := g.dir("memory")
		if dir == "" {
			return 0, ""
		}
		source = filepath.Join(dir, f)
		b, err := os.ReadFile(source)
		if err != nil {
			continue
		}
		n, _ = proc.ParseFlat(b).Get("oom_kill")
		return n, source
	}
	if g.oom != nil { // systemd was quicker: what the file said last
		return g.oom.kills.Load(), g.oom.path
	}
	return 0, ""
}
