package userland

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

func ln(args []string) int {
	o, rest, err := getopt(args, "sfnv", "symbolic=s", "force=f")
	if err != nil || len(rest) == 0 {
		return misuse("ln", err)
	}
	if len(rest) == 1 {
		rest = append(rest, ".")
	}
	dest := rest[len(rest)-1]
	into := false
	if info, err := os.Stat(dest); err == nil && info.IsDir() && !o.has("n") {
		into = true
	}
	status := 0
	for _, target := range rest[:len(rest)-1] {
		name := dest
		if into {
			name = filepath.Join(dest, filepath.Base(target))
		}
		if o.has("f") {
			_ = os.Remove(name)
		}
		kind, err := "hard", error(nil)
		if o.has("s") {
			kind, err = "symbolic", unix.Symlink(target, name)
		} else {
			err = unix.Link(target, name)
		}
		if err != nil {
			status = complain("ln", "failed to create %s link '%s' -> '%s': %s", kind, name, target, reason(err))
		}
	}
	return status
}

func readlink(args []string) int {
	o, paths, err := getopt(args, "fen", "canonicalize=f")
	if err != nil || len(paths) == 0 {
		return misuse("readlink", err)
	}
	status := 0
	for _, p := range paths {
		target, err := os.Readlink(p)
		if o.has("f") || o.has("e") {
			if target, err = filepath.EvalSymlinks(p); err == nil {
				target, err = filepath.Abs(target)
			}
		}
		if err != nil {
			status = 1
			continue
		}
		printf("%s\n", target)
	}
	return status
}

func mknod(args []string) int {
	o, rest, err := getopt(args, "m:", "mode:=m")
	if err != nil || len(rest) < 2 {
		return misuse("mknod", err)
	}
	mode, err := strconv.ParseUint(o.get("m", "666"), 8, 12)
	if err != nil {
		return misuse("mknod", fmt.Errorf("invalid mode"))
	}
	kinds := map[string]uint32{"b": unix.S_IFBLK, "c": unix.S_IFCHR, "u": unix.S_IFCHR, "p": unix.S_IFIFO}
	kind, ok := kinds[rest[1]]
	if !ok || (kind == unix.S_IFIFO) != (len(rest) == 2) || len(rest) == 3 {
		return misuse("mknod", fmt.Errorf("invalid device type '%s', or numbers missing", rest[1]))
	}
	dev := uint64(0)
	if kind != unix.S_IFIFO {
		major, err := strconv.ParseUint(rest[2], 0, 32)
		minor, merr := strconv.ParseUint(rest[3], 0, 32)
		if err != nil || merr != nil {
			return misuse("mknod", fmt.Errorf("invalid device number"))
		}
		dev = unix.Mkdev(uint32(major), uint32(minor))
	}
	if err := unix.Mknod(rest[0], kind|uint32(mode), int(dev)); err != nil {
		return complain("mknod", "%s: %s", rest[0], reason(err))
	}
	if o.has("m") {
		if err := unix.Chmod(rest[0], uint32(mode)); err != nil {
			return complain("mknod", "%s: %s", rest[0], reason(err))
		}
	}
	return 0
}
