package inside

import (
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/kernel"
)

// Rootfs is what the half inside gets.
type Rootfs struct {
	Root        string
	Mounts      []specs.Mount
	Devices     []specs.LinuxDevice
	Masked      []string
	Readonly    []string
	ReadonlyFS  bool
	Workdir     string // to be made while that is possible, and can be undone
	Sysctl      map[string]string
	Propagation string
	Terminal    bool
	User        bool   // in a user namespace: no device nodes, bind the host's
	HeldMounts  string // why mounts are shown and not made
	Chroot      bool   // instead of pivot_root
	CgroupV2    bool   // mount the unified tree; else those of version 1
	Hierarchies []Hierarchy
	Undo        bool     // the root outlives the run (a bundle's): remove what is made in it
	Sources     []string // destinations of mounts whose sources come along as files
	HostPID     bool     // the container sees the processes of the engine's pid namespace
}

// rootfs makes the mounts and makes the root the process's own.
func rootfs(in *child.In) (any, error) {
	var a Rootfs
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
func populate(in *child.In, k *kernel.Kernel, t *tree, a *Rootfs) error {
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
	if a.Workdir != "" { // runc makes it about now, too
		at, err := t.dir(a.Workdir)
		if err != nil {
			return err
		}
		_ = unix.Close(at.FD)
	}
	if a.Terminal {
		return console(in, k, t)
	}
	return nil
}

// changeRoot makes the new root the process's root. pivot_root(".", ".") puts the
// old root on top of the new one, from where it is detached: pivot_root(2), NOTES.
func changeRoot(k, mounts *kernel.Kernel, a *Rootfs) error {
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
func protect(k *kernel.Kernel, a *Rootfs) error {
	if a.ReadonlyFS {
		if err := remount(k, "/", unix.MS_RDONLY); err != nil {
			return err
		}
	}
	for _, name := range sortedKeys(a.Sysctl) {
		if err := k.Write(SysctlPath(name), a.Sysctl[name], "proc_sys(5)"); err != nil {
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

// SysctlPath is the file of a sysctl. An interface's name may have dots in it:
// then the name is written with slashes. See sysctl.d(5).
func SysctlPath(name string) string {
	if i := strings.IndexAny(name, "./"); i >= 0 && name[i] == '/' {
		return "/proc/sys/" + name
	}
	return "/proc/sys/" + strings.ReplaceAll(name, ".", "/")
}
