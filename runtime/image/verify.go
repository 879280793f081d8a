package image

import (
	"errors"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Verify reads the whole store: each blob must have the digest that it is named
// by, and each image every blob that it leads to. The error joins all faults.
func (s *Store) Verify() error {
	var faults []error
	err := s.eachBlob(func(path string, h v1.Hash) error {
		f, err := openRegular(path, "it")
		if err != nil {
			return refuse(err, "", "read the blob %s", path)
		}
		defer f.Close()
		got, err := sum(h.Algorithm, f)
		if err != nil {
			return refuse(err, "", "read the blob %s", path)
		}
		if got != h {
			faults = append(faults, refuse(errForged, "remove the file; a pull brings it back", "the blob %s has the digest %s", path, got))
		}
		return nil
	})
	if err != nil {
		return err
	}
	es, err := s.entries()
	if err != nil {
		return err
	}
	for _, e := range es {
		if _, err := s.load(e); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// eachBlob visits every blob. A file whose name is no digest is nobody's, and is passed over.
func (s *Store) eachBlob(visit func(path string, h v1.Hash) error) error {
	algorithms, err := os.ReadDir(s.content("blobs"))
	if err != nil {
		return refuse(err, "", "list the blobs of %s", s.root)
	}
	for _, a := range algorithms {
		found, err := os.ReadDir(s.content("blobs", a.Name()))
		if err != nil {
			return refuse(err, "", "list the blobs of %s", s.root)
		}
		for _, f := range found {
			h, err := v1.NewHash(a.Name() + ":" + f.Name())
			if err != nil {
				continue
			}
			if err := visit(filepath.Join(s.content("blobs"), a.Name(), f.Name()), h); err != nil {
				return err
			}
		}
	}
	return nil
}
