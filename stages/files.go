package stages

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// Entry is one name in a directory of the container's file system.
type Entry struct {
	Name   string
	Mode   os.FileMode
	Size   int64  // bytes
	Link   string // where a symbolic link points
	Layer  int    // the layer that it comes from, 0 is the base; Upper for the writable one
	Change byte   // in upper: '+' new, '~' changed, '-' removed; else 0
}

// Upper is the Layer of what the container itself has written.
const Upper = -1

// maxEntries bounds what is listed of one directory.
const maxEntries = 4096

// Files lists a directory of the container as merged shows it, and from which
// layer each name comes. Names that upper removed are listed too.
func (r *Run) Files(dir string) ([]Entry, error) {
	if r.root == "" {
		return nil, errors.New("there is no root file system yet")
	}
	f, err := openIn(r.root, in(dir))
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, fmt.Errorf("%s is not there: %w", dir, os.ErrNotExist)
	}
	defer f.Close()
	list, err := f.ReadDir(maxEntries)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("list %s: %w", dir, err)
	}
	var out []Entry
	for _, d := range list {
		var st unix.Stat_t
		if unix.Fstatat(int(f.Fd()), d.Name(), &st, unix.AT_SYMLINK_NOFOLLOW) != nil {
			continue
		}
		e := Entry{Name: d.Name(), Mode: fileMode(st.Mode), Size: st.Size}
		if st.Mode&unix.S_IFMT == unix.S_IFLNK {
			e.Link = kernel.ReadlinkIn(int(f.Fd()), d.Name())
		}
		e.Layer, e.Change = r.origin(dir, d.Name())
		out = append(out, e)
	}
	out = append(out, r.removed(dir, out)...)
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// Read returns the first limit bytes of a file of the container.
func (r *Run) Read(file string, limit int64) ([]byte, error) {
	if r.root == "" {
		return nil, errors.New("there is no root file system yet")
	}
	f, err := regularIn(r.root, in(file))
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, fmt.Errorf("%s is not there: %w", file, os.ErrNotExist)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

func in(p string) string {
	rel, err := filepath.Rel("/", filepath.Clean("/"+p))
	if err != nil {
		return "."
	}
	return rel
}

func fileMode(m uint32) os.FileMode {
	mode := os.FileMode(m & 0o777)
	switch m & unix.S_IFMT {
	case unix.S_IFDIR:
		mode |= os.ModeDir
	case unix.S_IFLNK:
		mode |= os.ModeSymlink
	case unix.S_IFCHR:
		mode |= os.ModeDevice | os.ModeCharDevice
	case unix.S_IFBLK:
		mode |= os.ModeDevice
	case unix.S_IFIFO:
		mode |= os.ModeNamedPipe
	case unix.S_IFSOCK:
		mode |= os.ModeSocket
	}
	for _, b := range []struct {
		bit uint32
		m   os.FileMode
	}{{unix.S_ISUID, os.ModeSetuid}, {unix.S_ISGID, os.ModeSetgid}, {unix.S_ISVTX, os.ModeSticky}} {
		if m&b.bit != 0 {
			mode |= b.m
		}
	}
	return mode
}

// origin finds the topmost layer that has a name: the rule of overlayfs.
func (r *Run) origin(dir, name string) (layer int, change byte) {
	if len(r.layers) == 0 {
		return 0, 0
	}
	below := -1
	for i := len(r.layers) - 1; i >= 0 && below < 0; i-- {
		if there(r.layers[i].Path, dir, name) {
			below = i
		}
	}
	if !there(r.upper(), dir, name) {
		return max(below, 0), 0
	}
	if below < 0 {
		return Upper, '+'
	}
	return Upper, '~'
}

func (r *Run) upper() string { return filepath.Join(filepath.Dir(r.root), "upper") }

// there tells whether a layer's own directory has a name, with no link followed out of it.
func there(layer, dir, name string) bool {
	var st unix.Stat_t
	d, err := unix.Open(layer, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(d)
	sub, err := kernel.OpenIn(d, in(dir), unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		return false
	}
	defer unix.Close(sub)
	return unix.Fstatat(sub, name, &st, unix.AT_SYMLINK_NOFOLLOW) == nil && !whiteout(&st)
}

func whiteout(st *unix.Stat_t) bool { return st.Mode&unix.S_IFMT == unix.S_IFCHR && st.Rdev == 0 }

// removed are the whiteouts of upper in a directory.
func (r *Run) removed(dir string, have []Entry) []Entry {
	if len(r.layers) == 0 {
		return nil
	}
	f, err := openIn(r.upper(), in(dir))
	if err != nil || f == nil {
		return nil
	}
	defer f.Close()
	list, _ := f.ReadDir(maxEntries)
	var out []Entry
	for _, d := range list {
		var st unix.Stat_t
		if unix.Fstatat(int(f.Fd()), d.Name(), &st, unix.AT_SYMLINK_NOFOLLOW) != nil || !whiteout(&st) {
			continue
		}
		if !slices.ContainsFunc(have, func(e Entry) bool { return e.Name == d.Name() }) {
			out = append(out, Entry{Name: d.Name(), Layer: Upper, Change: '-'})
		}
	}
	return out
}
