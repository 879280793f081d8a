package kernel

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// UserNS makes a user namespace with these maps and opens it. Only a process
// can be in one, and a namespace that nobody is in or holds is gone: a
// short-lived process pins it until it is open.
func (k *Kernel) UserNS(uids, gids string) (*os.File, error) {
	c := journal.Call{
		Name: "clone", Man: "clone(2)", Args: args("flags", "CLONE_NEWUSER|SIGCHLD", "program", "(none: it waits until the namespace is open)"),
		Sh: "unshare --user sleep infinity &",
	}
	var pid int
	_, err := k.Do(c, "make a user namespace", func() (int64, error) {
		syscall.ForkLock.Lock()
		defer syscall.ForkLock.Unlock()
		var e syscall.Errno
		if pid, e = forkWaiting(); e != 0 {
			return -1, e
		}
		return int64(pid), nil
	})
	if err != nil || pid == 0 {
		return nil, err
	}
	defer func() {
		_ = unix.Kill(pid, unix.SIGKILL)
		_, _ = unix.Wait4(pid, nil, 0, nil)
	}()
	dir := fmt.Sprintf("/proc/%d/", pid)
	if err := k.Write(dir+"uid_map", uids, "user_namespaces(7)"); err != nil {
		return nil, err
	}
	if err := k.Write(dir+"gid_map", gids, "user_namespaces(7)"); err != nil {
		return nil, err
	}
	f, err := os.Open(dir + "ns/user")
	if err != nil {
		return nil, fmt.Errorf("open the user namespace: %w", err)
	}
	return f, nil
}

// forkWaiting makes a process in a new user namespace that waits to be killed.
// See forkRaw.
//
//go:norace
//go:nosplit
//go:noinline
func forkWaiting() (int, syscall.Errno) {
	beforeFork()
	pid, _, e := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD)|unix.CLONE_NEWUSER, 0, 0, 0, 0, 0)
	if e != 0 || pid != 0 {
		afterFork()
		return int(pid), e
	}
	afterForkInChild()
	_, _, _ = syscall.RawSyscall6(syscall.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0, 0, 0, 0)
	for {
		_, _, _ = syscall.RawSyscall6(unix.SYS_PPOLL, 0, 0, 0, 0, 0, 0)
	}
}

// Idmap mounts a copy of what is at source on target, whose files belong there
// to the ids that a user namespace maps theirs to: mount_setattr(2), "ID-mapped mounts".
func (k *Kernel) Idmap(source, target string, ns *os.File) error {
	fd, err := k.openTree(source, false)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	c := journal.Call{
		Name: "mount_setattr", Man: "mount_setattr(2)",
		Args: args("dirfd", itoa(fd), "pathname", "", "flags", "AT_EMPTY_PATH", "attr_set", "MOUNT_ATTR_IDMAP", "userns_fd", itoa(int(ns.Fd())), "at", source),
		Sh:   words("mount --bind -o X-mount.idmap=/proc/PID/ns/user", Quote(source), Quote(target)),
	}
	err = k.do(c, "map the ids of "+source, func() error {
		return unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_IDMAP, Userns_fd: uint64(ns.Fd())})
	})
	if err != nil {
		return err
	}
	k.Plan("umount", target)
	return k.moveMount(fd, At{FD: unix.AT_FDCWD, Path: target}, source)
}

// Tree opens a copy of the mount at source, with all that is mounted below it,
// so that a process which can't reach source can be handed it: open_tree(2).
func (k *Kernel) Tree(source string) (*os.File, error) {
	fd, err := k.openTree(source, true)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), source), nil
}

// MoveMountAt puts such a copy on an open place: move_mount(2).
func (k *Kernel) MoveMountAt(tree int, at At, source string) error {
	return k.moveMount(tree, at, source)
}

func (k *Kernel) openTree(source string, all bool) (int, error) {
	flags, shown := uint(unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC), "OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC"
	if all {
		flags, shown = flags|unix.AT_RECURSIVE, "AT_RECURSIVE|"+shown
	}
	c := journal.Call{
		Name: "open_tree", Man: "open_tree(2)", Args: args("dirfd", "AT_FDCWD", "pathname", source, "flags", shown),
		Sh: words("mount --bind", Quote(source), "…"),
	}
	fd, err := k.Do(c, "copy the mount of "+source, func() (int64, error) {
		fd, err := unix.OpenTree(unix.AT_FDCWD, source, flags)
		return int64(fd), err
	})
	return int(fd), err
}

func (k *Kernel) moveMount(tree int, at At, source string) error {
	dir, name, flags, shown := at.FD, "", unix.MOVE_MOUNT_F_EMPTY_PATH|unix.MOVE_MOUNT_T_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH"
	if dir == unix.AT_FDCWD {
		name, flags, shown = at.Path, unix.MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"
	}
	c := journal.Call{
		Name: "move_mount", Man: "move_mount(2)",
		Args: args("from_dirfd", itoa(tree), "from_pathname", "", "to_dirfd", dirfd(dir), "to_pathname", name, "flags", shown, "from", source, "at", at.Path),
		Sh:   words("mount --move …", Quote(at.Path)),
	}
	return k.do(c, "mount "+source+" on "+at.Path, func() error { return unix.MoveMount(tree, "", dir, name, flags) })
}

func dirfd(fd int) string {
	if fd == unix.AT_FDCWD {
		return "AT_FDCWD"
	}
	return itoa(fd)
}
