package kernel

import (
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// shown is how much of a kernel file's old and new content a write event keeps, in bytes.
const shown = 4096

// Write writes one value to a kernel file (a cgroup's, a map, a sysctl) with
// one write(2), and records what the file said before and says after: kernels
// round. man names the page that describes the file.
func (k *Kernel) Write(path, value, man string) error {
	w := journal.Write{
		Path: path, Value: value, Man: man, Held: k.held,
		Sh: words("echo", Quote(strings.TrimSuffix(value, "\n")), ">", Quote(path)),
	}
	w.Before = peek(path)
	if k.held != "" {
		k.Emit(journal.Event{Kind: journal.KindWrite, Write: &w})
		return nil
	}
	if k.gate != nil {
		g := w
		if err := k.gate(journal.Gate{State: journal.Waiting, At: "call", Write: &g}); err != nil {
			return err
		}
	}
	t := time.Now()
	err := put(path, value)
	w.DurUS = time.Since(t).Microseconds()
	w.After, w.Errno = peek(path), Errno(err)
	k.Emit(journal.Event{Kind: journal.KindWrite, Write: &w, T: t})
	if err != nil {
		return &Error{Tried: "write " + strings.TrimSpace(value) + " to " + path, Err: err, Mend: mendWrite(path, err)}
	}
	return nil
}

// WriteBack is Write whose inverse puts back what the file said before.
func (k *Kernel) WriteBack(path, value, man string) error {
	k.Plan("restore", path+"="+strings.TrimSuffix(peek(path), "\n"))
	return k.Write(path, value, man)
}

// put writes to a file that must be what its path says: a stranger may have
// mounted something else there, or put a link in the way, so that the write
// would reach another file (CVE-2019-16884, CVE-2025-52881).
func put(path, value string) error {
	fd, err := genuine(path, unix.O_WRONLY)
	if err != nil {
		return err
	}
	_, err = unix.Write(fd, []byte(value))
	if e := unix.Close(fd); err == nil {
		err = e
	}
	return err
}

// ErrMasquerade says that a path does not lead to the kernel's file of that name.
var ErrMasquerade = errors.New("something else is in the place of that kernel file, or a link leads there: nothing is written")

// genuine opens a file of the kernel's. Below /proc no link and no other mount
// may be on the way from the root of that procfs, whose inode is 1; elsewhere no
// link may be, and the file must be a cgroup's.
func genuine(path string, flags int) (int, error) {
	how := unix.OpenHow{Flags: uint64(flags | unix.O_CLOEXEC), Resolve: unix.RESOLVE_NO_SYMLINKS}
	dir, name := unix.AT_FDCWD, path
	if rest, ok := strings.CutPrefix(path, "/proc/"); ok {
		top, err := unix.Open("/proc", unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if err != nil {
			return -1, err
		}
		defer unix.Close(top)
		var st unix.Stat_t
		if !isA(top, unix.PROC_SUPER_MAGIC) || unix.Fstat(top, &st) != nil || st.Ino != 1 {
			return -1, ErrMasquerade
		}
		dir, name = top, rest
		how.Resolve |= unix.RESOLVE_NO_XDEV | unix.RESOLVE_BENEATH
	}
	fd, err := unix.Openat2(dir, name, &how)
	if errors.Is(err, unix.EXDEV) || errors.Is(err, unix.ELOOP) {
		return -1, ErrMasquerade
	}
	if err == nil && !isA(fd, unix.PROC_SUPER_MAGIC, unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC) {
		_ = unix.Close(fd)
		return -1, ErrMasquerade
	}
	return fd, err
}

// isA tells whether a descriptor is of one of those file systems: statfs(2).
func isA(fd int, magic ...int64) bool {
	var s unix.Statfs_t
	return unix.Fstatfs(fd, &s) == nil && slices.Contains(magic, int64(s.Type))
}

// peek reads the beginning of a kernel file; "" where it can't be read.
func peek(path string) string {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	var b [shown]byte
	n, _ := unix.Read(fd, b[:])
	return string(b[:max(n, 0)])
}
