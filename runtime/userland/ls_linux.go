package userland

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// entry is a name in a listing.
type entry struct {
	name   string
	st     unix.Stat_t
	target string // of a symbolic link
}

type lister struct {
	o      opts
	w      io.Writer
	names  *directory
	status int
	first  bool

	major, minor int // how wide the numbers of devices are in this listing
}

// ls lists as coreutils' ls does, sorted by bytes.
func ls(args []string) int {
	o, paths, err := getopt(args, "laAdhinrRtS1FCpsLZ", "all=a", "almost-all=A", "directory=d", "human-readable=h",
		"inode=i", "numeric-uid-gid=n", "reverse=r", "recursive=R", "classify=F", "color", "color:")
	if err != nil {
		return misuse("ls", err)
	}
	if o.has("n") {
		o["l"] = []string{""}
	}
	w, done := out()
	l := &lister{o: o, w: w, names: newDirectory(), first: true}
	if o.has("n") {
		l.names = &directory{}
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var files, dirs []entry
	for _, p := range paths {
		e, err := l.look(p, p, !o.has("l") && !o.has("d") || o.has("L"))
		if err != nil {
			l.status = complain("ls", "cannot access '%s': %s", p, reason(err)) + 1
			continue
		}
		if e.st.Mode&unix.S_IFMT == unix.S_IFDIR && !o.has("d") {
			dirs = append(dirs, e)
		} else {
			files = append(files, e)
		}
	}
	l.sort(files)
	l.sort(dirs)
	if len(files) > 0 {
		l.print(files)
		l.first = false
	}
	for _, d := range dirs {
		l.dir(d.name, len(paths) > 1 || o.has("R"))
	}
	return max(done(), l.status)
}

// look asks the kernel about one path.
func (l *lister) look(path, name string, through bool) (entry, error) {
	e := entry{name: name}
	err := unix.Lstat(path, &e.st)
	if err == nil && through && e.st.Mode&unix.S_IFMT == unix.S_IFLNK {
		var st unix.Stat_t
		if unix.Stat(path, &st) == nil {
			e.st = st
		}
	}
	if err == nil && e.st.Mode&unix.S_IFMT == unix.S_IFLNK {
		e.target, _ = os.Readlink(path) // Without permission the target isn't shown.
	}
	return e, err
}

// dir lists a directory.
func (l *lister) dir(path string, title bool) {
	f, err := os.Open(path)
	if err != nil {
		l.status = max(l.status, complain("ls", "cannot open directory '%s': %s", path, reason(err))+1)
		return
	}
	names, err := f.Readdirnames(-1)
	_ = f.Close()
	if err != nil {
		l.status = max(l.status, complain("ls", "reading directory '%s': %s", path, reason(err)))
	}
	if l.o.has("a") {
		names = append(names, ".", "..")
	}
	var all []entry
	for _, n := range names {
		if n[0] == '.' && !l.o.has("a") && !l.o.has("A") {
			continue
		}
		e, err := l.look(path+"/"+n, n, l.o.has("L"))
		if err != nil {
			l.status = max(l.status, complain("ls", "cannot access '%s': %s", filepath.Join(path, n), reason(err)))
			continue
		}
		all = append(all, e)
	}
	l.sort(all)
	if !l.first {
		_, _ = fmt.Fprintln(l.w)
	}
	l.first = false
	if title {
		_, _ = fmt.Fprintf(l.w, "%s:\n", path)
	}
	if l.o.has("l") || l.o.has("s") {
		blocks := int64(0)
		for i := range all {
			blocks += all[i].st.Blocks
		}
		_, _ = fmt.Fprintf(l.w, "total %s\n", l.amount((blocks+1)/2*1024, 1024))
	}
	l.print(all)
	if !l.o.has("R") {
		return
	}
	for _, e := range all {
		if e.st.Mode&unix.S_IFMT == unix.S_IFDIR && e.name != "." && e.name != ".." {
			l.dir(path+"/"+e.name, true)
		}
	}
}

func (l *lister) sort(all []entry) {
	slices.SortFunc(all, func(a, b entry) int {
		c := 0
		switch {
		case l.o.has("t"):
			c = cmp.Or(cmp.Compare(b.st.Mtim.Sec, a.st.Mtim.Sec), cmp.Compare(b.st.Mtim.Nsec, a.st.Mtim.Nsec))
		case l.o.has("S"):
			c = cmp.Compare(b.st.Size, a.st.Size)
		}
		c = cmp.Or(c, strings.Compare(a.name, b.name))
		if l.o.has("r") {
			c = -c
		}
		return c
	})
}

// amount is a size in the unit, or for people with -h.
func (l *lister) amount(n, unit int64) string {
	if l.o.has("h") {
		return human(n)
	}
	return strconv.FormatInt((n+unit-1)/unit, 10)
}
