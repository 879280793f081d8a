package stages

import (
	"context"
	"path/filepath"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/kernel"
)

// rootfsArgs is what the half inside gets.
type rootfsArgs struct {
	Root        string
	Mounts      []specs.Mount
	Devices     []specs.LinuxDevice
	Masked      []string
	Readonly    []string
	ReadonlyFS  bool
	Sysctl      map[string]string
	Propagation string
	Terminal    bool
	User        bool   // in a user namespace: no device nodes, bind the host's
	HeldMounts  string // why mounts are shown and not made
	Chroot      bool   // instead of pivot_root
	CgroupV2    bool   // mount the unified tree; else those of version 1
	Hierarchies []hierarchy
	Undo        bool     // the root outlives the run (a bundle's): remove what is made in it
	Sources     []string // destinations of mounts whose sources come along as files
	HostPID     bool     // the container sees the processes of the engine's pid namespace
}

// rootfs gives the first process its own root file system, as runc does it.
func rootfs(ctx context.Context, r *Run) error {
	p := r.Plan
	if err := r.foresee(); err != nil {
		return err
	}
	if err := r.writeEtc(); err != nil {
		return err
	}
	s := p.Spec
	if err := checkSysctls(p); err != nil {
		return err
	}
	a := rootfsArgs{
		Root: r.root, Mounts: s.Mounts, Devices: s.Linux.Devices, Masked: s.Linux.MaskedPaths, Readonly: s.Linux.ReadonlyPaths,
		ReadonlyFS: s.Root.Readonly, Sysctl: s.Linux.Sysctl, Propagation: s.Linux.RootfsPropagation, Terminal: s.Process.Terminal,
		User: p.has(specs.UserNamespace) || r.Plan.Rootless, Undo: p.Bundle != "",
		HostPID: !p.has(specs.PIDNamespace),
	}
	a.CgroupV2, a.Hierarchies = r.groups.mounts()
	if p.has(specs.CgroupNamespace) {
		for i := range a.Hierarchies {
			a.Hierarchies[i].Dir = "" // the namespace shows the group as the root
		}
	}
	if !p.has(specs.MountNamespace) {
		a.HeldMounts = "without a mount namespace of its own it would mount on the host"
		a.Chroot = true
		r.k.Note("warning", "without-mnt", "Without a mount namespace runc can only chroot, and nothing is mounted here: the program has no /proc.")
	}
	if p.Without("pivot_root") {
		a.Chroot = true
		r.k.Note("warning", "without-pivot", "chroot(2) in place of pivot_root(2): the old root stays reachable for a process with CAP_SYS_CHROOT, as with runc's --no-pivot.")
	}
	r.k.Note("runc", "rootfs-limits", "runc writes the cgroup limits now, after the mounts and before pivot_root; glassbox has written them a stage before.")
	if err := r.fit(&a); err != nil {
		return err
	}
	trees, err := r.sources(&a)
	if err != nil {
		return err
	}
	err = r.ask(ctx, "rootfs", a, trees...)
	for _, f := range trees {
		_ = f.Close()
	}
	if err != nil {
		return err
	}
	if f := r.child.File("console"); f != nil {
		r.stdio.terminal(r, f)
	}
	return nil
}

// writeEtc writes the three files of /etc that are the host's to fill.
func (r *Run) writeEtc() error {
	if r.Plan.Bundle != "" {
		return nil
	}
	resolv, hosts, name, err := etcFiles(r.Plan)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name    string
		content []byte
	}{{"resolv.conf", resolv}, {"hosts", hosts}, {"hostname", name}} {
		if err := r.k.Save(filepath.Join(r.Plan.State, f.name), f.content, 0o644); err != nil {
			return err
		}
		if root := r.hostRoot(); root != 0 {
			if err := r.k.Chown(kernel.At{FD: unix.AT_FDCWD, Path: r.Plan.State}, filepath.Join(r.Plan.State, f.name), root, root); err != nil {
				return err
			}
		}
	}
	return nil
}

// rootfsInside makes the mounts and makes the root the process's own.
func rootfsInside(in *child.In) (any, error) {
	var a rootfsArgs
	if err := in.Decode(&a); err != nil {
		return nil, err
	}
	k := in.K
	if a.HeldMounts != "" {
		k = k.Held(a.HeldMounts)
	}
	flags, err := propagation(a.Propagation, unix.MS_REC|unix.MS_SLAVE)
	if err != nil {
		return nil, err
	}
	if err := k.Mount("", "/", "", flags, ""); err != nil {
		return nil, err
	}
	if err := k.Mount(a.Root, a.Root, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return nil, err
	}
	t, err := openRoot(in.K, a.Root, a.Undo)
	if err != nil {
		return nil, err
	}
	defer t.close()
	t.sources = map[string]int{}
	for i, s := range a.Sources {
		if i < len(in.Files) {
			t.sources[s] = in.Files[i]
			defer unix.Close(in.Files[i])
		}
	}
	if err := populate(in, k, t, &a); err != nil {
		return nil, err
	}
	if err := changeRoot(in.K, k, &a); err != nil {
		return nil, err
	}
	return nil, protect(k, &a)
}

// populate makes the mounts, the devices and the terminal below the new root.
func populate(in *child.In, k *kernel.Kernel, t *tree, a *rootfsArgs) error {
	own := false // /dev is a fresh file system: fill it
	for _, m := range a.Mounts {
		if err := mountOne(k, t, m, a); err != nil {
			return err
		}
		own = own || m.Destination == "/dev" && m.Type != "bind"
	}
	if own || a.HeldMounts != "" {
		if err := makeDevices(in.K, k, t, a); err != nil {
			return err
		}
	}
	if a.Terminal {
		return console(in, k, t)
	}
	return nil
}

// changeRoot makes the new root the process's root. pivot_root(".", ".") puts the
// old root on top of the new one, from where it is detached: pivot_root(2), NOTES.
func changeRoot(k, mounts *kernel.Kernel, a *rootfsArgs) error {
	if err := k.Chdir(a.Root); err != nil {
		return err
	}
	if a.Chroot {
		if err := mounts.Mount(a.Root, "/", "", unix.MS_MOVE, ""); err != nil {
			return err
		}
		if err := k.Chroot("."); err != nil {
			return err
		}
		return k.Chdir("/")
	}
	old, err := unix.Open("/", unix.O_DIRECTORY|unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(old)
	if err := k.PivotRoot(".", "."); err != nil {
		return err
	}
	if err := k.Fchdir(kernel.At{FD: old, Path: "the old root"}); err != nil {
		return err
	}
	// A slave, so that the unmounting does not reach the host.
	if err := k.Mount("", ".", "", unix.MS_SLAVE|unix.MS_REC, ""); err != nil {
		return err
	}
	if err := k.Umount(".", unix.MNT_DETACH); err != nil {
		return err
	}
	return k.Chdir("/")
}

// protect makes the root read-only if asked, sets sysctls, and covers what leaks.
func protect(k *kernel.Kernel, a *rootfsArgs) error {
	if a.ReadonlyFS {
		if err := remount(k, "/", unix.MS_RDONLY); err != nil {
			return err
		}
	}
	for _, name := range sortedKeys(a.Sysctl) {
		if err := k.Write(sysctlPath(name), a.Sysctl[name], "proc_sys(5)"); err != nil {
			return err
		}
	}
	if k.IsHeld() {
		return nil // the paths would be the host's
	}
	for _, p := range a.Readonly {
		if err := readonlyPath(k, p); err != nil {
			return err
		}
	}
	for _, p := range a.Masked {
		if err := maskPath(k, p); err != nil {
			return err
		}
	}
	return nil
}
