package observe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// listing is the walk of one directory. Nothing in it is followed: entries are
// looked at by name in a directory that is held open.
type listing struct {
	r    *reader
	out  strings.Builder
	left int
	deep bool
}

// list adds the entries of a directory, or with deep all below it.
func (r *reader) list(fact, dir string, deep bool) {
	source := strings.TrimSuffix(dir, "/") + "/"
	fd, err := opendir(dir)
	if err != nil {
		if !gone(err) {
			r.fail(fact, source, err)
		}
		return
	}
	defer unix.Close(fd) //nolint:errcheck // it was only read
	l := listing{r: r, left: maxEntries, deep: deep}
	err = l.dir(fd, "", 0)
	if err != nil && l.out.Len() == 0 {
		r.fail(fact, source, err)
		return
	}
	r.text(fact, source, l.out.String())
	switch {
	case l.left <= 0:
		r.note("cut: only %d entries are kept", maxEntries)
	case err != nil:
		r.note("%s", sentence(err))
	}
}

// dir writes the entries of one directory, whose path is prefix. The first error is
// returned; what can be listed is listed all the same.
func (l *listing) dir(fd int, prefix string, depth int) error {
	names, first := l.r.names(fd, l.left+1)
	slices.Sort(names)
	for _, name := range names {
		if l.left <= 0 || l.out.Len() > MaxValue {
			l.left = 0
			return first
		}
		l.left--
		var st unix.Stat_t
		if err := unix.Fstatat(fd, name, &st, unix.AT_SYMLINK_NOFOLLOW|unix.AT_NO_AUTOMOUNT); err != nil {
			if !gone(err) && first == nil {
				first = err
			}
			continue
		}
		l.entry(fd, name, prefix, &st)
		if !l.deep || st.Mode&unix.S_IFMT != unix.S_IFDIR {
			continue
		}
		if depth >= maxDepth {
			first = fmt.Errorf("cut: what is more than %d directories deep is left out", maxDepth)
			continue
		}
		sub, err := openat(fd, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW)
		if err == nil {
			err = l.dir(sub, prefix+name+"/", depth+1)
			_ = unix.Close(sub)
		}
		if err != nil && !gone(err) && first == nil {
			first = err
		}
	}
	return first
}

// entry writes one line: "drwxr-xr-x 4096 etc", "crw-rw-rw- 1,3 null",
// "lrwxrwxrwx 7 bin -> usr/bin".
func (l *listing) entry(fd int, name, prefix string, st *unix.Stat_t) {
	size := strconv.FormatInt(st.Size, 10)
	kind := st.Mode & unix.S_IFMT
	if kind == unix.S_IFCHR || kind == unix.S_IFBLK {
		size = fmt.Sprintf("%d,%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))
	}
	l.out.WriteString(mode(st.Mode))
	l.out.WriteByte(' ')
	l.out.WriteString(size)
	l.out.WriteByte(' ')
	l.out.WriteString(printable(prefix + name))
	if kind == unix.S_IFLNK {
		var b [unix.PathMax]byte
		if n, err := unix.Readlinkat(fd, name, b[:]); err == nil {
			l.out.WriteString(" -> " + printable(string(b[:n])))
		}
	}
	l.out.WriteByte('\n')
}

// mode writes type and permissions as ls(1) does.
func mode(m uint32) string {
	b := []byte("?rwxrwxrwx")
	switch m & unix.S_IFMT {
	case unix.S_IFREG:
		b[0] = '-'
	case unix.S_IFDIR:
		b[0] = 'd'
	case unix.S_IFLNK:
		b[0] = 'l'
	case unix.S_IFCHR:
		b[0] = 'c'
	case unix.S_IFBLK:
		b[0] = 'b'
	case unix.S_IFIFO:
		b[0] = 'p'
	case unix.S_IFSOCK:
		b[0] = 's'
	}
	for i := range 9 {
		if m&(1<<(8-i)) == 0 {
			b[1+i] = '-'
		}
	}
	for _, s := range []struct {
		bit  uint32
		at   int
		with byte
	}{{unix.S_ISUID, 3, 's'}, {unix.S_ISGID, 6, 's'}, {unix.S_ISVTX, 9, 't'}} {
		if m&s.bit == 0 {
			continue
		}
		if b[s.at] == 'x' {
			b[s.at] = s.with
		} else {
			b[s.at] = s.with - 'a' + 'A'
		}
	}
	return string(b)
}

// printable keeps a name on its line.
func printable(name string) string {
	q := strconv.Quote(name)
	if len(q) == len(name)+2 {
		return name
	}
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}
