package userland

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// stat prints what stat(2) says, in the form of coreutils' stat.
func stat(args []string) int {
	o, paths, err := getopt(args, "Lc:ft", "dereference=L", "format:=c", "printf:=P")
	if err != nil || len(paths) == 0 {
		return misuse("stat", err)
	}
	names := newDirectory()
	status := 0
	for _, p := range paths {
		s, err := inspect(p, o.has("L"), names)
		if err != nil {
			status = complain("stat", "cannot stat '%s': %s", p, reason(err))
			continue
		}
		s.quote = len(o["c"])+len(o["P"]) > 0
		switch {
		case o.has("c"):
			printf("%s\n", s.format(o.get("c", "")))
		case o.has("P"):
			text, _ := unescape(o.get("P", ""), false)
			printf("%s", s.format(text))
		default:
			printf("%s\n", s.format(s.long()))
		}
	}
	return status
}

// inspected is one file's facts.
type inspected struct {
	path  string
	st    unix.Stat_t
	names *directory
	born  string
	link  string
	quote bool // put names in quotes: %N of a format that was given
}

func (s *inspected) quoted(name string) string {
	if s.quote {
		return quote(name)
	}
	return name
}

func inspect(path string, through bool, names *directory) (*inspected, error) {
	s := &inspected{path: path, names: names, born: "-"}
	flags := unix.AT_SYMLINK_NOFOLLOW
	if through {
		flags = 0
	}
	if err := unix.Fstatat(unix.AT_FDCWD, path, &s.st, flags); err != nil {
		return nil, err
	}
	var x unix.Statx_t
	if unix.Statx(unix.AT_FDCWD, path, flags, unix.STATX_BTIME, &x) == nil && x.Mask&unix.STATX_BTIME != 0 {
		s.born = instant(x.Btime.Sec, int64(x.Btime.Nsec))
	}
	if s.st.Mode&unix.S_IFMT == unix.S_IFLNK {
		s.link, _ = os.Readlink(path)
	}
	return s, nil
}

// long is the format of the form without -c.
func (s *inspected) long() string {
	device := "Device: %Hd,%Ld\tInode: %-10i  Links: %h"
	if kind := s.st.Mode & unix.S_IFMT; kind == unix.S_IFCHR || kind == unix.S_IFBLK {
		device = "Device: %Hd,%Ld\tInode: %-10i  Links: %-5h Device type: %Hr,%Lr"
	}
	return "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n" + device +
		"\nAccess: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n" +
		"Access: %x\nModify: %y\nChange: %z\n Birth: %w"
}

// format replaces the directives that this program knows.
func (s *inspected) format(f string) string {
	var b strings.Builder
	for i := 0; i < len(f); i++ {
		if f[i] != '%' || i+1 == len(f) {
			b.WriteByte(f[i])
			continue
		}
		end := i + 1
		for end < len(f) && strings.IndexByte("-0123456789.", f[end]) >= 0 {
			end++
		}
		flags := f[i+1 : end]
		verb := f[end:min(len(f), end+1)]
		if (verb == "H" || verb == "L") && end+1 < len(f) {
			verb = f[end : end+2]
		}
		text, ok := s.value(verb)
		if !ok {
			text = "?"
		}
		_, _ = fmt.Fprintf(&b, "%"+zeros(flags, &text)+"s", text)
		i = end + len(verb) - 1
	}
	return b.String()
}

// zeros turns the flag 0, which strings don't have, into the digits.
func zeros(flags string, text *string) string {
	width, ok := strings.CutPrefix(flags, "0")
	if !ok {
		return flags
	}
	if n, err := strconv.Atoi(width); err == nil && len(*text) < n {
		*text = strings.Repeat("0", n-len(*text)) + *text
	}
	return ""
}

func (s *inspected) value(verb string) (string, bool) {
	st := &s.st
	num := func(n uint64) (string, bool) { return strconv.FormatUint(n, 10), true }
	switch verb {
	case "n":
		return s.path, true
	case "N":
		if s.link != "" {
			return s.quoted(s.path) + " -> " + s.quoted(s.link), true
		}
		return s.quoted(s.path), true
	case "s":
		return num(uint64(st.Size))
	case "b":
		return num(uint64(st.Blocks))
	case "B":
		return "512", true
	case "o":
		return num(uint64(st.Blksize))
	case "F":
		return kind(st), true
	case "d":
		return num(st.Dev)
	case "Hd":
		return num(uint64(unix.Major(st.Dev)))
	case "Ld":
		return num(uint64(unix.Minor(st.Dev)))
	case "Hr", "t":
		return num(uint64(unix.Major(st.Rdev)))
	case "Lr", "T":
		return num(uint64(unix.Minor(st.Rdev)))
	case "i":
		return num(st.Ino)
	case "h":
		return num(uint64(st.Nlink))
	case "a":
		return strconv.FormatUint(uint64(st.Mode&0o7777), 8), true
	case "f":
		return strconv.FormatUint(uint64(st.Mode), 16), true
	case "A":
		return letters(st.Mode), true
	}
	return s.moment(verb)
}

// moment has the owners and the times.
func (s *inspected) moment(verb string) (string, bool) {
	st := &s.st
	switch verb {
	case "u":
		return strconv.Itoa(int(st.Uid)), true
	case "g":
		return strconv.Itoa(int(st.Gid)), true
	case "U":
		return nameOr(s.names.users, st.Uid), true
	case "G":
		return nameOr(s.names.groups, st.Gid), true
	case "x":
		return instant(st.Atim.Unix()), true
	case "y":
		return instant(st.Mtim.Unix()), true
	case "z":
		return instant(st.Ctim.Unix()), true
	case "w":
		return s.born, true
	case "X":
		return strconv.FormatInt(int64(st.Atim.Sec), 10), true
	case "Y":
		return strconv.FormatInt(int64(st.Mtim.Sec), 10), true
	case "Z":
		return strconv.FormatInt(int64(st.Ctim.Sec), 10), true
	case "%":
		return "%", true
	}
	return "", false
}

func nameOr(names map[int]string, n uint32) string {
	if name, ok := names[int(n)]; ok {
		return name
	}
	return "UNKNOWN"
}

func instant(sec, nsec int64) string {
	return time.Unix(sec, nsec).Format("2006-01-02 15:04:05.000000000 -0700")
}

func kind(st *unix.Stat_t) string {
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		return "directory"
	case unix.S_IFLNK:
		return "symbolic link"
	case unix.S_IFCHR:
		return "character special file"
	case unix.S_IFBLK:
		return "block special file"
	case unix.S_IFIFO:
		return "fifo"
	case unix.S_IFSOCK:
		return "socket"
	}
	if st.Size == 0 {
		return "regular empty file"
	}
	return "regular file"
}
