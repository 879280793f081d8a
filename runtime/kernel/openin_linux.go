package kernel

import (
	"errors"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// OpenIn opens a path in a tree whose content is a stranger's: dir is the root of
// every absolute path, ".." and link on the way, and links like those of
// /proc/PID/fd are not followed. resolve is more of RESOLVE_…: openat2(2).
func OpenIn(dir int, path string, flags int, resolve uint64) (int, error) {
	how := unix.OpenHow{Flags: uint64(flags | unix.O_CLOEXEC), Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS | resolve}
	for try := 0; ; try++ {
		fd, err := unix.Openat2(dir, path, &how)
		// EAGAIN: something was mounted or renamed anywhere on the machine while a ".." was followed.
		if try == 1000 || !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
			return fd, err
		}
	}
}

// RegularIn opens a regular file in a stranger's tree for reading. What is no
// regular file is not opened at all: a FIFO would wait, and a device may act,
// as a watchdog does. The error is then EINVAL.
func RegularIn(dir int, path string) (int, error) {
	at, err := OpenIn(dir, path, unix.O_PATH, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(at)
	var st unix.Stat_t
	if err := unix.Fstat(at, &st); err != nil {
		return -1, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return -1, unix.EINVAL
	}
	return unix.Open(At{FD: at}.Proc(), unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
}

// removeIn is unlinkat(2) of ROOT/./PATH: ROOT is the host's, PATH a stranger's,
// whose links must not lead out of it.
func removeIn(root, path string, flags int) error {
	top, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(top)
	above, name := filepath.Split(path)
	dir, err := OpenIn(top, "./"+above, unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	return unix.Unlinkat(dir, name, flags)
}

// ReadlinkIn is where a link in a directory leads; "" if it is none, or not there.
func ReadlinkIn(dir int, name string) string {
	b := make([]byte, 4096)
	n, err := unix.Readlinkat(dir, name, b)
	if err != nil {
		return ""
	}
	return string(b[:n])
}
