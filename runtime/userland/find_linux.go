package userland

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// finder is what find looks for.
type finder struct {
	name, kind string
	depth      int
	xdev       bool
	perm       uint32
	print0     bool
}

// find lists trees, with the few tests that looking around needs.
func find(args []string) int {
	var paths []string
	for len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		paths, args = append(paths, args[0]), args[1:]
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	f := finder{depth: 1 << 30}
	if err := f.parse(args); err != nil {
		return misuse("find", err)
	}
	w, done := out()
	status := 0
	for _, root := range paths {
		var top unix.Stat_t
		_ = unix.Lstat(root, &top)
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				status = complain("find", "'%s': %s", path, reason(err))
				if d == nil || path != root {
					return nil
				}
			}
			if f.match(path, d) {
				end := "\n"
				if f.print0 {
					end = "\x00"
				}
				_, _ = fmt.Fprint(w, path, end)
			}
			deep := 0
			if rest := strings.TrimPrefix(strings.TrimPrefix(path, root), "/"); rest != "" {
				deep = strings.Count(rest, "/") + 1
			}
			var st unix.Stat_t
			if d.IsDir() && (deep >= f.depth || f.xdev && unix.Lstat(path, &st) == nil && st.Dev != top.Dev) {
				return fs.SkipDir
			}
			return nil
		})
	}
	return max(done(), status)
}

func (f *finder) parse(args []string) error {
	for i := 0; i < len(args); i++ {
		switch args[i] {
		case "-xdev", "-mount":
			f.xdev = true
			continue
		case "-print":
			continue
		case "-print0":
			f.print0 = true
			continue
		}
		if i+1 == len(args) {
			return fmt.Errorf("unknown predicate, or missing argument: '%s'", args[i])
		}
		var err error
		switch value := args[i+1]; args[i] {
		case "-name":
			f.name = value
			_, err = filepath.Match(value, "")
		case "-type":
			f.kind = value
		case "-maxdepth":
			f.depth, err = strconv.Atoi(value)
		case "-perm":
			var n uint64
			n, err = strconv.ParseUint(strings.TrimLeft(value, "-/"), 8, 32)
			f.perm = uint32(n)
		default:
			err = fmt.Errorf("unknown predicate '%s'", args[i])
		}
		if err != nil {
			return err
		}
		i++
	}
	return nil
}

func (f *finder) match(path string, d fs.DirEntry) bool {
	if ok, _ := filepath.Match(f.name, d.Name()); f.name != "" && !ok {
		return false
	}
	if f.kind == "" && f.perm == 0 {
		return true
	}
	var st unix.Stat_t
	if unix.Lstat(path, &st) != nil {
		return false
	}
	letter := letters(st.Mode)[:1]
	if letter == "-" {
		letter = "f"
	}
	return (f.kind == "" || strings.Contains(f.kind, letter)) && st.Mode&f.perm == f.perm
}
