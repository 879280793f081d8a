package image

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// stale is how old a half fetched blob must be before it is no longer worth keeping.
const stale = 24 * time.Hour

// Remove takes a name out of the store, for every platform, and deletes the blobs
// and unpacked layers that no other name needs. It returns the bytes that this
// freed. While another process pulls, blobs can't be told from those it is about
// to name: they stay, and the next Remove finds them.
func (s *Store) Remove(ref string) (freed int64, err error) {
	name, err := s.named(ref)
	if err != nil {
		return 0, err
	}
	gone := false
	err = s.edit(context.Background(), func(es []entry) []entry {
		return slices.DeleteFunc(es, func(e entry) bool {
			hit := e.name == name
			gone = gone || hit
			return hit
		})
	})
	if err != nil {
		return 0, err
	}
	if !gone {
		return 0, refuse(ErrAbsent, "glassbox images lists what is there", "%s is not in the store %s", plain(name), s.root)
	}
	return s.Prune()
}

// Prune deletes the blobs and unpacked layers that no name needs, and what killed
// pulls left half done a day ago or earlier. It returns the bytes that this freed,
// and deletes nothing while another process pulls.
func (s *Store) Prune() (freed int64, err error) {
	held, err := tryLock(filepath.Join(s.root, "store.lock"), false)
	switch {
	case errors.Is(err, errHeld):
		return 0, nil
	case err != nil:
		return 0, s.unwritable(err, "lock the store")
	}
	defer held.release()
	return s.sweep()
}

// sweep deletes what no name needs. The store's lock is held: nobody pulls.
func (s *Store) sweep() (int64, error) {
	blobs, chains, err := s.needed()
	if err != nil {
		return 0, err
	}
	freed, err := s.sweepBlobs(blobs)
	if err != nil {
		return freed, err
	}
	freed += s.sweepIngest()
	n, err := s.RemoveLayers(chains)
	if err != nil {
		return freed + n, refuse(err, "", "remove unpacked layers: %s", plain(err.Error()))
	}
	return freed + n, nil
}

// needed returns the paths of the blobs and the chain IDs that names lead to.
func (s *Store) needed() (blobs, chains map[string]bool, err error) {
	es, err := s.entries()
	if err != nil {
		return nil, nil, err
	}
	blobs, chains = map[string]bool{}, map[string]bool{}
	for _, e := range es {
		blobs[s.blob(e.desc.Digest)] = true
		if h, err := v1.NewHash(e.source); err == nil {
			blobs[s.blob(h)] = true
		}
		m, cf, err := s.read(e)
		if err != nil {
			// What a damaged image leads to can't be told; pulled again, it comes back.
			continue
		}
		blobs[s.blob(m.Config.Digest)] = true
		for _, d := range m.Layers {
			blobs[s.blob(d.Digest)] = true
		}
		for _, c := range s.image(e, m, cf).ChainIDs() {
			chains[c] = true
		}
	}
	return blobs, chains, nil
}

func (s *Store) sweepBlobs(keep map[string]bool) (freed int64, err error) {
	err = s.eachBlob(func(path string, _ v1.Hash) error {
		if keep[path] {
			return nil
		}
		n := size(path)
		if err := os.Remove(path); err != nil {
			return s.unwritable(err, "remove "+path)
		}
		freed += n
		return nil
	})
	return freed, err
}

// sweepIngest removes what killed pulls left, but not what one may still go on with.
func (s *Store) sweepIngest() (freed int64) {
	found, _ := os.ReadDir(s.ingest(""))
	for _, f := range found {
		fi, err := f.Info()
		if err != nil || strings.HasSuffix(f.Name(), ".part") && time.Since(fi.ModTime()) < stale {
			continue
		}
		if os.Remove(s.ingest(f.Name())) == nil {
			freed += fi.Size()
		}
	}
	return freed
}

func size(path string) int64 {
	fi, err := os.Lstat(path)
	if err != nil {
		return 0
	}
	return fi.Size()
}
