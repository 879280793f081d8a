package image

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// layer writes one layer's tar into a directory that nobody else writes to.
//
// Nothing can be written outside: a name is cleaned into the root, its directory
// is opened beneath the root's descriptor without following a link the kernel's
// way (see tardir_linux.go), and its last component is made relative to that
// directory's descriptor by calls that neither follow nor replace what is there.
//
// What needs the layers below — the attributes of directories that the tar only
// implies, hard links to their files, what is new and what replaces — is noted
// in a file and done later, in order: see unpackmend_linux.go. So layers unpack in
// parallel, and memory does not grow with the number of names.
type layer struct {
	base   bool   // nothing lies below: whiteouts hide nothing and are not made
	xattr  string // trusted.overlay. or user.overlay.
	mapID  func(int) (int, bool)
	budget *budget
	tick   func(entries int)

	dirs  *dirs
	notes *notes // nil for a base
	trash int    // a directory, for trees that are being removed
	buf   []byte

	entries    int // of the tar
	added      int // names made and not replaced: the count of a base
	removed    int // whiteouts and opaque marks
	opaques    int // directories that are marked opaque
	bytes      int64
	implied    int  // directories that no entry has named so far
	pending    int  // hard links whose file must lie below
	cleared    int  // names that were made, then replaced
	rootSeen   bool // the tar lists the root
	rootOpaque bool // nothing below shows at all

	lostOwner, lostXattr, lostDevice int // what the kernel would not let us keep
}

// newLayer prepares the directory dir, which must exist: dir/fs is made for the
// tree, dir/trash and dir/notes for the time of unpacking.
func newLayer(dir string, base bool, o UnpackOptions, b *budget) (*layer, error) {
	l := &layer{base: base, xattr: "trusted.overlay.", mapID: o.MapID, budget: b, trash: -1, buf: make([]byte, 256<<10)}
	if o.UserXattr {
		l.xattr = "user.overlay."
	}
	for _, name := range []string{"fs", "trash"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			return nil, err
		}
	}
	fd, err := openDirAt(unix.AT_FDCWD, filepath.Join(dir, "fs"))
	if err != nil {
		return nil, err
	}
	if l.dirs, err = newDirs(fd); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	if l.trash, err = openDirAt(unix.AT_FDCWD, filepath.Join(dir, "trash")); err == nil && !base {
		l.notes, err = newNotes(filepath.Join(dir, "notes"))
	}
	if err != nil {
		_ = l.close()
		return nil, err
	}
	return l, nil
}

// close sets the times of directories that are still open.
func (l *layer) close() error {
	err := l.dirs.close()
	if l.trash >= 0 {
		_ = unix.Close(l.trash)
	}
	if l.notes != nil {
		_ = l.notes.f.Close()
	}
	return err
}

// write makes everything that the tar holds.
func (l *layer) write(ctx context.Context, in io.Reader) error {
	t := tar.NewReader(in)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return l.dirs.settle()
		case errors.Is(err, tar.ErrInsecurePath): // GODEBUG=tarinsecurepath=0; h is valid
		case err != nil:
			return unreadable(err)
		}
		l.entries++
		if err := l.budget.entry(); err != nil {
			return err
		}
		if l.tick != nil {
			l.tick(l.entries)
		}
		if err := l.entry(h, t); err != nil {
			return fmt.Errorf("%q: %w", plain(h.Name), err)
		}
	}
}

// unreadable says why a tar can't be read on.
func unreadable(err error) error {
	var known *Error
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return refuse(err, "pull it again", "its tar ends in the middle")
	}
	return refuse(err, "", "its tar is malformed (%v)", err)
}

// entry makes what one header stands for.
func (l *layer) entry(h *tar.Header, t *tar.Reader) error {
	path, err := cleanName(h.Name)
	if err != nil {
		return err
	}
	kind, path, err := classify(path)
	if err != nil {
		return err
	}
	switch kind {
	case metaName:
		return nil
	case whiteoutName:
		return l.whiteout(path)
	case opaqueName:
		return l.opaque(path)
	}
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	if path == "" {
		return l.rootEntry(h)
	}
	dir, base := splitPath(path)
	d, err := l.walk(dir)
	if err != nil {
		return err
	}
	return l.make(d, base, h, t)
}

// make makes the entry named base in d, whatever is there already: as in tar, the
// last one of a name wins.
func (l *layer) make(d *dir, base string, h *tar.Header, t *tar.Reader) error {
	switch h.Typeflag {
	case tar.TypeDir:
		return l.directory(d, base, h)
	case tar.TypeReg, '\x00', tar.TypeCont, tar.TypeGNUSparse:
		return l.file(d, base, h, t)
	case tar.TypeLink:
		return l.link(d, base, h)
	case tar.TypeSymlink:
		return l.symlink(d, base, h)
	case tar.TypeChar, tar.TypeBlock, tar.TypeFifo:
		return l.node(d, base, h)
	}
	return refuse(nil, "", "an entry of type %q is none that an image layer may hold", string(h.Typeflag))
}

// place runs create, which must fail with EEXIST where base exists in d; what is
// there is then cleared away first.
func (l *layer) place(d *dir, base string, create func() error) error {
	d.dirty = true
	err := create()
	known := false
	if errors.Is(err, unix.EEXIST) {
		if known, err = l.clear(d, base); err != nil {
			return err
		}
		err = create()
	}
	if err != nil {
		return err
	}
	l.added++
	if known {
		return nil
	}
	return l.notes.put(noteName, joinPath(d.path, base))
}

// clear removes base from d. It says whether that name was noted: all but whiteouts are.
func (l *layer) clear(d *dir, base string) (known bool, err error) {
	var st unix.Stat_t
	if err := unix.Fstatat(d.fd, base, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return false, err
	}
	d.dirty = true
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		return true, l.clearTree(d, base)
	case unix.S_IFLNK:
		l.dirs.unalias() // what was found through this link
	}
	if err := unix.Unlinkat(d.fd, base, 0); err != nil {
		return false, err
	}
	if isWhiteout(&st) {
		return false, nil
	}
	l.cleared++
	l.added--
	return true, nil
}

// clearTree removes a directory that the tar made and now replaces by something else.
func (l *layer) clearTree(d *dir, base string) error {
	l.cleared++
	if err := l.dirs.forget(joinPath(d.path, base)); err != nil {
		return err
	}
	if err := unix.Renameat(d.fd, base, l.trash, "tree"); err != nil {
		return err
	}
	n, err := emptyDir(l.trash)
	l.added -= n
	return err
}
