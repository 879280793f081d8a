package kernel

import "golang.org/x/sys/unix"

// CloseOnExec has execve(2) close every descriptor from first on: what is open
// here, or was inherited from a careless caller, is nobody's business there.
func CloseOnExec(first int) {
	if unix.CloseRange(uint(first), ^uint(0), unix.CLOSE_RANGE_CLOEXEC) == nil {
		return
	}
	// Before Linux 5.11. Descriptors beyond the limit can't be made, but may be inherited.
	for fd := first; fd < 1<<16; fd++ {
		unix.CloseOnExec(fd)
	}
}
