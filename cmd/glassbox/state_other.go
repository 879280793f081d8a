//go:build !linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// stateRoot is where talks have their sockets.
func stateRoot() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("glassbox-%d", os.Getuid()))
}
