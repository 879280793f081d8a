//go:build !linux

package main

import (
	"os"
	"path/filepath"
)

// storeRoot is where images are kept.
func storeRoot(asked string) string {
	if asked != "" {
		return asked
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "glassbox")
}
