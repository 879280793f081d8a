//go:build planted
// in cmd/glassbox.

package main // want revive

import (
	"os"

	"golang.org/x/sys/unix"
)

func main() {
	_ = os.WriteFile("lesson.md", nil, 0o644)
	_ = unix.Chroot(".") // want forbidigo
}
