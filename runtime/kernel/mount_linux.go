package kernel

import (
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// At is a place that was opened before it is used, so that nobody can swap a
// symbolic link into its path in between. Path is what a person calls it.
type At struct {
	FD   int
	Path string
}

// Proc is the name by which mount(2) reaches an open place.
func (a At) Proc() string { return "/proc/self/fd/" + itoa(a.FD) }

// Mount is mount(2). data is the comma-separated options of the file system.
func (k *Kernel) Mount(source, target, fstype string, flags uintptr, data string) error {
	return k.mount(source, target, target, fstype, flags, data)
}

// MountAt is mount(2) on an open place.
func (k *Kernel) MountAt(source string, at At, fstype string, flags uintptr, data string) error {
	return k.mount(source, at.Proc(), at.Path, fstype, flags, data)
}

// BindAt is mount(2) with MS_BIND of one open place on another.
func (k *Kernel) BindAt(from, at At, flags uintptr) error {
	c := mountCall(from.Proc(), at.Proc(), "", unix.MS_BIND|flags, "")
	c.Args = append(c.Args, args("from", from.Path, "at", at.Path)...)
	c.Sh = mountSh(from.Path, at.Path, "", unix.MS_BIND|flags, "")
	return k.do(c, "bind "+from.Path+" on "+at.Path, func() error {
		return unix.Mount(from.Proc(), at.Proc(), "", unix.MS_BIND|flags, "")
	})
}

func (k *Kernel) mount(source, target, at, fstype string, flags uintptr, data string) error {
	c := mountCall(source, target, fstype, flags, data)
	if at != target {
		c.Args = append(c.Args, args("at", at)...)
	}
	c.Sh = mountSh(source, at, fstype, flags, data)
	what := fstype
	if what == "" {
		what = source
	}
	tried := words("mount", what, "on", at)
	if flags&(unix.MS_SLAVE|unix.MS_PRIVATE|unix.MS_SHARED|unix.MS_UNBINDABLE) != 0 {
		tried = "set the propagation of " + at
	}
	undo := k.side == journal.Host && flags&(unix.MS_REMOUNT|unix.MS_SLAVE|unix.MS_PRIVATE|unix.MS_SHARED) == 0
	return k.do(c, tried, func() error {
		if undo {
			k.Plan("umount", at)
		}
		return unix.Mount(source, target, fstype, flags, data)
	})
}

func mountCall(source, target, fstype string, flags uintptr, data string) journal.Call {
	return journal.Call{
		Name: "mount", Man: "mount(2)",
		Args: args("source", source, "target", target, "filesystemtype", fstype, "mountflags", names(mountFlags, uint64(flags)), "data", data),
	}
}

// mountSh is the mount(8) command for the same effect.
func mountSh(source, at, fstype string, flags uintptr, data string) string {
	rec := ""
	if flags&unix.MS_REC != 0 {
		rec = "r"
	}
	for _, p := range []struct {
		bit  uintptr
		name string
	}{{unix.MS_SLAVE, "slave"}, {unix.MS_PRIVATE, "private"}, {unix.MS_SHARED, "shared"}, {unix.MS_UNBINDABLE, "unbindable"}} {
		if flags&p.bit != 0 {
			return "mount --make-" + rec + p.name + " " + Quote(at)
		}
	}
	if flags&unix.MS_MOVE != 0 {
		return words("mount --move", Quote(source), Quote(at))
	}
	opts := ""
	add := func(s string) {
		if opts != "" && s != "" {
			opts += ","
		}
		opts += s
	}
	for _, o := range []struct {
		bit  uintptr
		name string
	}{
		{unix.MS_REMOUNT, "remount"},
		{unix.MS_RDONLY, "ro"},
		{unix.MS_NOSUID, "nosuid"},
		{unix.MS_NODEV, "nodev"},
		{unix.MS_NOEXEC, "noexec"},
		{unix.MS_NOATIME, "noatime"},
		{unix.MS_RELATIME, "relatime"},
		{unix.MS_STRICTATIME, "strictatime"},
	} {
		if flags&o.bit != 0 {
			add(o.name)
		}
	}
	if flags&unix.MS_BIND != 0 && flags&unix.MS_REMOUNT != 0 {
		add("bind")
	}
	add(data)
	o := ""
	if opts != "" {
		o = "-o " + Quote(opts)
	}
	switch {
	case flags&unix.MS_REMOUNT != 0:
		return words("mount", o, Quote(at))
	case flags&unix.MS_BIND != 0:
		return words("mount --"+rec+"bind", o, Quote(source), Quote(at))
	}
	return words("mount", "-t", fstype, o, Quote(source), Quote(at))
}

// ReadonlyAll is mount_setattr(2) that makes a mount read-only with all that is
// mounted below it, which mount(2) can't.
func (k *Kernel) ReadonlyAll(at At) error {
	c := journal.Call{
		Name: "mount_setattr", Man: "mount_setattr(2)",
		Args: args("dirfd", itoa(at.FD), "flags", "AT_EMPTY_PATH|AT_RECURSIVE", "attr_set", "MOUNT_ATTR_RDONLY", "at", at.Path),
		Sh:   "mount -o remount,bind,ro=recursive " + Quote(at.Path),
	}
	return k.do(c, "make read-only what is mounted below "+at.Path, func() error {
		return unix.MountSetattr(at.FD, "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY})
	})
}

// Umount is umount2(2).
func (k *Kernel) Umount(target string, flags int) error {
	sh := words("umount", map[bool]string{true: "-l"}[flags&unix.MNT_DETACH != 0], Quote(target))
	c := journal.Call{Name: "umount2", Man: "umount2(2)", Sh: sh, Args: args("target", target, "flags", names(umountFlags, uint64(flags)))}
	return k.do(c, "unmount "+target, func() error { return unix.Unmount(target, flags) })
}

// PivotRoot is pivot_root(2). With "." twice the old root ends on top of the
// new one, and is taken away with Umount(".", MNT_DETACH).
func (k *Kernel) PivotRoot(newRoot, putOld string) error {
	c := journal.Call{
		Name: "pivot_root", Man: "pivot_root(2)", Args: args("new_root", newRoot, "put_old", putOld),
		Sh: words("pivot_root", Quote(newRoot), Quote(putOld)),
	}
	return k.do(c, "pivot_root to "+newRoot, func() error { return unix.PivotRoot(newRoot, putOld) })
}

// Chroot is chroot(2), which is no substitute for pivot_root: the old root stays reachable.
func (k *Kernel) Chroot(path string) error {
	c := journal.Call{Name: "chroot", Man: "chroot(2)", Args: args("path", path), Sh: "chroot " + Quote(path)}
	return k.do(c, "chroot to "+path, func() error { return unix.Chroot(path) })
}

// Chdir is chdir(2).
func (k *Kernel) Chdir(path string) error {
	c := journal.Call{Name: "chdir", Man: "chdir(2)", Args: args("path", path), Sh: "cd " + Quote(path)}
	return k.do(c, "enter the directory "+path, func() error { return unix.Chdir(path) })
}

// Fchdir is fchdir(2). Nobody can type it: a shell goes by names.
func (k *Kernel) Fchdir(at At) error {
	c := journal.Call{Name: "fchdir", Man: "fchdir(2)", Args: args("fd", itoa(at.FD), "at", at.Path)}
	return k.do(c, "enter the directory "+at.Path, func() error { return unix.Fchdir(at.FD) })
}

// MountNew mounts a file system with fsopen(2), fsconfig(2), fsmount(2) and
// move_mount(2): options too long for one page of mount(2) go one at a time.
func (k *Kernel) MountNew(fstype, target string, options [][2]string) error {
	opts := make([]string, len(options))
	for i, o := range options {
		opts[i] = strings.TrimSuffix(o[0]+"="+o[1], "=")
	}
	c := journal.Call{
		Name: "fsconfig", Man: "fsconfig(2)", Args: args("filesystemtype", fstype, "target", target, "options", strings.Join(opts, ",")),
		Sh: words("mount", "-t", fstype, "-o", Quote(strings.Join(opts, ",")), fstype, Quote(target)),
	}
	return k.do(c, "mount "+fstype+" on "+target, func() error {
		fs, err := unix.Fsopen(fstype, unix.FSOPEN_CLOEXEC)
		if err != nil {
			return err
		}
		defer unix.Close(fs)
		for _, o := range options {
			set := func() error { return unix.FsconfigSetString(fs, o[0], o[1]) }
			if o[1] == "" {
				set = func() error { return unix.FsconfigSetFlag(fs, o[0]) }
			}
			if err := set(); err != nil {
				return err
			}
		}
		if err := unix.FsconfigCreate(fs); err != nil {
			return err
		}
		m, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer unix.Close(m)
		k.Plan("umount", target)
		return unix.MoveMount(m, "", unix.AT_FDCWD, target, unix.MOVE_MOUNT_F_EMPTY_PATH)
	})
}
