package kernel

import (
	"syscall"

	"golang.org/x/sys/unix"
)

func errnoName(n syscall.Errno) string {
	if s := unix.ErrnoName(n); s != "" {
		return s
	}
	return "errno " + itoa(int(n))
}
