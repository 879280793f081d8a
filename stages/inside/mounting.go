package inside

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// mountWords are the options of mount(8) that are flags of mount(2): a flag to
// set, or to clear. See the runtime specification, config-linux.md, "Linux mount options".
var mountWords = map[string]struct {
	flag  uintptr
	clear bool
}{
	"async": {unix.MS_SYNCHRONOUS, true}, "atime": {unix.MS_NOATIME, true}, "bind": {unix.MS_BIND, false}, "defaults": {0, false},
	"dev": {unix.MS_NODEV, true}, "diratime": {unix.MS_NODIRATIME, true}, "dirsync": {unix.MS_DIRSYNC, false}, "exec": {unix.MS_NOEXEC, true},
	"lazytime": {unix.MS_LAZYTIME, false}, "noatime": {unix.MS_NOATIME, false}, "nodev": {unix.MS_NODEV, false},
	"nodiratime": {unix.MS_NODIRATIME, false}, "noexec": {unix.MS_NOEXEC, false}, "norelatime": {unix.MS_RELATIME, true},
	"nostrictatime": {unix.MS_STRICTATIME, true}, "nosuid": {unix.MS_NOSUID, false}, "nosymfollow": {unix.MS_NOSYMFOLLOW, false},
	"rbind": {unix.MS_BIND | unix.MS_REC, false}, "relatime": {unix.MS_RELATIME, false}, "remount": {unix.MS_REMOUNT, false},
	"ro": {unix.MS_RDONLY, false}, "rw": {unix.MS_RDONLY, true}, "strictatime": {unix.MS_STRICTATIME, false},
	"suid": {unix.MS_NOSUID, true}, "sync": {unix.MS_SYNCHRONOUS, false},
}

var propagationWords = map[string]uintptr{
	"private": unix.MS_PRIVATE, "shared": unix.MS_SHARED, "slave": unix.MS_SLAVE, "unbindable": unix.MS_UNBINDABLE,
	"rprivate": unix.MS_PRIVATE | unix.MS_REC, "rshared": unix.MS_SHARED | unix.MS_REC,
	"rslave": unix.MS_SLAVE | unix.MS_REC, "runbindable": unix.MS_UNBINDABLE | unix.MS_REC,
}

// propagation reads a propagation word; "" is the given default.
func propagation(word string, other uintptr) (uintptr, error) {
	if word == "" {
		return other, nil
	}
	f, ok := propagationWords[word]
	if !ok {
		return 0, fmt.Errorf("%q is no mount propagation: shared, slave, private or unbindable, or one of them with an r in front", word)
	}
	return f, nil
}

// Options splits a mount's options into flags, propagation and what the file system reads itself.
func Options(list []string) (flags, prop uintptr, data string) {
	var own []string
	for _, o := range list {
		if w, ok := mountWords[o]; ok {
			if w.clear {
				flags &^= w.flag
			} else {
				flags |= w.flag
			}
			continue
		}
		if p, ok := propagationWords[o]; ok {
			prop = p
			continue
		}
		if o != "tmpcopyup" && o != "rro" {
			own = append(own, o)
		}
	}
	return flags, prop, strings.Join(own, ",")
}

// mountOne makes one of the spec's mounts below the new root.
func mountOne(k *kernel.Kernel, t *tree, m specs.Mount, a *Rootfs) error {
	flags, prop, data := Options(m.Options)
	switch {
	case m.Type == "cgroup" || m.Type == "cgroup2":
		return mountCgroup(k, t, m, flags, a)
	case m.Type == "bind" || flags&unix.MS_BIND != 0:
		return mountBind(k, t, m, flags, prop)
	}
	if m.Type == "proc" || m.Type == "sysfs" {
		// A link here would let an image choose what is covered (CVE-2019-19921).
		if at, err := t.look(m.Destination, unix.RESOLVE_NO_SYMLINKS); err == nil {
			_ = unix.Close(at.FD)
		} else if !errors.Is(err, unix.ENOENT) {
			return fmt.Errorf("%s of the image must be a directory, with no symbolic link on the way: %w", m.Destination, err)
		}
	}
	at, err := t.dir(m.Destination)
	if err != nil {
		return err
	}
	if err = uncovered(at, m); err == nil {
		err = k.MountAt(m.Source, at, m.Type, flags, data)
	}
	_ = unix.Close(at.FD)
	if a.User && errors.Is(err, unix.EPERM) {
		return instead(k, t, m, flags, a, err)
	}
	if err != nil || prop == 0 {
		return err
	}
	return propagate(k, t, m.Destination, prop)
}

// remountIn sets flags of a bind mount below the new root.
func remountIn(k *kernel.Kernel, t *tree, p string, flags uintptr) error {
	at, err := t.look(p, 0)
	if err != nil {
		return err
	}
	defer unix.Close(at.FD)
	return k.MountAt("", at, "", unix.MS_REMOUNT|unix.MS_BIND|flags|lockedFlags(at.Proc()), "")
}

func propagate(k *kernel.Kernel, t *tree, p string, prop uintptr) error {
	at, err := t.look(p, 0)
	if err != nil {
		return err
	}
	defer unix.Close(at.FD)
	return k.MountAt("", at, "", prop, "")
}

// remount sets flags of the mount at a path, after the root has changed.
func remount(k *kernel.Kernel, p string, flags uintptr) error {
	return k.Mount("", p, "", unix.MS_REMOUNT|unix.MS_BIND|flags|lockedFlags(p), "")
}

