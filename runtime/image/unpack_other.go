//go:build !linux

package image

import (
	"context"
	"io"
	"runtime"
)

// Unpack needs overlayfs's whiteouts, owners and devices: it works on Linux alone.
func (s *Store) Unpack(context.Context, *Image, UnpackOptions) ([]LayerDir, error) {
	return nil, elsewhere()
}

// Hold works on Linux alone.
func (s *Store) Hold([]LayerDir) (io.Closer, error) { return nil, elsewhere() }

// RemoveLayers has nothing to remove where nothing was unpacked.
func (s *Store) RemoveLayers(map[string]bool) (int64, error) { return 0, nil }

func elsewhere() error {
	return refuse(nil, "run glassbox in a Linux virtual machine", "layers can't be unpacked on %s", runtime.GOOS)
}
