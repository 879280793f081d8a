package inside

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// newTerminal opens a new terminal in the devpts of the tree that root is open
// on: its master, its other end, and its path there. What the tree has in
// /dev/pts may be a stranger's, so no link is followed, what was opened must be
// of devpts, and the other end is asked of the master, not looked for by name
// (CVE-2025-52565). See ioctl_tty(2), TIOCGPTPEER.
func newTerminal(root int) (master int, peer kernel.At, err error) {
	master, err = kernel.OpenIn(root, "dev/pts/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, unix.RESOLVE_NO_SYMLINKS)
	if err != nil {
		return -1, peer, fmt.Errorf("open a terminal (-t), which needs devpts on /dev/pts: %w", err)
	}
	defer func() {
		if err != nil {
			_ = unix.Close(master)
		}
	}()
	if !devpts(master) {
		return -1, peer, errors.New("/dev/pts/ptmx in the container is no terminal: devpts must be mounted on /dev/pts")
	}
	if err := unix.SetNonblock(master, false); err != nil {
		return -1, peer, fmt.Errorf("prepare the terminal: %w", err)
	}
	if err := unix.IoctlSetPointerInt(master, unix.TIOCSPTLCK, 0); err != nil {
		return -1, peer, fmt.Errorf("unlock the terminal: %w", err)
	}
	n, err := unix.IoctlGetInt(master, unix.TIOCGPTN)
	if err != nil {
		return -1, peer, fmt.Errorf("ask for the terminal's number: %w", err)
	}
	fd, err := kernel.TerminalPeer(master)
	if err != nil {
		return -1, peer, fmt.Errorf("open the terminal's other end: %w", err)
	}
	return master, kernel.At{FD: fd, Path: fmt.Sprintf("/dev/pts/%d", n)}, nil
}

// devpts tells whether a descriptor is of a terminal's file system.
func devpts(fd int) bool {
	var fs unix.Statfs_t
	return unix.Fstatfs(fd, &fs) == nil && fs.Type == unix.DEVPTS_SUPER_MAGIC
}
