package kernel

import "golang.org/x/sys/unix"

// TerminalPeer opens the other end of a terminal's master, without a path that
// somebody could have changed: ioctl_tty(2), TIOCGPTPEER.
func TerminalPeer(master int) (int, error) {
	fd, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(master), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	return int(fd), errnoOrNil(e)
}
