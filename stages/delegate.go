package stages

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/cgroup"
	"glassbox/runtime/systemd"
)

// errNoGroup says that no group can be made here.
var errNoGroup = errors.New("no cgroup is delegated to this user")

// errNotOurs says that the engine's own group is somebody else's.
var errNotOurs = fmt.Errorf("%w: see `glassbox doctor`", errNoGroup)

// everyController are version 2's: what limits may need, before it is known
// where the group goes.
const everyController = "cpu cpuset io memory pids hugetlb rdma misc"

// delegated finds where the engine may make groups without the machine's root:
// in a scope of the user's own systemd, or where the tree of version 2 is
// writable. enable are the controllers that the limits need ("+cpu +memory").
// See systemd's CGROUP_DELEGATION.md, and cgroup-v2.rst, "Delegation".
func (r *Run) delegated(tree cgroup.Tree, enable string) (parent, name string, err error) {
	name = "glassbox-" + r.Plan.ID
	if tree.Unified == nil {
		return "", "", fmt.Errorf("%w: this machine has cgroup version 1 alone, which can't be delegated: boot with systemd.unified_cgroup_hierarchy=1", errNoGroup)
	}
	var bus error
	if systemd.Running() {
		if parent, bus = r.userScope(tree, name); bus == nil {
			return parent, "container", nil
		}
	}
	if parent, ok := beside(tree, enable); ok {
		return parent, name, nil
	}
	parent, err = r.alone(tree, enable)
	return parent, name, unscoped(err, bus)
}

// unscoped is why there is no group: what the user's systemd said, unless something
// is known of a group that is this user's.
func unscoped(err, bus error) error {
	if bus == nil || !errors.Is(err, errNotOurs) {
		return err
	}
	return fmt.Errorf("%w: your systemd made none: %w: log in at a console or by ssh (su opens no session), or run loginctl enable-linger", errNoGroup, bus)
}

// userScope has the user's systemd make a scope for the engine and the
// container. Both must be in it: a process goes from one group to another only
// by leave of the group that is above both.
func (r *Run) userScope(tree cgroup.Tree, name string) (string, error) {
	err := systemd.Start(r.k, scopeOf(name, r.Plan.Name, hostUser(), os.Getpid(), r.child.Process.Pid))
	if err != nil {
		return "", err
	}
	parent, err := unifiedOf(r.child.Process.Pid)
	if err != nil {
		return "", err
	}
	// A group with processes hands no controllers on: the engine gets one of its own beside the container's.
	own := filepath.Join(tree.Unified.Mount, parent, "engine")
	if err := r.k.MakeGroup(own, ""); err != nil { // goes with the scope
		return "", err
	}
	return parent, r.k.Write(filepath.Join(own, "cgroup.procs"), itoa(os.Getpid()), "cgroups(7)")
}

// beside looks for a group above the engine's own that this user may make
// groups in, and that hands the controllers on.
func beside(tree cgroup.Tree, enable string) (string, bool) {
	for p := path.Dir(tree.Unified.Own); tree.Unified.Own != "/"; p = path.Dir(p) {
		dir := filepath.Join(tree.Unified.Mount, p)
		if writable(dir) && (notYet(filepath.Join(dir, "cgroup.subtree_control"), enable) == "" ||
			members(dir) == nil && offers(dir, enable)) {
			return p, true
		}
		if p == "/" {
			break
		}
	}
	own := filepath.Join(tree.Unified.Mount, tree.Unified.Own)
	return tree.Unified.Own, enable == "" && writable(own)
}

// alone makes the engine's own group the parent, after it has moved itself and
// its first self out of it, if nobody else is in there.
func (r *Run) alone(tree cgroup.Tree, enable string) (string, error) {
	own := filepath.Join(tree.Unified.Mount, tree.Unified.Own)
	if !writable(own) {
		return "", errNotOurs
	}
	ours := []string{itoa(os.Getpid()), itoa(r.child.Process.Pid)}
	if before != nil {
		ours = append(ours, itoa(before.Pid))
	}
	list := members(own)
	if i := slices.IndexFunc(list, func(p string) bool { return !slices.Contains(ours, p) }); i >= 0 {
		return "", fmt.Errorf("%w that could hold limits: the group %s holds other processes (%s), and a group with processes can't hand controllers on: start glassbox in a group of its own",
			errNoGroup, own, list[i])
	}
	if !offers(own, enable) {
		return "", fmt.Errorf("%w: %s is not given the controllers %s", errNoGroup, own, enable)
	}
	sub := filepath.Join(own, "glassbox-"+r.Plan.ID+"-engine")
	if err := r.k.MakeGroup(sub, "regroup"); err != nil {
		return "", err
	}
	for _, p := range list {
		if err := r.k.Write(filepath.Join(sub, "cgroup.procs"), p, "cgroups(7)"); err != nil {
			return "", err
		}
	}
	return tree.Unified.Own, nil
}

// writable tells whether this user may make groups in a group, and move its own
// processes between those: cgroup-v2.rst, "Delegation Containment".
func writable(dir string) bool {
	for _, f := range []string{"", "cgroup.procs", "cgroup.subtree_control"} {
		if unix.Faccessat(unix.AT_FDCWD, filepath.Join(dir, f), unix.W_OK, unix.AT_EACCESS) != nil {
			return false
		}
	}
	return true
}

// offers tells whether a group has the controllers that it is to hand on.
func offers(dir, enable string) bool {
	return notYet(filepath.Join(dir, "cgroup.controllers"), enable) == ""
}

// members are the processes that are in a group itself.
func members(dir string) []string {
	b, err := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
	if err != nil {
		return []string{"?"}
	}
	list := strings.Fields(string(b))
	if len(list) == 0 {
		return nil
	}
	return list
}
