package kernel

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// CopyTree copies a directory with everything that tar would keep: owners,
// modes, times, links of both kinds, devices and extended attributes. The copy
// stays: it is what was asked for.
func (k *Kernel) CopyTree(from, to string) error {
	c := journal.Call{Name: "copy", Man: "cp(1)", Args: args("from", from, "to", to), Sh: words("cp -aT", Quote(from), Quote(to))}
	return k.do(c, "copy "+from+" to "+to, func() error { return copyTree(from, to) })
}

func copyTree(from, to string) error {
	c := &copier{top: to, links: map[[2]uint64]string{}}
	err := filepath.WalkDir(from, func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, p)
		if err != nil {
			return err
		}
		if err := c.one(p, filepath.Join(to, rel)); err != nil {
			return fmt.Errorf("copy %s: %w", p, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := len(c.dirs) - 1; i >= 0; i-- { // last, since making entries changes them
		if err := unix.UtimesNanoAt(unix.AT_FDCWD, c.dirs[i].path, c.dirs[i].times, unix.AT_SYMLINK_NOFOLLOW); err != nil {
			return err
		}
	}
	return nil
}

type copier struct {
	top   string               // may be there
	links map[[2]uint64]string // device and inode to the first copy
	dirs  []dirTimes
}

type dirTimes struct {
	path  string
	times []unix.Timespec
}

func (c *copier) one(from, to string) error {
	var st unix.Stat_t
	if err := unix.Lstat(from, &st); err != nil {
		return err
	}
	kind := st.Mode & unix.S_IFMT
	id := [2]uint64{uint64(st.Dev), st.Ino}
	if kind != unix.S_IFDIR && st.Nlink > 1 {
		if first, ok := c.links[id]; ok {
			return os.Link(first, to)
		}
		c.links[id] = to
	}
	if err := create(from, to, kind, &st); err != nil && (to != c.top || !errors.Is(err, unix.EEXIST)) {
		return err
	}
	return c.attributes(from, to, kind, &st)
}

func create(from, to string, kind uint32, st *unix.Stat_t) error {
	switch kind {
	case unix.S_IFDIR:
		return unix.Mkdir(to, 0o700)
	case unix.S_IFLNK:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case unix.S_IFREG:
		return copyFile(from, to)
	case unix.S_IFSOCK:
		return nil
	}
	return unix.Mknod(to, st.Mode, int(st.Rdev))
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}

func (c *copier) attributes(from, to string, kind uint32, st *unix.Stat_t) error {
	if kind == unix.S_IFSOCK {
		return nil
	}
	if err := unix.Lchown(to, int(st.Uid), int(st.Gid)); err != nil {
		return err
	}
	if err := copyXattrs(from, to); err != nil {
		return err
	}
	if kind != unix.S_IFLNK {
		if err := unix.Fchmodat(unix.AT_FDCWD, to, st.Mode&0o7777, 0); err != nil { // after chown, which clears setuid
			return err
		}
	}
	times := []unix.Timespec{st.Atim, st.Mtim}
	if kind == unix.S_IFDIR {
		c.dirs = append(c.dirs, dirTimes{to, times})
		return nil
	}
	return unix.UtimesNanoAt(unix.AT_FDCWD, to, times, unix.AT_SYMLINK_NOFOLLOW)
}

func copyXattrs(from, to string) error {
	names := make([]byte, 64<<10)
	n, err := unix.Llistxattr(from, names)
	if errors.Is(err, unix.ENOTSUP) || n <= 0 {
		return nil
	}
	value := make([]byte, 64<<10)
	for _, name := range splitNUL(names[:n]) {
		v, err := unix.Lgetxattr(from, name, value)
		if err != nil {
			continue
		}
		if err := unix.Lsetxattr(to, name, value[:v], 0); err != nil && !errors.Is(err, unix.ENOTSUP) && !errors.Is(err, unix.EPERM) {
			return err
		}
	}
	return nil
}

func splitNUL(b []byte) []string {
	var list []string
	start := 0
	for i, c := range b {
		if c == 0 {
			list = append(list, string(b[start:i]))
			start = i + 1
		}
	}
	return list
}
