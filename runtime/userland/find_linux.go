package userland

import (
	"fmt"
	"io"
	"os"
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
		if err := unix.Lstat(root, &top); err != nil {
			status = complain("find", "'%s': %s", root, reason(err))
			continue
		}
		f.look(w, root, 0, top.Dev, &status)
	}
	return max(done(), status)
}

// look prints one path, if it matches, and goes into it.
func (f *finder) look(w io.Writer, path string, deep int, dev uint64, status *int) {
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		*status = complain("find", "'%s': %s", path, reason(err))
		return
	}
	if f.match(path, &st) {
		end := "\n"
		if f.print0 {
			end = "\x00"
		}
		_, _ = fmt.Fprint(w, path, end)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR || deep >= f.depth || f.xdev && st.Dev != dev {
		return
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		*status = complain("find", "'%s': %s", path, reason(err))
	}
	for _, e := range entries {
		f.look(w, strings.TrimSuffix(path, "/")+"/"+e.Name(), deep+1, dev, status)
	}
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

func (f *finder) match(path string, st *unix.Stat_t) bool {
	if ok, _ := filepath.Match(f.name, filepath.Base(path)); f.name != "" && !ok {
		return false
	}
	letter := letters(st.Mode)[:1]
	if letter == "-" {
		letter = "f"
	}
	return (f.kind == "" || strings.Contains(f.kind, letter)) && st.Mode&f.perm == f.perm
}
