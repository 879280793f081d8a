package kernel

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Self opens glassbox's own executable through a read-only mount of its own,
// so that nobody in the container can write to it through /proc/PID/exe
// (CVE-2019-5736). Where the kernel lacks mount_setattr(2), or withholds it, a
// sealed copy in memory does as well.
func Self() (*os.File, error) {
	fd, err := unix.OpenTree(unix.AT_FDCWD, "/proc/self/exe", unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	if err == nil {
		attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV}
		if err = unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, &attr); err != nil {
			_ = unix.Close(fd)
		}
	}
	if err != nil {
		fd, err = sealedCopy()
	}
	if err != nil {
		return nil, fmt.Errorf("open glassbox itself: %w", err)
	}
	// A high number: os.StartProcess gives the low ones to the child's own files.
	high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, ownFD)
	_ = unix.Close(fd)
	if errors.Is(err, unix.EINVAL) {
		return nil, fmt.Errorf("open glassbox itself: %w", errFewFiles)
	}
	if err != nil {
		return nil, fmt.Errorf("open glassbox itself: %w", err)
	}
	return os.NewFile(uintptr(high), "glassbox"), nil
}

// ownFD is the least number of the descriptor of glassbox itself.
const ownFD = 100

var errFewFiles = fmt.Errorf("%w: the limit of open files is too low, raise it (ulimit -n 1024)", unix.EMFILE)

// EnoughFiles tells beforehand where Self can't work, and where Go's own poller
// would end the program, as it does for want of a descriptor.
func EnoughFiles() error {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return fmt.Errorf("ask for the limit of open files: %w", err)
	}
	if l.Cur <= ownFD {
		return fmt.Errorf("start the engine: %w", errFewFiles)
	}
	return nil
}

// sealedCopy is glassbox in memory, sealed against every change: memfd_create(2).
func sealedCopy() (int, error) {
	from, err := unix.Open("/proc/self/exe", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(from)
	var st unix.Stat_t
	if err := unix.Fstat(from, &st); err != nil {
		return -1, err
	}
	fd, err := unix.MemfdCreate("glassbox", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return -1, err
	}
	for left := st.Size; left > 0 && err == nil; {
		var n int
		n, err = unix.Sendfile(fd, from, nil, int(left))
		if n == 0 && err == nil {
			err = unix.EIO
		}
		left -= int64(max(n, 0))
	}
	if err == nil {
		_, err = unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, unix.F_SEAL_SEAL|unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_WRITE)
	}
	if err != nil {
		_ = unix.Close(fd)
	}
	return fd, err
}
