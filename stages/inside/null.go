package inside

import (
	"fmt"

	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// null is the device number of /dev/null: null(4).
var null = unix.Mkdev(1, 3)

// ownNull puts the container's /dev/null in the place of the host's, as runc does:
// through a descriptor of the host's node, root in the container could change its
// mode. Where the container's is something else, an empty pipe serves.
func ownNull(k *kernel.Kernel) error {
	for fd := range 3 {
		if !isNull(fd) {
			continue
		}
		own, shown, err := nothing()
		if err != nil {
			return err
		}
		err = k.Dup3(own, fd, shown)
		_ = unix.Close(own)
		if err != nil {
			return err
		}
	}
	return nil
}

// nothing opens the container's /dev/null, or the reading end of a pipe into which nobody writes.
func nothing() (fd int, shown string, err error) {
	fd, err = unix.Open("/dev/null", unix.O_RDWR|unix.O_NOFOLLOW|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err == nil && isNull(fd) {
		return fd, "/dev/null", unix.SetNonblock(fd, false)
	}
	if err == nil {
		_ = unix.Close(fd)
	}
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return -1, "", fmt.Errorf("make a pipe in place of /dev/null: %w", err)
	}
	_ = unix.Close(ends[1])
	return ends[0], "an empty pipe", nil
}

func isNull(fd int) bool {
	var st unix.Stat_t
	return unix.Fstat(fd, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFCHR && uint64(st.Rdev) == null
}
