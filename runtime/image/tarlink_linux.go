package image

import (
	"archive/tar"
	"errors"
	"strings"

	"golang.org/x/sys/unix"
)

// link makes a hard link. Its attributes are those of the file that it leads to.
//
// A file that this layer does not hold must lie below. What an overlay does then
// is to copy it up, so that both names are one file in this layer. Here an empty
// file takes its place under both names until the second pass fills it; whatever
// the tar says of either name later applies as to any file.
func (l *layer) link(d *dir, base string, h *tar.Header) error {
	target, err := cleanName(h.Linkname)
	if err != nil {
		return err
	}
	if target == "" {
		return refuse(nil, "", "a hard link to the root directory")
	}
	d.pins++
	defer func() { d.pins-- }()
	dir, name := splitPath(target)
	from, err := l.walk(dir)
	if err != nil {
		return err
	}
	if here := joinPath(d.path, base); from.path == here || strings.HasPrefix(from.path, here+"/") {
		return refuse(nil, "", "a hard link to %q, which lies below it", plain(target))
	}
	var st unix.Stat_t
	err = unix.Fstatat(from.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW)
	switch {
	case errors.Is(err, unix.ENOENT) && !l.base:
		err = l.placeholder(from, name)
		if err == nil {
			err = l.notes.put(noteLink, joinPath(from.path, name), joinPath(d.path, base))
		}
	case errors.Is(err, unix.ENOENT), err == nil && isWhiteout(&st):
		return refuse(unix.ENOENT, "", "a hard link to %q, which no layer has", plain(target))
	case err == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR:
		return refuse(unix.EISDIR, "", "a hard link to %q, which is a directory", plain(target))
	case err == nil && l.pending > 0 && st.Size == 0 && l.marked(from, name, markPending):
		err = l.notes.put(noteRelink, joinPath(from.path, name), joinPath(d.path, base))
	}
	if err != nil {
		return err
	}
	if l.sameFile(from, name, d, base) {
		return nil
	}
	return l.place(d, base, func() error { return unix.Linkat(from.fd, name, d.fd, base, 0) })
}

// placeholder makes the empty file that stands for one in a layer below.
func (l *layer) placeholder(d *dir, name string) error {
	if err := l.budget.entry(); err != nil {
		return err
	}
	d.dirty = true
	fd, err := unix.Openat(d.fd, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	l.pending++
	return noXattr(unix.Fsetxattr(fd, l.xattr+markPending, []byte("y"), 0))
}

// sameFile says whether two names are one file: then to link one to the other,
// as rename(2) has it, does nothing.
func (l *layer) sameFile(a *dir, x string, b *dir, y string) bool {
	var s, t unix.Stat_t
	return unix.Fstatat(a.fd, x, &s, unix.AT_SYMLINK_NOFOLLOW) == nil &&
		unix.Fstatat(b.fd, y, &t, unix.AT_SYMLINK_NOFOLLOW) == nil && s.Ino == t.Ino
}

// marked says whether a file or directory carries one of our marks.
func (l *layer) marked(d *dir, name, mark string) bool {
	// O_NONBLOCK: were it a FIFO, opening would wait for a writer.
	fd, err := unix.Openat(d.fd, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd) //nolint:errcheck // Read only.
	_, err = unix.Fgetxattr(fd, l.xattr+mark, nil)
	return err == nil
}
