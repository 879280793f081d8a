package stages

import (
	"context"
	"path/filepath"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
	"glassbox/stages/inside"
)

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
	a := inside.Rootfs{
		Root: r.root, Mounts: s.Mounts, Devices: s.Linux.Devices, Masked: s.Linux.MaskedPaths, Readonly: s.Linux.ReadonlyPaths,
		ReadonlyFS: s.Root.Readonly, Sysctl: s.Linux.Sysctl, Propagation: s.Linux.RootfsPropagation, Terminal: s.Process.Terminal,
		User: p.has(specs.UserNamespace) || r.Plan.Rootless, Undo: p.Bundle != "",
		HostPID: !p.has(specs.PIDNamespace),
	}
	if a.ReadonlyFS || a.Undo { // else the exec stage makes it, where nothing but the overlay has it
		a.Workdir = s.Process.Cwd
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
	if a.Sysctl[portStart] == "0" && p.Bundle == "" {
		r.k.Note("info", "ports-free", "In a network namespace of the container's own every user may listen on the ports below 1024, and may ping: docker sets it so since 20.10, containerd for a Pod since 2.0; CRI-O does not.")
	}
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
