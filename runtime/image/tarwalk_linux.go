package image

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"
)

// walk returns the directory that a path of the tar names, which is made where it
// is missing. Links that the tar made are followed as in a chroot, so "lib/x" lands
// in "usr/lib/x" where lib is a link: docker and containerd do so too, and like
// them walk looks at this layer alone, since those below may not be there yet.
func (l *layer) walk(path string) (*dir, error) {
	ds := l.dirs
	if ds.last != nil && ds.asked == path {
		ds.touch(ds.last)
		return ds.last, nil
	}
	leads, ok := ds.alias[path]
	if !ok {
		leads = path
	}
	d, err := ds.at(leads)
	if err != nil {
		if d, err = l.resolve(path); err != nil {
			return nil, err
		}
		if d.path != path {
			if len(ds.alias) > 4*maxDirs {
				clear(ds.alias)
			}
			ds.alias[path] = d.path
		}
	}
	ds.last, ds.asked = d, path
	return d, nil
}

// resolve walks a path by its components: some is missing, or a link.
func (l *layer) resolve(path string) (*dir, error) {
	d, links, todo := l.dirs.root, 0, path
	for todo != "" {
		var part string
		part, todo, _ = strings.Cut(todo, "/")
		switch part {
		case "", ".":
			continue
		case "..":
			up, _ := splitPath(d.path)
			var err error
			if d, err = l.dirs.at(up); err != nil { // the root's is "", itself
				return nil, err
			}
			continue
		}
		next, target, err := l.step(d, part)
		if err != nil {
			return nil, err
		}
		if target == "" {
			d = next
			continue
		}
		if links++; links > maxLinks {
			return nil, refuse(unix.ELOOP, "", "more than %d symbolic links on the way: they may form a loop", maxLinks)
		}
		if target[0] == '/' {
			d = l.dirs.root
		}
		todo = target + "/" + todo
	}
	return d, nil
}

// step goes from d to part, making it where it is missing. For a link it returns
// where that points to instead.
func (l *layer) step(d *dir, part string) (*dir, string, error) {
	path := joinPath(d.path, part)
	if next := l.dirs.open[path]; next != nil {
		l.dirs.touch(next)
		return next, "", nil
	}
	if len(path) > maxPath {
		return nil, "", refuse(unix.ENAMETOOLONG, "", "the links of the layer lead to a path that is longer than Linux takes (%d)", maxPath)
	}
	fd, err := openDirAt(d.fd, part)
	switch {
	case errors.Is(err, unix.ENOENT):
		next, err := l.imply(d, part, false)
		return next, "", err
	case errors.Is(err, unix.ENOTDIR), errors.Is(err, unix.ELOOP):
		return l.stepOver(d, part)
	case err != nil:
		return nil, "", err
	}
	next, err := l.dirs.add(path, fd)
	return next, "", err
}

// stepOver goes on where part is no directory: a link, or a whiteout whose name
// comes back as a directory.
func (l *layer) stepOver(d *dir, part string) (*dir, string, error) {
	var st unix.Stat_t
	if err := unix.Fstatat(d.fd, part, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return nil, "", err
	}
	switch {
	case st.Mode&unix.S_IFMT == unix.S_IFLNK:
		target, err := readlinkAt(d.fd, part)
		return nil, target, err
	case isWhiteout(&st):
		d.dirty = true
		if err := unix.Unlinkat(d.fd, part, 0); err != nil {
			return nil, "", err
		}
		next, err := l.imply(d, part, true)
		return next, "", err
	}
	return nil, "", refuse(unix.ENOTDIR, "", "%q is a file in the same layer, not a directory", plain(joinPath(d.path, part)))
}

// imply makes a directory that the tar has not listed. It gets its attributes from
// the layers below, in the second pass, unless the tar lists it later. hides says
// that it takes the place of a whiteout: then nothing below shows through.
func (l *layer) imply(d *dir, part string, hides bool) (*dir, error) {
	if err := l.budget.entry(); err != nil {
		return nil, err
	}
	d.dirty = true
	if err := unix.Mkdirat(d.fd, part, 0o755); err != nil {
		return nil, err
	}
	fd, err := openDirAt(d.fd, part)
	if err != nil {
		return nil, err
	}
	next, err := l.dirs.add(joinPath(d.path, part), fd)
	if err != nil {
		return nil, err
	}
	l.added++
	// What nobody states is the same on each machine: 0755 root, and no date.
	next.times = [2]unix.Timespec{}
	next.dirty = true
	if err := unix.Fchmod(fd, 0o755); err != nil { // past the umask
		return nil, err
	}
	if l.base {
		return next, nil
	}
	if hides {
		if err := l.setOpaque(next); err != nil {
			return nil, err
		}
		return next, l.notes.put(noteName, next.path)
	}
	l.implied++
	if err := unix.Fsetxattr(fd, l.xattr+markImplied, []byte("y"), 0); err != nil {
		return nil, noXattr(err)
	}
	return next, l.notes.put(noteImplied, next.path)
}

func readlinkAt(fd int, name string) (string, error) {
	buf := make([]byte, maxPath+1)
	n, err := unix.Readlinkat(fd, name, buf)
	if err != nil {
		return "", err
	}
	return string(buf[:n]), nil
}
