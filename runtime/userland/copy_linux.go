package userland

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// cp copies files, and with -r trees. -p keeps mode, owner and times; -a is -r
// with -p. Links below a tree stay links.
func cp(args []string) int {
	o, rest, err := getopt(args, "rRapfvdPL", "recursive=r", "archive=a", "preserve=p")
	if err != nil {
		return misuse("cp", err)
	}
	c := copier{
		recurse: o.has("r") || o.has("R") || o.has("a"), keep: o.has("p") || o.has("a"),
		links: o.has("a") || o.has("d") || o.has("P"),
	}
	return transfer("cp", rest, c.copy)
}

// mv renames, and across file systems copies and removes.
func mv(args []string) int {
	o, rest, err := getopt(args, "fnv", "force=f", "no-clobber=n")
	if err != nil {
		return misuse("mv", err)
	}
	return transfer("mv", rest, func(from, to string) error {
		if _, err := os.Lstat(to); err == nil && o.has("n") {
			return nil
		}
		err := os.Rename(from, to)
		if !errors.Is(err, unix.EXDEV) {
			return err
		}
		c := copier{recurse: true, keep: true, links: true}
		if err := c.copy(from, to); err != nil {
			return err
		}
		return os.RemoveAll(from)
	})
}

// transfer calls do for each source, with the name that it gets: itself below
// the destination, if that is a directory.
func transfer(name string, paths []string, do func(from, to string) error) int {
	if len(paths) < 2 {
		return misuse(name, fmt.Errorf("missing file operand"))
	}
	dest := paths[len(paths)-1]
	info, err := os.Stat(dest)
	into := err == nil && info.IsDir()
	if len(paths) > 2 && !into {
		return complain(name, "target '%s' is not a directory", dest)
	}
	status := 0
	for _, from := range paths[:len(paths)-1] {
		to := dest
		if into {
			to = filepath.Join(dest, filepath.Base(from))
		}
		if err := do(from, to); err != nil {
			var le *os.LinkError
			if errors.As(err, &le) {
				status = complain(name, "cannot move '%s' to '%s': %s", le.Old, le.New, reason(err))
			} else {
				status = fail(name, err)
			}
		}
	}
	return status
}

type copier struct {
	recurse, keep, links bool
}

func (c copier) copy(from, to string) error {
	var st unix.Stat_t
	look := unix.Stat
	if c.links {
		look = unix.Lstat
	}
	if err := look(from, &st); err != nil {
		return pathErr("stat", from, err)
	}
	below := c
	below.links = true
	var err error
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		err = below.tree(from, to, st.Mode)
	case unix.S_IFLNK:
		var target string
		if target, err = os.Readlink(from); err == nil {
			_ = os.Remove(to)
			err = os.Symlink(target, to)
		}
	case unix.S_IFREG:
		err = c.content(from, to, &st)
	default:
		err = unix.Mknod(to, st.Mode, int(st.Rdev))
		if !c.recurse { // Without -r what comes out of a device or a pipe is copied.
			err = c.content(from, to, &st)
		}
		err = pathErr("mknod", to, err)
	}
	if err == nil && c.keep {
		err = keep(to, &st)
	}
	return err
}

func (c copier) tree(from, to string, mode uint32) error {
	if !c.recurse {
		return fmt.Errorf("-r not specified; omitting directory '%s'", from)
	}
	if rel, err := filepath.Rel(from, to); err == nil && rel != "." && filepath.IsLocal(rel) {
		return fmt.Errorf("cannot copy a directory, '%s', into itself, '%s'", from, to)
	}
	if err := os.Mkdir(to, os.FileMode(mode&0o777|0o700)); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	all, err := os.ReadDir(from)
	for _, e := range all {
		if cerr := c.copy(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); cerr != nil {
			err = errors.Join(err, cerr)
		}
	}
	return err
}

func (c copier) content(from, to string, st *unix.Stat_t) error {
	var old unix.Stat_t
	if unix.Stat(to, &old) == nil && old.Dev == st.Dev && old.Ino == st.Ino {
		return fmt.Errorf("'%s' and '%s' are the same file", from, to)
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, os.FileMode(st.Mode&0o777))
	if err != nil {
		return err
	}
	_, err = io.Copy(w, in)
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	return err
}

// keep gives a copy the owner, mode and times of the original. An owner that one
// may not give away is no error, as for cp -p.
func keep(to string, st *unix.Stat_t) error {
	owned := os.Lchown(to, int(st.Uid), int(st.Gid))
	if st.Mode&unix.S_IFMT != unix.S_IFLNK {
		mode := st.Mode & 0o7777
		if owned != nil {
			mode &^= unix.S_ISUID | unix.S_ISGID
		}
		if err := unix.Chmod(to, mode); err != nil {
			return pathErr("chmod", to, err)
		}
		return os.Chtimes(to, time.Unix(st.Atim.Unix()), time.Unix(st.Mtim.Unix()))
	}
	return nil
}
