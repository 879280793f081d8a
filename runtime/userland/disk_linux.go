package userland

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// df shows how full file systems are: statfs(2).
func df(args []string) int {
	o, paths, err := getopt(args, "hkaiT", "human-readable=h", "all=a")
	if err != nil {
		return misuse("df", err)
	}
	all, err := mounts()
	if err != nil {
		return fail("df", err)
	}
	status := 0
	shown := all
	if len(paths) > 0 {
		shown = nil
		for _, p := range paths {
			m, err := holding(all, p)
			if err != nil {
				status = complain("df", "%s: %s", p, reason(err))
				continue
			}
			shown = append(shown, m)
		}
	}
	title, free := "1K-blocks", "Available"
	if o.has("h") {
		title, free = "Size", "Avail"
	}
	rows := [][]string{{"Filesystem", title, "Used", free, "Use%", "Mounted on"}}
	seen := map[string]bool{}
	for _, m := range shown {
		var st unix.Statfs_t
		if unix.Statfs(m.point, &st) != nil || len(paths) == 0 && !o.has("a") && (st.Blocks == 0 || seen[m.dev]) {
			continue
		}
		seen[m.dev] = true
		rows = append(rows, fullness(m, &st, o.has("h")))
	}
	table(rows, 1, 2, 3, 4)
	return status
}

func fullness(m mounted, st *unix.Statfs_t, people bool) []string {
	unit := uint64(st.Frsize)
	used, avail := (st.Blocks-st.Bfree)*unit, st.Bavail*unit
	percent := "-"
	if used+avail > 0 {
		percent = strconv.FormatUint((100*used+used+avail-1)/(used+avail), 10) + "%"
	}
	show := func(n uint64) string {
		if people {
			return human(int64(n))
		}
		return strconv.FormatUint((n+1023)/1024, 10)
	}
	return []string{m.source, show(st.Blocks * unit), show(used), show(avail), percent, m.point}
}

// holding is the mount that a path lies on: the last of those with its device.
func holding(all []mounted, path string) (mounted, error) {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return mounted{}, err
	}
	path, err := filepath.EvalSymlinks(path)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return mounted{}, err
	}
	best := mounted{}
	for _, m := range all {
		if (path == m.point || strings.HasPrefix(path, strings.TrimSuffix(m.point, "/")+"/")) && len(m.point) >= len(best.point) {
			best = m
		}
	}
	if best.point == "" {
		return best, fmt.Errorf("not below any mount")
	}
	return best, nil
}

// table prints rows in columns; those in right are aligned to the right.
func table(rows [][]string, right ...int) {
	width := map[int]int{0: 14, 1: 5, 2: 5, 3: 5, 4: 4}
	for _, r := range rows {
		for i, c := range r {
			width[i] = max(width[i], len(c))
		}
	}
	for _, r := range rows {
		var b strings.Builder
		for i, c := range r {
			format := "%-*s "
			for _, k := range right {
				if k == i {
					format = "%*s "
				}
			}
			_, _ = fmt.Fprintf(&b, format, width[i], c)
		}
		printf("%s\n", strings.TrimRight(b.String(), " "))
	}
}

// du adds up what directories take on the disk; a file with several names counts
// once.
func du(args []string) int {
	o, paths, err := getopt(args, "shkbax", "summarize=s", "human-readable=h", "bytes=b")
	if err != nil {
		return misuse("du", err)
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	show := func(n int64, path string) {
		switch {
		case o.has("h"):
			printf("%s\t%s\n", human(n), path)
		case o.has("b"):
			printf("%d\t%s\n", n, path)
		default:
			printf("%d\t%s\n", (n+1023)/1024, path)
		}
	}
	status := 0
	for _, p := range paths {
		d := disk{seen: map[[2]uint64]bool{}, bytes: o.has("b"), each: show}
		if o.has("s") {
			d.each = func(int64, string) {}
		}
		n := d.sum(p, &status)
		if info, err := os.Lstat(p); err == nil && (o.has("s") || !info.IsDir()) {
			show(n, p)
		}
	}
	return status
}

type disk struct {
	seen  map[[2]uint64]bool
	bytes bool
	each  func(n int64, path string)
}

func (d *disk) sum(path string, status *int) int64 {
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		*status = complain("du", "cannot access '%s': %s", path, reason(err))
		return 0
	}
	id := [2]uint64{uint64(st.Dev), st.Ino}
	if st.Nlink > 1 && st.Mode&unix.S_IFMT != unix.S_IFDIR && d.seen[id] {
		return 0
	}
	d.seen[id] = true
	n := st.Blocks * 512
	if d.bytes {
		n = st.Size
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		return n
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		*status = complain("du", "cannot read directory '%s': %s", path, reason(err))
	}
	for _, e := range entries {
		n += d.sum(filepath.Join(path, e.Name()), status)
	}
	d.each(n, path)
	return n
}
