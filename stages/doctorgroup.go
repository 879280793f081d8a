package stages

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/cgroup"
	"glassbox/runtime/kernel"
	"glassbox/runtime/systemd"
)

// groups tries whether a group can be made for a container, in the way in which
// the cgroups stage will, and which limits it can hold.
func (x *examination) groups() {
	tree, err := x.tree()
	if err != nil {
		x.add(Finding{
			Name: "cgroup", What: "cgroups", State: Lack, Said: err.Error(), Lose: "no limits: only with --without cgroup",
			Mend: []string{"mount -t cgroup2 none /sys/fs/cgroup"},
		})
		return
	}
	x.systemd()
	f := Finding{Name: "cgroup", What: "a cgroup of the container's own", State: Have, Tried: "make a group, move a process in, and undo both"}
	has, err := tryGroup(tree, !x.report.Root || Rootless())
	if err != nil {
		f.State, f.Said = Lack, err.Error()
		f.Lose = "no limits: -m, --cpus and --pids-limit are refused"
		f.Mend = x.groupMends(tree)
		x.add(f)
		return
	}
	x.add(f)
	for _, c := range []struct{ name, flags string }{
		{"memory", "-m"}, {"cpu", "--cpus, --cpu-shares"}, {"pids", "--pids-limit"}, {"io", "--device-read-bps and its like"}, {"cpuset", "--cpuset-cpus"},
	} {
		l := Finding{Name: "cgroup." + c.name, What: "the controller " + c.name, State: Have, Tried: "look which controllers that group has"}
		if !has(c.name) {
			l.State, l.Said, l.Lose = Lack, "it is not handed on to there", "no limits by "+c.flags
			switch {
			case x.report.Root:
				l.Mend = []string{"a kernel with that controller; cgroup_enable=" + c.name + " at boot on some"}
			case systemd.Running():
				l.Mend = []string{"systemctl edit user@.service, and add: [Service] Delegate=cpu cpuset io memory pids; then log in anew"}
			default:
				l.Mend = []string{"as root: echo +" + c.name + " > cgroup.subtree_control, in each group from the top down to the one that is yours"}
			}
		}
		x.add(l)
	}
}

// groupMends are what brings a group of the container's own on this machine.
func (x *examination) groupMends(tree cgroup.Tree) []string {
	switch {
	case x.report.Root:
		return []string{"mount -o remount,rw /sys/fs/cgroup (in a container: docker run --privileged, or --cgroupns host), or name a group with --cgroup-root"}
	case bare():
		return []string{"docker run --privileged"}
	case versionOne(tree):
		return []string{bootTwo()}
	case systemd.Running():
		return []string{
			"systemd-run --user --scope -p Delegate=yes glassbox run …",
			"where no user manager runs: log in anew, or loginctl enable-linger USER",
		}
	}
	return []string{"as root, make a group and chown it, its cgroup.procs and cgroup.subtree_control to the user, and start glassbox in a group below it"}
}

// versionOne tells whether the controllers are version 1's.
func versionOne(tree cgroup.Tree) bool { return tree.Unified == nil || tree.Mode == cgroup.Hybrid }

// bootTwo says what gives them to version 2.
func bootTwo() string {
	boot := "cgroup_no_v1=all"
	if systemd.Running() {
		boot = "systemd.unified_cgroup_hierarchy=1"
	}
	return "cgroup version 1 can't be delegated: boot the kernel with " + boot + ", or run as root"
}

// systemd tries whether systemd answers.
func (x *examination) systemd() {
	if !systemd.Running() {
		return // no systemd: groups are made by hand
	}
	f := Finding{Name: "systemd", What: "systemd over D-Bus", State: Have, Tried: "ask systemd for its version"}
	user := -1
	if !x.report.Root || Rootless() {
		user = hostUser()
	}
	if err := systemd.Managed(user); err != nil {
		f.State, f.Said = Lack, err.Error()
		f.Lose = "no scope of systemd's own for a container, so no limits in most places"
		f.Mend = []string{"apt-get install dbus-user-session, and log in anew; XDG_RUNTIME_DIR must lead to /run/user/UID"}
		if user < 0 {
			f.Mend = []string{"apt-get install dbus; systemctl start dbus"}
		}
	}
	x.add(f)
}

