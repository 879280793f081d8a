//go:build planted
// in runtime/kernel.

// Package kernel may do what others may not.
package kernel

import (
	"os"

	"golang.org/x/sys/unix"
)

// Effects are at home here.
func Effects() error {
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return err
	}
	return os.Mkdir("x", 0o755)
}
