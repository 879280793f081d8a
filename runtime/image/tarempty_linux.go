package image

import (
	"errors"
	"io"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// emptyDir removes all that is in a directory, and says how many names that were.
//
// Trees of a hostile tar can be deeper than any path may be long, and deeper than
// there are descriptors. So nothing recurses: a directory that is not empty is
// moved up, each one once, and its turn comes later. No link is followed.
func emptyDir(root int) (int, error) {
	removed, moved := 0, 0
	for {
		again := false
		err := eachName(root, func(name string) error {
			gone, err := removeAt(root, name)
			if err != nil {
				return err
			}
			if gone {
				removed++
				return nil
			}
			again = true
			fd, err := openDirAt(root, name)
			if err != nil {
				return err
			}
			defer unix.Close(fd) //nolint:errcheck // Read only.
			return eachName(fd, func(sub string) error {
				gone, err := removeAt(fd, sub)
				if gone {
					removed++
				}
				if gone || err != nil {
					return err
				}
				moved++
				// The dot and the length keep clear of names of the tree itself: a
				// clash fails, since the target would not be empty.
				return moveUp(fd, sub, root, &moved)
			})
		})
		if err != nil || !again {
			return removed, err
		}
	}
}

// moveUp renames a directory to a name that is free in root.
func moveUp(fd int, name string, root int, n *int) error {
	for {
		err := unix.Renameat2(fd, name, root, ".moved-"+strconv.Itoa(*n), unix.RENAME_NOREPLACE)
		if !errors.Is(err, unix.EEXIST) {
			return err
		}
		*n++
	}
}

// removeAt removes a file or an empty directory; false says that it is not empty.
func removeAt(fd int, name string) (bool, error) {
	err := unix.Unlinkat(fd, name, 0)
	if errors.Is(err, unix.EISDIR) || errors.Is(err, unix.EPERM) {
		err = unix.Unlinkat(fd, name, unix.AT_REMOVEDIR)
	}
	switch {
	case errors.Is(err, unix.ENOTEMPTY), errors.Is(err, unix.EEXIST):
		return false, nil
	case errors.Is(err, unix.ENOENT):
		return true, nil
	}
	return err == nil, err
}

// eachName lists a directory in parts, so that its size does not matter. Names
// that do removes or moves in may be missed or come twice: see readdir(3).
func eachName(fd int, do func(string) error) error {
	again, err := openDirAt(fd, ".")
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(again), "directory")
	defer f.Close() //nolint:errcheck // Read only.
	for {
		names, err := f.Readdirnames(256)
		for _, n := range names {
			if err := do(n); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// removeTree removes a directory and all that is in it.
func removeTree(path string) error {
	fd, err := openDirAt(unix.AT_FDCWD, path)
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err == nil {
		_, err = emptyDir(fd)
		_ = unix.Close(fd)
	}
	if err == nil {
		err = unix.Rmdir(path)
	}
	return err
}
