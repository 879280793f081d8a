package userland

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// walk does something to each path, and with recurse to all below it. Symbolic
// links are not followed below.
func walk(name string, paths []string, recurse bool, do func(path string) error) int {
	status := 0
	for _, p := range paths {
		if !recurse {
			if err := do(p); err != nil {
				status = fail(name, err)
			}
			continue
		}
		_ = filepath.WalkDir(p, func(path string, _ fs.DirEntry, err error) error {
			if err == nil {
				err = do(path)
			}
			if err != nil {
				status = fail(name, err)
			}
			return nil
		})
	}
	return status
}

func pathErr(op, path string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: path, Err: err}
}

func chmod(args []string) int {
	// A mode may look like an option (-x): take it out first.
	recurse := false
	for len(args) > 0 && (args[0] == "-R" || args[0] == "--recursive" || args[0] == "--") {
		recurse = recurse || args[0] != "--"
		args = args[1:]
	}
	if len(args) < 2 {
		return misuse("chmod", fmt.Errorf("missing operand"))
	}
	umask := uint32(unix.Umask(0))
	unix.Umask(int(umask))
	if _, err := change(0, args[0], false, umask); err != nil {
		return misuse("chmod", err)
	}
	return walk("chmod", args[1:], recurse, func(path string) error {
		var st unix.Stat_t
		if recurse && unix.Lstat(path, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFLNK {
			return nil
		}
		if err := unix.Stat(path, &st); err != nil {
			return pathErr("stat", path, err)
		}
		mode, _ := change(st.Mode, args[0], st.Mode&unix.S_IFMT == unix.S_IFDIR, umask)
		return pathErr("chmod", path, unix.Chmod(path, mode&0o7777))
	})
}

func chown(args []string) int {
	o, rest, err := getopt(args, "Rhv", "recursive=R", "no-dereference=h")
	if err != nil || len(rest) < 2 {
		return misuse("chown", err)
	}
	uid, gid, err := owner(rest[0])
	if err != nil {
		return fail("chown", err)
	}
	do := os.Chown
	if o.has("R") || o.has("h") {
		do = os.Lchown
	}
	return walk("chown", rest[1:], o.has("R"), func(path string) error { return do(path, uid, gid) })
}

// rm removes. With -f what isn't there is no error; what can't be removed is.
func rm(args []string) int {
	o, paths, err := getopt(args, "rRfvd", "recursive=r", "force=f", "verbose=v")
	if err != nil || len(paths) == 0 && !o.has("f") {
		return misuse("rm", err)
	}
	recurse := o.has("r") || o.has("R")
	status := 0
	for _, p := range paths {
		info, err := os.Lstat(p)
		base := filepath.Base(p)
		switch {
		case errors.Is(err, fs.ErrNotExist) && o.has("f"):
			continue
		case err != nil:
		case recurse && (filepath.Clean(p) == "/" || base == "." || base == ".."):
			err = errors.New("refusing to remove it")
		case recurse:
			err = os.RemoveAll(p)
		case info.IsDir() && !o.has("d"):
			err = unix.EISDIR
		default:
			err = os.Remove(p)
		}
		if err != nil {
			status = complain("rm", "cannot remove '%s': %s", p, reason(err))
		} else if o.has("v") {
			printf("removed '%s'\n", p)
		}
	}
	return status
}

func rmdir(args []string) int {
	_, paths, err := getopt(args, "")
	if err != nil || len(paths) == 0 {
		return misuse("rmdir", err)
	}
	status := 0
	for _, p := range paths {
		if err := unix.Rmdir(p); err != nil {
			status = complain("rmdir", "failed to remove '%s': %s", p, reason(err))
		}
	}
	return status
}
