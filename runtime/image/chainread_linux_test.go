package image

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestReadMetaWhileItMoves: a layer that gets its place, or loses it, just now is
// there or is not; it is never a damaged one.
func TestReadMetaWhileItMoves(t *testing.T) {
	dir := t.TempDir()
	final, fresh, old := filepath.Join(dir, "layer"), filepath.Join(dir, "new"), filepath.Join(dir, "old")
	end, moved := make(chan struct{}), make(chan error)
	go func() {
		for {
			select {
			case <-end:
				moved <- nil
				return
			default:
			}
			err := errors.Join(os.Mkdir(fresh, 0o700), os.WriteFile(filepath.Join(fresh, metaFile), []byte(`{"format":1}`), 0o600),
				os.Rename(fresh, final), os.Rename(final, old), os.RemoveAll(old))
			if err != nil {
				moved <- err
				return
			}
		}
	}()
	for range 100_000 {
		if _, err := readMeta(final); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
			break
		}
	}
	close(end)
	if err := <-moved; err != nil {
		t.Error(err)
	}
}
