package kernel

import (
	"errors"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// Mkdir is mkdir(2). The directory goes again at the end of the run, with all
// that is in it if tree is set.
func (k *Kernel) Mkdir(path string, mode uint32, tree bool) error {
	c := journal.Call{
		Name: "mkdir", Man: "mkdir(2)", Args: args("pathname", path, "mode", octal(mode)),
		Sh: words("mkdir -m", octal(mode), Quote(path)),
	}
	return k.do(c, "make the directory "+path, func() error {
		if k.side == journal.Host {
			k.Plan(map[bool]string{true: "removetree", false: "rmdir"}[tree], path)
		}
		return unix.Mkdir(path, mode)
	})
}

// MkdirAt is mkdirat(2) of one name in an open directory.
func (k *Kernel) MkdirAt(dir At, name string, mode uint32) error {
	path := join(dir.Path, name)
	c := journal.Call{
		Name: "mkdirat", Man: "mkdirat(2)", Args: args("dirfd", itoa(dir.FD), "pathname", name, "mode", octal(mode), "at", path),
		Sh: words("mkdir -m", octal(mode), Quote(path)),
	}
	return k.do(c, "make the directory "+path, func() error { return unix.Mkdirat(dir.FD, name, mode) })
}

// CreateAt makes an empty file to mount on, with openat(2); one that is there is kept.
func (k *Kernel) CreateAt(dir At, name string, mode uint32) error {
	path := join(dir.Path, name)
	c := journal.Call{
		Name: "openat", Man: "openat(2)",
		Args: args("dirfd", itoa(dir.FD), "pathname", name, "flags", "O_CREAT|O_NOFOLLOW|O_CLOEXEC", "mode", octal(mode), "at", path),
		Sh:   "touch " + Quote(path),
	}
	return k.do(c, "make the file "+path, func() error {
		fd, err := unix.Openat(dir.FD, name, unix.O_CREAT|unix.O_NOFOLLOW|unix.O_CLOEXEC, mode)
		if err != nil {
			return err
		}
		return unix.Close(fd)
	})
}

// MknodAt is mknodat(2): mode holds the type of the node and its permissions,
// which the umask does not narrow.
func (k *Kernel) MknodAt(dir At, name string, mode uint32, major, minor uint32) error {
	path := join(dir.Path, name)
	kind, letter := "S_IFCHR", "c"
	if mode&unix.S_IFMT == unix.S_IFBLK {
		kind, letter = "S_IFBLK", "b"
	}
	c := journal.Call{
		Name: "mknodat", Man: "mknodat(2)",
		Args: args("dirfd", itoa(dir.FD), "pathname", name, "mode", kind+"|"+octal(mode&0o7777), "dev", sprint("%d:%d", major, minor), "at", path),
		Sh:   sprint("mknod -m %s %s %s %d %d", octal(mode&0o7777), Quote(path), letter, major, minor),
	}
	return k.do(c, "make the device node "+path, func() error {
		if err := unix.Mknodat(dir.FD, name, mode, int(unix.Mkdev(major, minor))); err != nil {
			return err
		}
		return unix.Fchmodat(dir.FD, name, mode&0o7777, 0)
	})
}

// SymlinkAt is symlinkat(2).
func (k *Kernel) SymlinkAt(target string, dir At, name string) error {
	path := join(dir.Path, name)
	c := journal.Call{
		Name: "symlinkat", Man: "symlinkat(2)", Args: args("target", target, "newdirfd", itoa(dir.FD), "linkpath", name, "at", path),
		Sh: words("ln -s", Quote(target), Quote(path)),
	}
	return k.do(c, "make the symbolic link "+path, func() error { return unix.Symlinkat(target, dir.FD, name) })
}

// Chown is fchownat(2) of one name in an open directory, links not followed.
func (k *Kernel) Chown(dir At, name string, uid, gid int) error {
	path := join(dir.Path, name)
	c := journal.Call{
		Name: "fchownat", Man: "fchownat(2)",
		Args: args("dirfd", itoa(dir.FD), "pathname", name, "owner", itoa(uid), "group", itoa(gid), "flags", "AT_SYMLINK_NOFOLLOW", "at", path),
		Sh:   sprint("chown -h %d:%d %s", uid, gid, Quote(path)),
	}
	return k.do(c, "change the owner of "+path, func() error {
		return unix.Fchownat(dir.FD, name, uid, gid, unix.AT_SYMLINK_NOFOLLOW)
	})
}

// ChownPath is lchown(2).
func (k *Kernel) ChownPath(path string, uid, gid int) error {
	c := journal.Call{
		Name: "lchown", Man: "chown(2)", Args: args("pathname", path, "owner", itoa(uid), "group", itoa(gid)),
		Sh: sprint("chown -h %d:%d %s", uid, gid, Quote(path)),
	}
	return k.do(c, "change the owner of "+path, func() error { return unix.Lchown(path, uid, gid) })
}

// Chmod is chmod(2).
func (k *Kernel) Chmod(path string, mode uint32) error {
	c := journal.Call{Name: "chmod", Man: "chmod(2)", Args: args("pathname", path, "mode", octal(mode)), Sh: words("chmod", octal(mode), Quote(path))}
	return k.do(c, "change the mode of "+path, func() error { return unix.Chmod(path, mode) })
}

// printed escapes text for printf(1), in one row, which views don't break.
var printed = strings.NewReplacer(`\`, `\\`, "%", "%%", "\n", `\n`, "\t", `\t`)

// Save writes a new regular file of ours (resolv.conf, hosts); it goes at the
// end of the run.
func (k *Kernel) Save(path string, content []byte, mode uint32) error {
	c := journal.Call{
		Name: "open", Man: "open(2)", Args: args("pathname", path, "flags", "O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC", "mode", octal(mode), "content", string(content)),
		Sh: "printf " + Quote(printed.Replace(string(content))) + " > " + Quote(path),
	}
	return k.do(c, "write "+path, func() error {
		if k.side == journal.Host {
			k.Plan("unlink", path)
		}
		return os.WriteFile(path, content, os.FileMode(mode))
	})
}

func join(dir, name string) string {
	if dir == "/" {
		return dir + name
	}
	return dir + "/" + name
}

// MakeGroup is mkdir(2) of a cgroup; inverse is how it goes again: rmdir for one
// that others may use too, rmcgroup for the container's own, regroup for one
// that the processes of the group above are put into, "" for one that goes by
// itself. See cgroups(7).
func (k *Kernel) MakeGroup(path, inverse string) error {
	c := journal.Call{Name: "mkdir", Man: "cgroups(7)", Args: args("pathname", path, "mode", "0755"), Sh: "mkdir " + Quote(path)}
	err := k.do(c, "make the cgroup "+path, func() error {
		if inverse != "" {
			k.Plan(inverse, path)
		}
		return unix.Mkdir(path, 0o755)
	})
	if e := (*Error)(nil); errors.As(err, &e) {
		e.Mend = mend("cgroup", e.Err)
	}
	return err
}
