package image

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

var errHeld error = windows.ERROR_LOCK_VIOLATION

func flockTry(f *os.File, shared bool) error {
	return lockFile(f, how(shared)|windows.LOCKFILE_FAIL_IMMEDIATELY)
}

func flockWait(f *os.File, shared bool) error { return lockFile(f, how(shared)) }

func how(shared bool) uint32 {
	if shared {
		return 0
	}
	return windows.LOCKFILE_EXCLUSIVE_LOCK
}

func lockFile(f *os.File, flags uint32) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, new(windows.Overlapped))
}

func isReadOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

func isFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
