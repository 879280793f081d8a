package image

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// link copies up what a hard link leads to in the layers below. target is the name
// there, name the link; both may have been replaced by later entries of the tar.
func (m *mender) link(target, name string) error {
	i, st, err := m.visible(target)
	if err != nil {
		return err
	}
	switch {
	case i < 0:
		return refuse(unix.ENOENT, "", "the hard link %q leads to it, and no layer has it", plain(name))
	case st.Mode&unix.S_IFMT == unix.S_IFDIR:
		return refuse(unix.EISDIR, "", "the hard link %q leads to it, and it is a directory", plain(name))
	case st.Mode&unix.S_IFMT == unix.S_IFREG:
		if err := m.fill(i, target, target); err != nil {
			return err
		}
		return m.fill(i, target, name) // only where target itself was replaced
	}
	if err := m.swap(target, func(d *dir, base string) error { return m.node(i, &st, target, d, base) }); err != nil {
		return err
	}
	return m.relinkOr(target, name, &st, i)
}

// relinkOr links name to target, if that is what the layers below have, else makes
// a copy of its own: target was replaced.
func (m *mender) relinkOr(target, name string, st *unix.Stat_t, i int) error {
	_, _, own, ok, err := m.stat(target)
	if err != nil {
		return err
	}
	if ok && own.Mode&unix.S_IFMT == st.Mode&unix.S_IFMT && own.Rdev == st.Rdev {
		return m.relink(target, name)
	}
	return m.swap(name, func(d *dir, base string) error { return m.node(i, st, target, d, base) })
}

// relink makes name a link to target, if it still is an empty file that waits.
func (m *mender) relink(target, name string) error {
	parent, base := splitPath(target)
	return m.swap(name, func(to *dir, as string) error {
		to.pins++
		defer func() { to.pins-- }()
		from, err := m.l.dirs.at(parent)
		if err != nil {
			return err
		}
		return unix.Linkat(from.fd, base, to.fd, as, 0)
	})
}

// swap replaces an empty file that waits for its content, if path still is one.
func (m *mender) swap(path string, with func(d *dir, base string) error) error {
	d, base, st, ok, err := m.stat(path)
	if err != nil || !ok || st.Mode&unix.S_IFMT != unix.S_IFREG || !m.l.marked(d, base, markPending) {
		return err
	}
	d.dirty = true
	if err := unix.Unlinkat(d.fd, base, 0); err != nil {
		return err
	}
	return with(d, base)
}

// fill gives an empty file that waits, under all its names, the content and
// attributes of the regular file from in the i-th lower.
func (m *mender) fill(i int, from, path string) error {
	d, base, st, ok, err := m.stat(path)
	if err != nil || !ok || st.Mode&unix.S_IFMT != unix.S_IFREG || !m.l.marked(d, base, markPending) {
		return err
	}
	fd, err := openBeneath(m.low.stack[i].root, from, unix.O_RDONLY)
	if err != nil {
		return err
	}
	src := os.NewFile(uintptr(fd), from)
	defer src.Close() //nolint:errcheck // Read only.
	if fd, err = unix.Openat(d.fd, base, unix.O_WRONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0); err != nil {
		return err
	}
	dst := os.NewFile(uintptr(fd), path)
	defer dst.Close() //nolint:errcheck // Told by the calls before.
	if err := m.copyData(src, dst); err != nil {
		return err
	}
	times, err := m.l.copyAttrs(int(src.Fd()), fd)
	if err != nil {
		return err
	}
	if err := unix.Fremovexattr(fd, m.l.xattr+markPending); err != nil {
		return err
	}
	return futimens(fd, &times)
}

func (m *mender) copyData(src, dst *os.File) error {
	fi, err := src.Stat()
	if err != nil {
		return err
	}
	if err := m.l.budget.bytes(fi.Size()); err != nil {
		return err
	}
	n, err := io.Copy(dst, src)
	m.l.bytes += n
	return err
}

// node copies a link, a device or a FIFO.
func (m *mender) node(i int, st *unix.Stat_t, from string, d *dir, base string) error {
	parent, name := splitPath(from)
	if parent == "" {
		parent = "."
	}
	dirfd, err := openBeneath(m.low.stack[i].root, parent, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return err
	}
	defer unix.Close(dirfd) //nolint:errcheck // Read only.
	if st.Mode&unix.S_IFMT == unix.S_IFLNK {
		target, err := readlinkAt(dirfd, name)
		if err != nil {
			return err
		}
		if err := unix.Symlinkat(target, d.fd, base); err != nil {
			return err
		}
	} else if err := unix.Mknodat(d.fd, base, st.Mode, int(st.Rdev)); err != nil {
		return err
	}
	if err := unix.Fchownat(d.fd, base, int(st.Uid), int(st.Gid), unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFLNK {
		if err := unix.Fchmodat(d.fd, base, st.Mode&0o7777, 0); err != nil {
			return err
		}
	}
	old, made := procFD(dirfd)+"/"+name, procFD(d.fd)+"/"+base
	err = m.l.copyXattrs(
		func(b []byte) (int, error) { return unix.Llistxattr(old, b) },
		func(n string, b []byte) (int, error) { return unix.Lgetxattr(old, n, b) },
		func(n string, v []byte) error { return unix.Lsetxattr(made, n, v, 0) })
	if err != nil {
		return err
	}
	return unix.UtimesNanoAt(d.fd, base, []unix.Timespec{st.Atim, st.Mtim}, unix.AT_SYMLINK_NOFOLLOW)
}

// copyAttrs copies owner, mode and extended attributes, and returns the times.
func (l *layer) copyAttrs(from, to int) ([2]unix.Timespec, error) {
	var st unix.Stat_t
	if err := unix.Fstat(from, &st); err != nil {
		return [2]unix.Timespec{}, err
	}
	times := [2]unix.Timespec{st.Atim, st.Mtim}
	if err := unix.Fchown(to, int(st.Uid), int(st.Gid)); err != nil {
		return times, err
	}
	if err := unix.Fchmod(to, st.Mode&0o7777); err != nil {
		return times, err
	}
	return times, l.copyXattrs(
		func(b []byte) (int, error) { return unix.Flistxattr(from, b) },
		func(n string, b []byte) (int, error) { return unix.Fgetxattr(from, n, b) },
		func(n string, v []byte) error { return unix.Fsetxattr(to, n, v, 0) })
}

// copyXattrs copies extended attributes, but for those by which overlayfs knows
// what the lower's file is to it.
func (l *layer) copyXattrs(list func([]byte) (int, error), get func(string, []byte) (int, error), set func(string, []byte) error) error {
	const most = 64 << 10 // XATTR_SIZE_MAX and XATTR_LIST_MAX: limits.h
	buf := make([]byte, most)
	n, err := list(buf)
	if errors.Is(err, unix.ENOTSUP) || n == 0 && err == nil {
		return nil
	}
	if err != nil {
		return err
	}
	value := make([]byte, most)
	for raw := range bytes.SplitSeq(bytes.TrimSuffix(buf[:n], []byte{0}), []byte{0}) {
		name := string(raw)
		if rest, ok := strings.CutPrefix(name, l.xattr); ok && !strings.HasPrefix(rest, "overlay.") {
			continue
		}
		n, err := get(name, value)
		if err == nil {
			err = set(name, value[:n])
		}
		if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOTSUP) {
			continue // security.selinux and the like: the host's to give
		}
		if err != nil {
			return err
		}
	}
	return nil
}
