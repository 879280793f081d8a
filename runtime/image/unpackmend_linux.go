package image

import (
	"context"
	"fmt"

	"golang.org/x/sys/unix"
)

// mender does the second pass over a layer: what depends on the layers below,
// which are finished by now. It reads the notes that the first pass took.
type mender struct {
	ctx  context.Context
	l    *layer
	low  *lowers
	left int // notes until ctx is looked at

	added, replaced int
}

// mend finishes a layer on top of stack, the topmost first, and counts what it
// adds and replaces. Directories that merge with one below are in neither count.
func mend(ctx context.Context, l *layer, stack []lower) (added, replaced int, err error) {
	m := &mender{ctx: ctx, l: l, low: newLowers(l, stack)}
	if err := m.root(); err != nil {
		return 0, 0, fmt.Errorf("the root directory: %w", err)
	}
	if l.base {
		return l.added, 0, l.dirs.settle()
	}
	if err := l.notes.each(m.note); err != nil {
		return 0, 0, err
	}
	if l.rootOpaque {
		if err := m.hideRoot(); err != nil {
			return 0, 0, fmt.Errorf("the opaque root directory: %w", err)
		}
	}
	return m.added, m.replaced, l.dirs.settle()
}

// root gives the root directory its attributes where the tar does not.
func (m *mender) root() error {
	if m.l.rootSeen {
		return nil
	}
	root := m.l.dirs.root
	root.times, root.dirty = [2]unix.Timespec{}, true
	if err := unix.Fchmod(root.fd, 0o755); err != nil {
		return err
	}
	if m.l.base {
		return nil
	}
	return m.inherit(root, 0, ".")
}

// note does what one note asks for.
func (m *mender) note(kind byte, path, name string) error {
	if m.left--; m.left < 0 {
		m.left = 1000
		if err := m.ctx.Err(); err != nil {
			return err
		}
	}
	var err error
	switch kind {
	case noteName:
		err = m.count(path)
	case noteImplied:
		if err = m.count(path); err == nil {
			err = m.directory(path)
		}
	case noteWhiteout:
		err = m.whiteout(path)
	case noteLink:
		err = m.link(path, name)
	case noteRelink:
		err = m.relink(path, name)
	}
	if err != nil {
		return fmt.Errorf("%q: %w", plain(path), err)
	}
	return nil
}

// stat looks at a name of the layer itself; false says that it is there no more.
func (m *mender) stat(path string) (d *dir, base string, st unix.Stat_t, ok bool, err error) {
	parent, base := splitPath(path)
	if d, err = m.l.dirs.at(parent); err == nil {
		err = unix.Fstatat(d.fd, base, &st, unix.AT_SYMLINK_NOFOLLOW)
	}
	if err != nil && gone(err) {
		return nil, "", st, false, nil
	}
	return d, base, st, err == nil, err
}

// count tells a new name from one that replaces.
func (m *mender) count(path string) error {
	parent, _ := splitPath(path)
	in, err := m.low.enter(parent)
	if err != nil {
		return err
	}
	i, below, err := m.low.find(in, path)
	if err != nil {
		return err
	}
	isDir := i >= 0 && below.Mode&unix.S_IFMT == unix.S_IFDIR
	if m.l.cleared > 0 || isDir {
		_, _, st, ok, err := m.stat(path)
		if err != nil || !ok || isWhiteout(&st) {
			return err
		}
		if isDir && st.Mode&unix.S_IFMT == unix.S_IFDIR {
			return nil
		}
	}
	if i < 0 {
		m.added++
	} else {
		m.replaced++
	}
	return nil
}

// visible finds what the layers below show under a path in spite of this layer's
// opaque directories.
func (m *mender) visible(path string) (int, unix.Stat_t, error) {
	parent, _ := splitPath(path)
	in, err := m.low.enter(parent)
	if err != nil || in.hidden {
		return -1, unix.Stat_t{}, err
	}
	return m.low.find(in, path)
}

// directory gives a directory that the tar never listed the attributes of the one
// below that it merges with.
func (m *mender) directory(path string) error {
	d, err := m.l.dirs.at(path)
	if err != nil {
		if gone(err) {
			return nil
		}
		return err
	}
	before := m.l.implied
	if err := m.l.listed(d); err != nil || m.l.implied == before {
		return err
	}
	i, st, err := m.visible(path)
	if err != nil || i < 0 || st.Mode&unix.S_IFMT != unix.S_IFDIR {
		return err
	}
	return m.inherit(d, i, path)
}

// inherit copies the attributes of a lower's directory.
func (m *mender) inherit(d *dir, i int, path string) error {
	fd, err := openBeneath(m.low.stack[i].root, path, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return err
	}
	defer unix.Close(fd) //nolint:errcheck // Read only.
	times, err := m.l.copyAttrs(fd, d.fd)
	d.times, d.dirty = times, true
	return err
}

// whiteout takes away one that hides nothing: overlayfs lists the device where a
// directory does not merge with one below.
func (m *mender) whiteout(path string) error {
	d, base, st, ok, err := m.stat(path)
	if err != nil || !ok || !isWhiteout(&st) {
		return err
	}
	i, _, err := m.visible(path)
	if err != nil || i >= 0 {
		return err
	}
	d.dirty = true
	return unix.Unlinkat(d.fd, base, 0)
}

// hideRoot does what an opaque root stands for: whatever the layers below have in
// their roots, and this layer has not, gets a whiteout; directories become opaque.
func (m *mender) hideRoot() error {
	root := m.l.dirs.root
	in, err := m.low.enter("")
	if err != nil {
		return err
	}
	for _, low := range m.low.stack {
		err := eachName(low.root, func(name string) error {
			if i, _, err := m.low.find(in, name); err != nil || i < 0 {
				return err
			}
			_, _, st, ok, err := m.stat(name)
			switch {
			case err != nil:
				return err
			case !ok:
				root.dirty = true
				return unix.Mknodat(root.fd, name, unix.S_IFCHR, 0)
			case st.Mode&unix.S_IFMT != unix.S_IFDIR:
				return nil
			}
			d, err := m.l.dirs.at(name)
			if err != nil {
				return err
			}
			return m.l.setOpaque(d)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
