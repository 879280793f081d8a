//go:build planted
// in runtime/observe.

// Package observe may do what others may not.
package observe

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
