package kernel

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Self opens glassbox's own executable through a read-only mount of its own,
// so that nobody in the container can write to it through /proc/PID/exe
// (CVE-2019-5736). Where the kernel lacks open_tree(2) the plain file must do.
func Self() (*os.File, error) {
	fd, err := unix.OpenTree(unix.AT_FDCWD, "/proc/self/exe", unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	if err == nil {
		attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV}
		if err = unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, &attr); err != nil {
			_ = unix.Close(fd)
		}
	}
	if err != nil {
		fd, err = unix.Open("/proc/self/exe", unix.O_PATH|unix.O_CLOEXEC, 0)
	}
	if err != nil {
		return nil, fmt.Errorf("open glassbox itself: %w", err)
	}
	// A high number: os.StartProcess gives the low ones to the child's own files.
	high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 100)
	_ = unix.Close(fd)
	if err != nil {
		return nil, fmt.Errorf("open glassbox itself: %w", err)
	}
	return os.NewFile(uintptr(high), "glassbox"), nil
}
