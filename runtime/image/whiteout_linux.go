package image

import (
	"errors"

	"golang.org/x/sys/unix"
)

// isWhiteout says whether overlayfs takes a file for a whiteout: a character
// device 0/0. Layers hold no other one of that number (see layer.node).
func isWhiteout(st *unix.Stat_t) bool {
	return st.Mode&unix.S_IFMT == unix.S_IFCHR && st.Rdev == 0
}

// whiteout hides a name of the layers below. It does not apply to what the same
// layer makes under that name, before or after: see the OCI image specification,
// layer.md. A directory of that name becomes opaque, so that it is a new one.
func (l *layer) whiteout(path string) error {
	l.removed++
	if l.base {
		return nil // nothing to hide; overlayfs would list the device
	}
	dir, base := splitPath(path)
	d, err := l.walk(dir)
	if err != nil {
		return err
	}
	d.dirty = true
	err = unix.Mknodat(d.fd, base, unix.S_IFCHR, 0)
	if !errors.Is(err, unix.EEXIST) {
		if err != nil {
			return refuse(err, "see glassbox doctor", "a whiteout can't be made (%v)", err)
		}
		return l.notes.put(noteWhiteout, joinPath(d.path, base))
	}
	var st unix.Stat_t
	if err := unix.Fstatat(d.fd, base, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		return nil // what is there hides the lower one already
	}
	was, err := l.dirs.at(joinPath(d.path, base))
	if err != nil {
		return err
	}
	// If it was implied: the lower one is gone, so nothing is to be taken from it.
	if err := l.listed(was); err != nil {
		return err
	}
	return l.setOpaque(was)
}

// opaque hides what the layers below have in a directory.
func (l *layer) opaque(path string) error {
	l.removed++
	if l.base {
		return nil
	}
	d, err := l.walk(path)
	if err != nil {
		return err
	}
	if d == l.dirs.root {
		// Overlayfs always merges the roots, whatever their attributes say: the
		// names below are hidden one by one, in the second pass.
		l.rootOpaque = true
		return nil
	}
	return l.setOpaque(d)
}

func (l *layer) setOpaque(d *dir) error {
	if l.base {
		return nil
	}
	l.opaques++
	return noXattr(unix.Fsetxattr(d.fd, l.xattr+"opaque", []byte("y"), 0))
}