// lockedFlags are the flags that a mount has and must keep: in a user namespace
// the kernel refuses a remount that would clear them. See mount_namespaces(7).
func lockedFlags(p string) uintptr {
	var s unix.Statfs_t
	if unix.Statfs(p, &s) != nil {
		return 0
	}
	var f uintptr
	for _, b := range []struct{ st, ms uintptr }{
		{unix.ST_RDONLY, unix.MS_RDONLY},
		{unix.ST_NOSUID, unix.MS_NOSUID},
		{unix.ST_NODEV, unix.MS_NODEV},
		{unix.ST_NOEXEC, unix.MS_NOEXEC},
		{unix.ST_NOATIME, unix.MS_NOATIME},
		{unix.ST_NODIRATIME, unix.MS_NODIRATIME},
	} {
		if uintptr(s.Flags)&b.st != 0 {
			f |= b.ms
		}
	}
	return f
}

// mountCgroup shows the container its own groups: in its cgroup namespace the
// root of the tree is its group. Version 1 has a tree for each hierarchy.
func mountCgroup(k *kernel.Kernel, t *tree, m specs.Mount, flags uintptr, a *Rootfs) error {
	at, err := t.dir(m.Destination)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(at.FD) }()
	if a.CgroupV2 {
		err := k.MountAt("cgroup", at, "cgroup2", flags, "")
		if a.User && errors.Is(err, unix.EBUSY) { // the host's, with its /sys: one file system is not mounted twice in one place
			err = between(k, t, m, flags)
		}
		if a.User && errors.Is(err, unix.EPERM) { // without a cgroup namespace of its own
			return instead(k, t, m, flags, a, err)
		}
		return err
	}
	if err := k.MountAt("tmpfs", at, "tmpfs", flags&^unix.MS_RDONLY, "mode=755"); err != nil {
		return err
	}
	for _, h := range a.Hierarchies {
		if err := mountHierarchy(k, t, m.Destination, h, flags); err != nil {
			return err
		}
	}
	if flags&unix.MS_RDONLY != 0 {
		return remountIn(k, t, m.Destination, flags)
	}
	return nil
}

// between mounts the container's own groups over the host's, with a tmpfs between.
func between(k *kernel.Kernel, t *tree, m specs.Mount, flags uintptr) error {
	for _, fs := range []struct {
		name, kind, data string
	}{{"tmpfs", "tmpfs", "mode=755"}, {"cgroup", "cgroup2", ""}} {
		at, err := t.look(m.Destination, 0)
		if err != nil {
			return err
		}
		err = k.MountAt(fs.name, at, fs.kind, flags, fs.data)
		_ = unix.Close(at.FD)
		if err != nil {
			return err
		}
	}
	return nil
}

// mountHierarchy mounts one hierarchy of version 1, or binds the container's own
// group of it.
func mountHierarchy(k *kernel.Kernel, t *tree, place string, h Hierarchy, flags uintptr) error {
	name := strings.TrimPrefix(strings.Join(h.Controllers, ","), "name=")
	if h.Dir != "" {
		m := specs.Mount{Destination: path.Join(place, name), Source: h.Dir}
		if err := mountBind(k, t, m, flags|unix.MS_BIND|unix.MS_REC, 0); err != nil {
			return err
		}
		return links(k, t, place, name, h.Controllers)
	}
	sub, err := t.dir(path.Join(place, name))
	if err != nil {
		return err
	}
	source := "cgroup"
	if strings.HasPrefix(h.Controllers[0], "name=") {
		source = name // as runc names it
	}
	err = k.MountAt(source, sub, "cgroup", flags, cgroupData(h.Controllers))
	_ = unix.Close(sub.FD)
	if err != nil {
		return err
	}
	return links(k, t, place, name, h.Controllers)
}

func cgroupData(h []string) string {
	if len(h) == 1 && strings.HasPrefix(h[0], "name=") {
		return "none," + h[0] // a hierarchy without controllers
	}
	return strings.Join(h, ",")
}

// links makes cpu and cpuacct lead to cpu,cpuacct where they share a hierarchy.
func links(k *kernel.Kernel, t *tree, place, name string, h []string) error {
	if len(h) < 2 {
		return nil
	}
	dir, err := t.look(place, 0)
	if err != nil {
		return err
	}
	defer unix.Close(dir.FD)
	for _, c := range h {
		if err := k.SymlinkAt(name, dir, c); err != nil && !errors.Is(err, unix.EEXIST) {
			return err
		}
	}
	return nil
}

// readonlyPath binds a path on itself and makes that mount read-only.
func readonlyPath(k *kernel.Kernel, p string) error {
	if _, err := os.Lstat(p); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := k.Mount(p, p, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	return remount(k, p, unix.MS_RDONLY)
}

// maskPath covers a file with /dev/null, a directory with an empty read-only tmpfs.
func maskPath(k *kernel.Kernel, p string) error {
	st, err := os.Stat(p)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ENOTDIR) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at %s, to mask it: %w", p, err)
	}
	if st.IsDir() {
		return k.Mount("tmpfs", p, "tmpfs", unix.MS_RDONLY, "")
	}
	// Only the real /dev/null will do: an image could have put something else there.
	fd, err := unix.Open("/dev/null", unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open /dev/null, to mask %s: %w", p, err)
	}
	defer unix.Close(fd)
	if !isNull(fd) {
		return fmt.Errorf("mask %s: /dev/null in the container is not the null device", p)
	}
	to, err := unix.Open(p, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s, to mask it: %w", p, err)
	}
	defer unix.Close(to)
	return k.BindAt(kernel.At{FD: fd, Path: "/dev/null"}, kernel.At{FD: to, Path: p}, 0)
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
