package image

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Store is a content store on disk, shared by processes: see the package's comment.
type Store struct {
	root  string
	pause func(context.Context, time.Duration) error // sleeps; tests count instead
	stall time.Duration                              // how long a connection may bring nothing
}

// Open opens the store in root and makes what is missing of it. A store on a
// read-only disk can be opened and read.
func Open(root string) (*Store, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, refuse(err, "", "find the full path of the store %s", root)
	}
	s := &Store{root: root, pause: sleep, stall: stall}
	// 0711: a container's root in a user namespace must pass through, nobody may
	// list what is there; setuid programs of images lie below.
	if err := os.MkdirAll(root, 0o711); err != nil {
		return nil, s.unwritable(err, "make the store")
	}
	for _, dir := range []string{"content", "ingest", filepath.Join("content", "blobs", "sha256")} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			return nil, s.unwritable(err, "make the store")
		}
	}
	layout := s.content("oci-layout")
	if _, err := os.Stat(layout); errors.Is(err, fs.ErrNotExist) {
		if err := s.replace(layout, []byte(`{"imageLayoutVersion":"1.0.0"}`)); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Root is the directory of the store.
func (s *Store) Root() string { return s.root }

func (s *Store) content(parts ...string) string {
	return filepath.Join(append([]string{s.root, "content"}, parts...)...)
}

// blob is the path of a blob, whether it is there or not. A digest that was
// parsed holds only hexadecimal digits.
func (s *Store) blob(h v1.Hash) string { return s.content("blobs", h.Algorithm, h.Hex) }

func (s *Store) ingest(name string) string { return filepath.Join(s.root, "ingest", name) }

// has says whether a blob is there. Its size is compared as well: nothing is
// synced to the disk, so a power cut can leave a blob's name without its bytes.
func (s *Store) has(d v1.Descriptor) bool {
	fi, err := os.Stat(s.blob(d.Digest))
	return err == nil && fi.Mode().IsRegular() && fi.Size() == d.Size
}

// replace writes a file whole, or not at all.
func (s *Store) replace(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Join(s.root, "ingest"), "tmp-*")
	if err != nil {
		return s.unwritable(err, "write "+path)
	}
	_, err = f.Write(b)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return s.unwritable(err, "write "+path)
	}
	return nil
}

// unwritable says why the store could not be written.
func (s *Store) unwritable(err error, what string) error {
	var known *Error
	switch {
	case errors.As(err, &known):
		return err
	case isFull(err):
		return refuse(err, "free some space, remove images with glassbox rmi, or choose another disk with --root", "%s: the disk that holds %s is full", what, s.root)
	case isReadOnly(err):
		return refuse(err, "choose a directory that can be written with --root", "%s: the disk that holds %s is read-only", what, s.root)
	case errors.Is(err, fs.ErrPermission):
		return refuse(err, "run as root, or choose a directory of your own with --root", "%s: %s may not be written", what, s.root)
	}
	return refuse(err, "", "%s: %v", what, err)
}
