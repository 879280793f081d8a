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
	"time"

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

// print writes the entries, in columns that are as wide as they need to be.
func (l *lister) print(all []entry) {
	rows := make([][]string, len(all))
	l.major, l.minor = 0, 0
	for i := range all {
		if device(&all[i]) {
			l.major = max(l.major, len(strconv.Itoa(int(unix.Major(all[i].st.Rdev)))))
			l.minor = max(l.minor, len(strconv.Itoa(int(unix.Minor(all[i].st.Rdev)))))
		}
	}
	for i := range all {
		rows[i] = l.row(&all[i])
	}
	if len(rows) == 0 {
		return
	}
	width := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, c := range r {
			width[i] = max(width[i], len(c))
		}
	}
	for _, r := range rows {
		for i, c := range r {
			left := l.o.has("l") && i < len(r)-1 && (i == l.lead() || i == l.lead()+2 || i == l.lead()+3) && !l.o.has("n")
			switch {
			case i == len(r)-1:
				_, _ = fmt.Fprint(l.w, c)
			case left:
				_, _ = fmt.Fprintf(l.w, "%-*s ", width[i], c)
			default:
				_, _ = fmt.Fprintf(l.w, "%*s ", width[i], c)
			}
		}
		_, _ = fmt.Fprintln(l.w)
	}
}

// lead is how many columns stand before the mode.
func (l *lister) lead() int {
	n := 0
	for _, c := range []string{"i", "s"} {
		if l.o.has(c) {
			n++
		}
	}
	return n
}

func (l *lister) row(e *entry) []string {
	var r []string
	if l.o.has("i") {
		r = append(r, strconv.FormatUint(e.st.Ino, 10))
	}
	if l.o.has("s") {
		r = append(r, l.amount(e.st.Blocks*512, 1024))
	}
	name := e.name
	if l.o.has("l") {
		r = append(r, letters(e.st.Mode), strconv.FormatUint(uint64(e.st.Nlink), 10),
			l.names.user(int(e.st.Uid)), l.names.group(int(e.st.Gid)), l.extent(e), stamp(time.Unix(e.st.Mtim.Unix())))
		if e.target != "" {
			return append(r, name+" -> "+e.target)
		}
	}
	if l.o.has("F") || l.o.has("p") {
		name += mark(e.st.Mode, l.o.has("F"))
	}
	return append(r, name)
}

func device(e *entry) bool {
	kind := e.st.Mode & unix.S_IFMT
	return kind == unix.S_IFCHR || kind == unix.S_IFBLK
}

// extent is a file's size, or a device's numbers.
func (l *lister) extent(e *entry) string {
	if device(e) {
		return fmt.Sprintf("%*d, %*d", l.major, unix.Major(e.st.Rdev), l.minor, unix.Minor(e.st.Rdev))
	}
	return l.amount(e.st.Size, 1)
}

// stamp is a time as ls -l shows it: the year takes the clock's place when it is
// older than half a year, or in the future.
func stamp(t time.Time) string {
	age := time.Since(t)
	if age < -time.Second || age > 31556952*time.Second/2 {
		return t.Format("Jan _2  2006")
	}
	return t.Format("Jan _2 15:04")
}

func mark(mode uint32, all bool) string {
	switch kind := mode & unix.S_IFMT; {
	case kind == unix.S_IFDIR:
		return "/"
	case !all:
		return ""
	case kind == unix.S_IFLNK:
		return "@"
	case kind == unix.S_IFIFO:
		return "|"
	case kind == unix.S_IFSOCK:
		return "="
	case kind == unix.S_IFREG && mode&0o111 != 0:
		return "*"
	}
	return ""
}

// human is a size in the largest unit that fits, rounded up as coreutils does:
// 999, 1.0K, 9.9K, 10K, 1.3M.
func human(n int64) string {
	if n < 1024 {
		return strconv.FormatInt(n, 10)
	}
	unit := int64(1)
	i := -1
	for n/unit >= 1024 && i < 5 {
		unit *= 1024
		i++
	}
	for ; ; i, unit = i+1, unit*1024 {
		if tenths := (n*10 + unit - 1) / unit; tenths < 100 {
			return fmt.Sprintf("%d.%d%c", tenths/10, tenths%10, "KMGTPE"[i])
		}
		if whole := (n + unit - 1) / unit; whole < 1024 || i == 5 {
			return fmt.Sprintf("%d%c", whole, "KMGTPE"[i])
		}
	}
}
