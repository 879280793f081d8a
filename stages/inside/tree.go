package inside

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// tree is a root file system that is being set up. Its content is a stranger's:
// every path is resolved by the kernel with the tree as its root, so that no
// symbolic link leads out (openat2(2), RESOLVE_IN_ROOT).
type tree struct {
	k    *kernel.Kernel
	at   kernel.At
	undo bool // remove what is made when the run ends

	sources map[string]int // copies of the host's mounts by destination, where the path itself is out of reach
}

// lasting tells whether a directory is in the root file system itself, and not in
// a mount that goes with the namespace.
func (t *tree) lasting(dir kernel.At) bool {
	var here, root unix.Stat_t
	return unix.Fstat(dir.FD, &here) == nil && unix.Fstat(t.at.FD, &root) == nil && here.Dev == root.Dev
}

func openRoot(k *kernel.Kernel, root string, undo bool) (*tree, error) {
	fd, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open the root file system %s: %w", root, err)
	}
	return &tree{k: k, at: kernel.At{FD: fd, Path: root}, undo: undo}, nil
}

func (t *tree) close() { _ = unix.Close(t.at.FD) }

// look opens what is at a path in the tree, with O_PATH.
func (t *tree) look(p string, resolve uint64) (kernel.At, error) {
	rel := strings.TrimPrefix(path.Clean("/"+p), "/")
	if rel == "" {
		rel = "."
	}
	fd, err := kernel.OpenIn(t.at.FD, rel, unix.O_PATH, resolve)
	if err != nil {
		return kernel.At{}, fmt.Errorf("open %s in the container's root: %w", p, err)
	}
	return kernel.At{FD: fd, Path: path.Join(t.at.Path, p)}, nil
}

// dir opens a directory in the tree, and makes it and those above it if they are missing.
func (t *tree) dir(p string) (kernel.At, error) { return t.make(p, true) }

// file opens a file in the tree to mount on, and makes an empty one if it is missing.
func (t *tree) file(p string) (kernel.At, error) { return t.make(p, false) }

func (t *tree) make(p string, dir bool) (kernel.At, error) { return t.reach(p, dir, maxLinks) }

// maxLinks is how many links that lead nowhere are followed: the kernel's own limit of links.
const maxLinks = 40

// reach is make, with that many links left to follow.
func (t *tree) reach(p string, dir bool, links int) (kernel.At, error) {
	at, err := t.look(p, 0)
	if !errors.Is(err, unix.ENOENT) {
		return at, err
	}
	p = path.Clean("/" + p)
	if p == "/" {
		return at, err
	}
	parent, err := t.reach(path.Dir(p), true, links)
	if err != nil {
		return parent, err
	}
	defer unix.Close(parent.FD)
	name := path.Base(p)
	if to := kernel.ReadlinkIn(parent.FD, name); to != "" && links > 0 { // an image of a machine has /etc/resolv.conf lead into /run
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(p), to)
		}
		return t.reach(to, dir, links-1)
	}
	if t.undo && t.lasting(parent) {
		t.k.Plan(map[bool]string{true: "rmdir", false: "unlink"}[dir], t.at.Path+"/."+p)
	}
	if dir {
		err = t.k.MkdirAt(parent, name, 0o755)
	} else {
		err = t.k.CreateAt(parent, name, 0o644)
	}
	if err != nil && !errors.Is(err, unix.EEXIST) {
		return parent, err
	}
	return t.look(p, 0)
}
