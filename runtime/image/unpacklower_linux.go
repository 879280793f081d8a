package image

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"
)

// lower is a layer below the one that is being mended.
type lower struct {
	root    int  // its directory
	opaques bool // some of its directories are opaque
}

// lowers are the layers below, the topmost first. They tell what an overlay of
// them alone would show, without mounting one.
//
// Directories are looked at in the tar's order, so what is known of a directory
// and those above it is kept, and no more: no memory grows with the image.
type lowers struct {
	l     *layer
	stack []lower
	tiers []tier // from the root down
}

// tier is what is known of one directory of the layer.
type tier struct {
	path   string
	shows  []uint16 // lowers whose directory of that path an overlay would merge
	hidden bool     // but this layer hides them: it, or one above it, is opaque
}

func newLowers(l *layer, stack []lower) *lowers {
	all := make([]uint16, len(stack))
	for i := range all {
		all[i] = uint16(i)
	}
	return &lowers{l: l, stack: stack, tiers: []tier{{shows: all, hidden: l.rootOpaque}}}
}

// enter returns what is known of a directory of the layer.
func (w *lowers) enter(path string) (tier, error) {
	// The root is a prefix of all.
	for len(w.tiers) > 1 {
		top := w.tiers[len(w.tiers)-1].path
		if path == top || strings.HasPrefix(path, top) && path[len(top)] == '/' {
			break
		}
		w.tiers = w.tiers[:len(w.tiers)-1]
	}
	for {
		top := w.tiers[len(w.tiers)-1]
		if top.path == path {
			return top, nil
		}
		rest := path[len(top.path):]
		if top.path != "" {
			rest = rest[1:]
		}
		part, _, _ := strings.Cut(rest, "/")
		next, err := w.down(top, joinPath(top.path, part))
		if err != nil {
			return tier{}, err
		}
		w.tiers = append(w.tiers, next)
	}
}

// down looks at a directory in the one that top describes. See overlayfs.rst,
// "Directories": the same directory of several layers merges, until one that is
// opaque, or something that is no directory, ends the search.
func (w *lowers) down(top tier, path string) (tier, error) {
	next := tier{path: path, hidden: top.hidden}
	if w.l.opaques > 0 && !next.hidden {
		d, err := w.l.dirs.at(path)
		if err != nil && !gone(err) {
			return next, err
		}
		next.hidden = err == nil && isOpaque(d.fd, w.l.xattr)
	}
	for _, i := range top.shows {
		var st unix.Stat_t
		err := unix.Fstatat(w.stack[i].root, path, &st, unix.AT_SYMLINK_NOFOLLOW)
		if errors.Is(err, unix.ENOENT) {
			continue
		}
		if err != nil {
			return next, err
		}
		if st.Mode&unix.S_IFMT != unix.S_IFDIR {
			break
		}
		next.shows = append(next.shows, i)
		if !w.stack[i].opaques {
			continue
		}
		fd, err := openBeneath(w.stack[i].root, path, unix.O_RDONLY|unix.O_DIRECTORY)
		if err != nil {
			return next, err
		}
		stop := isOpaque(fd, w.l.xattr)
		_ = unix.Close(fd)
		if stop {
			break
		}
	}
	return next, nil
}

// find returns what an overlay of the lowers would show under a path, and the
// index of the lower that has it; -1 for nothing. in is its directory's tier.
func (w *lowers) find(in tier, path string) (int, unix.Stat_t, error) {
	var st unix.Stat_t
	for _, i := range in.shows {
		err := unix.Fstatat(w.stack[i].root, path, &st, unix.AT_SYMLINK_NOFOLLOW)
		switch {
		case errors.Is(err, unix.ENOENT):
			continue
		case err != nil:
			return -1, st, err
		case isWhiteout(&st):
			return -1, st, nil
		}
		return int(i), st, nil
	}
	return -1, st, nil
}

func isOpaque(fd int, prefix string) bool {
	var v [1]byte
	n, err := unix.Fgetxattr(fd, prefix+"opaque", v[:])
	return err == nil && n == 1 && v[0] == 'y'
}

// gone says that a name is no longer there, or no longer what it was: a later
// entry of the tar took its place.
func gone(err error) bool {
	return errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ELOOP)
}
