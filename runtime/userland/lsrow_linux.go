package userland

import (
	"fmt"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

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
