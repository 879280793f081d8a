package userland

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// letters is a mode as ls prints it, "drwxr-xr-t": inode(7).
func letters(mode uint32) string {
	kinds := map[uint32]byte{
		unix.S_IFDIR: 'd', unix.S_IFLNK: 'l', unix.S_IFCHR: 'c', unix.S_IFBLK: 'b', unix.S_IFIFO: 'p', unix.S_IFSOCK: 's',
	}
	b := []byte("-rwxrwxrwx")
	if k, ok := kinds[mode&unix.S_IFMT]; ok {
		b[0] = k
	}
	for i := range 9 {
		if mode&(1<<(8-i)) == 0 {
			b[i+1] = '-'
		}
	}
	special := func(bit uint32, at int, with, without byte) {
		if mode&bit == 0 {
			return
		}
		if b[at] == 'x' {
			b[at] = with
		} else {
			b[at] = without
		}
	}
	special(unix.S_ISUID, 3, 's', 'S')
	special(unix.S_ISGID, 6, 's', 'S')
	special(unix.S_ISVTX, 9, 't', 'T')
	return string(b)
}

// change applies a mode as chmod takes it, octal or symbolic, to the mode that a
// file has: chmod(1p).
func change(mode uint32, expr string, dir bool, umask uint32) (uint32, error) {
	if n, err := strconv.ParseUint(expr, 8, 32); err == nil && n <= 0o7777 {
		kept := uint32(0)
		if dir && len(expr) < 5 { // As coreutils: octal keeps a directory's setuid and setgid.
			kept = mode & (unix.S_ISUID | unix.S_ISGID)
		}
		return mode&unix.S_IFMT | kept | uint32(n), nil
	}
	for clause := range strings.SplitSeq(expr, ",") {
		i := 0
		for i < len(clause) && strings.IndexByte("ugoa", clause[i]) >= 0 {
			i++
		}
		who := clause[:i]
		if i == len(clause) {
			return 0, fmt.Errorf("invalid mode: '%s'", expr)
		}
		for i < len(clause) {
			op := clause[i]
			end := i + 1
			for end < len(clause) && strings.IndexByte("+-=", clause[end]) < 0 {
				end++
			}
			var err error
			if mode, err = apply(mode, who, op, clause[i+1:end], dir, umask); err != nil {
				return 0, fmt.Errorf("%w: '%s'", err, expr)
			}
			i = end
		}
	}
	return mode, nil
}

// apply does one operation of a symbolic mode.
func apply(mode uint32, who string, op byte, perms string, dir bool, umask uint32) (uint32, error) {
	mask, keep := uint32(0), uint32(0) // keep: a directory's setuid and setgid, unless named
	if dir && !strings.Contains(perms, "s") {
		keep = unix.S_ISUID | unix.S_ISGID
	}
	for _, w := range who {
		mask |= map[rune]uint32{'u': 0o4700, 'g': 0o2070, 'o': 0o1007, 'a': 0o7777}[w]
	}
	if who == "" {
		mask = 0o7777 &^ umask
	}
	bits := uint32(0)
	for _, p := range perms {
		switch p {
		case 'r':
			bits |= 0o444
		case 'w':
			bits |= 0o222
		case 'x':
			bits |= 0o111
		case 'X':
			if dir || mode&0o111 != 0 {
				bits |= 0o111
			}
		case 's':
			bits |= 0o6000
		case 't':
			bits |= 0o1000
			if who == "" {
				mask |= 0o1000
			}
		case 'u', 'g', 'o':
			three := mode >> map[rune]uint32{'u': 6, 'g': 3, 'o': 0}[p] & 7
			bits |= three<<6 | three<<3 | three
		default:
			return 0, fmt.Errorf("invalid mode")
		}
	}
	bits &= mask &^ keep
	switch op {
	case '+':
		return mode | bits, nil
	case '-':
		return mode &^ bits, nil
	case '=':
		if who == "" {
			mask = 0o7777
		}
		return mode&^(mask&^keep) | bits, nil
	}
	return 0, fmt.Errorf("invalid mode")
}