// Controllers tries to make a group for a container, and tells which controllers
// it can have; the error says why there can be none.
func Controllers() (has func(string) bool, err error) {
	t, err := Tree()
	if err != nil {
		return nil, err
	}
	return tryGroup(t, !kernel.MayMount() || Rootless())
}

// tryGroup makes a group as the cgroups stage would; has tells which controllers it can have.
func tryGroup(tree cgroup.Tree, user bool) (has func(string) bool, err error) {
	c := exec.Command("/proc/self/exe") // waits for its standard input to end
	c.Args = []string{ProbeName}
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start a process to move: %w", err)
	}
	defer func() {
		_ = in.Close()
		_ = c.Process.Kill()
		_ = c.Wait()
	}()
	name := "glassbox-doctor-" + NewID()
	who := -1
	if user {
		who = hostUser()
	}
	if systemd.Running() && tree.Unified != nil && (user || tree.Mode == cgroup.V2) {
		if err = systemd.Try(scopeOf(name, "of the doctor", who, c.Process.Pid)); err == nil {
			parent, err := unifiedOf(c.Process.Pid)
			if err != nil {
				return nil, err
			}
			return controllers(filepath.Join(tree.Unified.Mount, parent)), nil
		}
		if !user {
			return nil, err
		}
	}
	if user {
		return tryDelegated(tree, name, c.Process.Pid, err)
	}
	dirs, err := tree.Dirs("/", name)
	if err != nil {
		return nil, err
	}
	for _, d := range dirs {
		if err := kernel.TryGroup(d.Path, c.Process.Pid, ownGroup(tree, d)); err != nil {
			return nil, fmt.Errorf("make the group %s: %w", d.Path, err)
		}
	}
	return func(c string) bool { return tree.Version(c) != 0 }, nil
}

// tryDelegated makes a group where the tree of version 2 is writable.
func tryDelegated(tree cgroup.Tree, name string, pid int, bus error) (func(string) bool, error) {
	if tree.Unified == nil {
		return nil, fmt.Errorf("%w: this machine has cgroup version 1 alone", errNoGroup)
	}
	parent, ok := beside(tree, "+memory")
	if !ok {
		parent, ok = beside(tree, "")
	}
	own := filepath.Join(tree.Unified.Mount, tree.Unified.Own)
	if !ok {
		if bus != nil {
			return nil, fmt.Errorf("%w: %w", errNoGroup, bus)
		}
		if err := unix.Faccessat(unix.AT_FDCWD, filepath.Join(own, "cgroup.procs"), unix.W_OK, unix.AT_EACCESS); err != nil {
			return nil, fmt.Errorf("%w: write %s/cgroup.procs: %w", errNoGroup, own, err)
		}
		return nil, errNoGroup
	}
	dir := filepath.Join(tree.Unified.Mount, parent)
	if err := kernel.TryGroup(filepath.Join(dir, name), pid, own); err != nil {
		return nil, fmt.Errorf("make a group in %s: %w", dir, err)
	}
	if parent == tree.Unified.Own { // it holds us, and hands nothing on
		return func(string) bool { return false }, nil
	}
	return controllers(dir), nil
}

// controllers are those that groups below dir can have.
func controllers(dir string) func(string) bool {
	b, _ := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
	list := " " + strings.Join(strings.Fields(string(b)), " ") + " "
	return func(c string) bool { return strings.Contains(list, " "+c+" ") }
}

// ownGroup is the directory of this process's own group in a hierarchy.
func ownGroup(tree cgroup.Tree, d cgroup.Dir) string {
	if d.Version == 2 {
		return filepath.Join(tree.Unified.Mount, tree.Unified.Own)
	}
	for _, h := range tree.V1 {
		if h.Mount == d.Top {
			return filepath.Join(h.Mount, h.Own)
		}
	}
	return d.Top
}
