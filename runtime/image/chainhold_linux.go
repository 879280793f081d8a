package image

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// holds are locks on layers.
type holds []*flock

// Close lets go of the layers.
func (h holds) Close() error {
	for _, l := range h {
		l.release()
	}
	return nil
}

// Hold keeps layers from being removed until what it returns is closed, or the
// process ends: a container holds the layers that its overlay uses. It fails with
// ErrLayerGone where one was removed since Unpack returned it.
func (s *Store) Hold(dirs []LayerDir) (io.Closer, error) {
	var h holds
	for _, d := range dirs {
		l, err := s.hold(d)
		if err != nil {
			_ = h.Close()
			return nil, err
		}
		h = append(h, l)
	}
	return h, nil
}

func (s *Store) hold(d LayerDir) (*flock, error) {
	dir := filepath.Dir(d.Path)
	if filepath.Dir(dir) != s.layers("") {
		return nil, refuse(nil, "", "hold the layer %s: it is not in the store %s", d.Path, s.root)
	}
	f, err := os.Open(dir)
	if err == nil {
		if err = flockTry(f, true); err == nil && stillThere(f, dir) {
			return &flock{f}, nil
		}
		_ = f.Close()
	}
	if err == nil || errors.Is(err, errHeld) || errors.Is(err, fs.ErrNotExist) {
		return nil, refuse(ErrLayerGone, "start again: it will be unpacked anew", "hold the layer %s: it was removed meanwhile", dir)
	}
	return nil, refuse(err, "", "hold the layer %s: %v", dir, err)
}

// RemoveLayers removes the unpacked layers whose chain ID is not in keep and that
// nobody holds, and what killed processes left behind. It returns the bytes that
// became free: those of regular files. See Image.ChainIDs.
func (s *Store) RemoveLayers(keep map[string]bool) (int64, error) {
	es, err := os.ReadDir(s.layers(""))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, refuse(err, "", "list the unpacked layers: %v", err)
	}
	if err := s.sweepLayers(es); err != nil {
		return 0, err
	}
	var freed int64
	for _, e := range es {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		dir := s.layers(e.Name())
		m, err := readMeta(dir)
		if errors.Is(err, fs.ErrNotExist) || err == nil && keep[m.Chain] {
			continue
		}
		if m == nil {
			m = new(chainMeta) // damaged: nobody can use it
		}
		done, err := s.removeLayer(e.Name())
		if err != nil {
			return freed, s.unwritable(err, "remove the layer "+dir)
		}
		if done {
			freed += m.Bytes
		}
	}
	return freed, nil
}

// removeLayer removes a layer unless somebody holds it.
func (s *Store) removeLayer(name string) (bool, error) {
	held, old, err := s.retire(name)
	if held == nil || err != nil {
		return false, err
	}
	defer held.release()
	return true, removeTree(old)
}

// retire gives a layer another name, under which nobody looks for it.
func (s *Store) retire(name string) (*flock, string, error) {
	moving, err := lock(context.Background(), s.layers(".lock"), false)
	if err != nil {
		return nil, "", err
	}
	defer moving.release()
	held, err := tryDir(s.layers(name))
	if held == nil {
		return nil, "", err
	}
	old := s.layers(oldPrefix + name)
	// One that was killed may have left a half removed layer of that name.
	if err = removeTree(old); err == nil {
		err = os.Rename(s.layers(name), old)
	}
	if err != nil {
		held.release()
		return nil, "", err
	}
	return held, old, nil
}

// tryDir locks a directory alone; nil says that it is gone or held.
func tryDir(path string) (*flock, error) {
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return nil, err
	}
	err = flockTry(f, false)
	if err == nil && stillThere(f, path) {
		return &flock{f}, nil
	}
	_ = f.Close()
	if errors.Is(err, errHeld) {
		err = nil
	}
	return nil, err
}

// sweepLayers removes what killed processes left: half a layer, made or removed.
func (s *Store) sweepLayers(es []os.DirEntry) error {
	for _, e := range es {
		if !strings.HasPrefix(e.Name(), newPrefix) && !strings.HasPrefix(e.Name(), oldPrefix) {
			continue
		}
		dir := s.layers(e.Name())
		held, err := tryDir(dir)
		if held == nil && err == nil {
			continue // its maker is alive
		}
		if err == nil {
			err = removeTree(dir)
			held.release()
		}
		if err != nil {
			return s.unwritable(err, "remove "+dir+", which a killed glassbox left")
		}
	}
	return nil
}
