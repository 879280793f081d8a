package image

import (
	"errors"
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// maxDirs is how many directories of a layer are kept open. Tars are written
// depth first, so few are in use at a time.
const maxDirs = 24

// maxLinks is how many symbolic links are followed in one name: path_resolution(7).
const maxLinks = 40

// dir is an open directory of a layer.
//
// Whatever is made in a directory changes its times, so they must be set last;
// but a list of all directories would grow with the image. Instead each directory
// has the times that it shall have whenever it is not open here: opening it reads
// them, closing it sets them again if something was made in it.
type dir struct {
	path  string // from the layer's root, without links; "" is the root
	fd    int
	times [2]unix.Timespec // access, modification: what it shall have
	dirty bool             // it has others now
	used  uint64
	pins  int // while not 0, it stays open
}

// dirs are the open directories of a layer.
type dirs struct {
	root  *dir
	open  map[string]*dir   // by path
	alias map[string]string // paths of the tar that lead over links, to those without
	last  *dir              // what was asked for last, and how
	asked string
	clock uint64
}

func newDirs(root int) (*dirs, error) {
	ds := &dirs{open: map[string]*dir{}, alias: map[string]string{}}
	d, err := ds.add("", root)
	ds.root = d
	return ds, err
}

// openDirAt opens a directory by one component, without following a link.
func openDirAt(fd int, name string) (int, error) {
	for {
		got, err := unix.Openat(fd, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if !errors.Is(err, unix.EINTR) {
			return got, err
		}
	}
}

// openBeneath opens what a path without links leads to. The kernel itself refuses
// to leave the root and to follow any link: openat2(2), RESOLVE_BENEATH. Where the
// kernel has no such call (before 5.6), or a seccomp filter doesn't know it (as of
// an old docker), it is done in steps.
func openBeneath(root int, path string, flags int) (int, error) {
	if noOpenat2.Load() {
		return climb(root, path, flags)
	}
	how := unix.OpenHow{
		Flags:   uint64(flags | unix.O_NOFOLLOW | unix.O_CLOEXEC),
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS | unix.RESOLVE_NO_XDEV,
	}
	for {
		fd, err := unix.Openat2(root, path, &how)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN):
			continue
		case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EPERM):
			noOpenat2.Store(true)
			return climb(root, path, flags)
		}
		return fd, err
	}
}

// noOpenat2 says that openat2(2) was refused once.
var noOpenat2 atomic.Bool

// add keeps an open directory, and closes the one that was not used for longest.
func (ds *dirs) add(path string, fd int) (*dir, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	d := &dir{path: path, fd: fd, times: [2]unix.Timespec{st.Atim, st.Mtim}}
	ds.touch(d)
	if len(ds.open) >= maxDirs {
		var oldest *dir
		for _, o := range ds.open {
			if o != ds.root && o.pins == 0 && (oldest == nil || o.used < oldest.used) {
				oldest = o
			}
		}
		if err := ds.drop(oldest); err != nil {
			_ = unix.Close(fd)
			return nil, err
		}
	}
	ds.open[path] = d
	return d, nil
}

func (ds *dirs) touch(d *dir) {
	ds.clock++
	d.used = ds.clock
}

// drop closes a directory with the times that it shall have.
func (ds *dirs) drop(d *dir) error {
	delete(ds.open, d.path)
	if ds.last == d {
		ds.last = nil
	}
	err := d.settle()
	if e := unix.Close(d.fd); err == nil {
		err = e
	}
	return err
}

func (d *dir) settle() error {
	if !d.dirty {
		return nil
	}
	d.dirty = false
	return futimens(d.fd, &d.times)
}

// settle sets the times of all that is open.
func (ds *dirs) settle() error {
	var first error
	for _, d := range ds.open {
		if err := d.settle(); first == nil {
			first = err
		}
	}
	return first
}

// forget closes a directory that is about to be removed, and all below it.
func (ds *dirs) forget(path string) error {
	ds.unalias()
	for p, d := range ds.open {
		if p == path || strings.HasPrefix(p, path+"/") {
			d.dirty = false
			if err := ds.drop(d); err != nil {
				return err
			}
		}
	}
	return nil
}

// unalias forgets what was found over links.
func (ds *dirs) unalias() {
	clear(ds.alias)
	ds.last = nil
}

func (ds *dirs) close() error {
	var first error
	for _, d := range ds.open {
		if err := ds.drop(d); first == nil {
			first = err
		}
	}
	return first
}

// at returns the open directory of a path without links, opening it if need be.
// It fails with ENOENT, ENOTDIR or ELOOP where there is no such directory.
func (ds *dirs) at(path string) (*dir, error) {
	if d := ds.open[path]; d != nil {
		ds.touch(d)
		return d, nil
	}
	fd, err := openBeneath(ds.root.fd, path, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	return ds.add(path, fd)
}

// climb does what openat2(2) does, for kernels without it: each call opens one
// component that is neither ".." nor a link, so none can leave the root.
func climb(root int, path string, flags int) (int, error) {
	fd := root
	for path != "" {
		var part string
		part, path, _ = strings.Cut(path, "/")
		how := unix.O_RDONLY | unix.O_DIRECTORY
		if path == "" {
			how = flags
		}
		next, err := unix.Openat(fd, part, how|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if fd != root {
			_ = unix.Close(fd)
		}
		if err != nil {
			return -1, err
		}
		fd = next
	}
	return fd, nil
}
