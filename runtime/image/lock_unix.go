//go:build unix

package image

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

var errHeld error = unix.EWOULDBLOCK

func flockTry(f *os.File, shared bool) error { return flockCall(f, how(shared)|unix.LOCK_NB) }

func flockWait(f *os.File, shared bool) error { return flockCall(f, how(shared)) }

func how(shared bool) int {
	if shared {
		return unix.LOCK_SH
	}
	return unix.LOCK_EX
}

func flockCall(f *os.File, op int) error {
	for {
		if err := unix.Flock(int(f.Fd()), op); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

func isReadOnly(err error) bool { return errors.Is(err, unix.EROFS) }

func isFull(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EFBIG)
}
