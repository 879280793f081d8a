package kernel

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// OnOverlay tells whether a directory lies on an overlay, as everything in a
// container does that is on no volume of its own. Overlayfs takes no other overlay
// for its upper directory, and refuses the whiteouts of layers there: see
// Documentation/filesystems/overlayfs.rst, "Nesting overlayfs mounts".
func OnOverlay(dir string) bool {
	var st unix.Statfs_t
	return unix.Statfs(dir, &st) == nil && st.Type == unix.OVERLAYFS_SUPER_MAGIC
}

// Ramdisk mounts a tmpfs on a directory that lies on an overlay, and makes the
// directory where it lacks. Nothing undoes it: what is kept there is for the next
// start, too, and it ends with the mount namespace. Of many that ask for the same
// one at once, one mounts it: made tells who. The kernel bounds its size to half of the memory.
func (k *Kernel) Ramdisk(dir string, mode uint32) (made bool, err error) {
	if err := os.MkdirAll(dir, os.FileMode(mode)); err != nil {
		return false, fmt.Errorf("make the directory for a file system in memory: %w", err)
	}
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false, fmt.Errorf("open the directory for a file system in memory: %w", err)
	}
	defer unix.Close(fd)
	if err := flock(fd, unix.LOCK_EX); err != nil {
		return false, fmt.Errorf("lock %s: %w", dir, err)
	}
	if !OnOverlay(dir) { // another one was first
		return false, nil
	}
	data := fmt.Sprintf("mode=%o", mode)
	c := mountCall("glassbox", dir, "tmpfs", 0, data)
	c.Sh = mountSh("glassbox", dir, "tmpfs", 0, data)
	err = k.do(c, "mount tmpfs on "+dir, func() error { return unix.Mount("glassbox", dir, "tmpfs", 0, data) })
	var e *Error
	if errors.As(err, &e) && (e.Mend == "" || !errors.Is(err, unix.EACCES)) { // else AppArmor forbids it, wherever the store lies
		e.Mend = "the store lies on an overlay, which overlays can't be built on: mount a volume there, or name a directory on ext4, xfs, btrfs or tmpfs with --root"
	}
	return err == nil, err
}
