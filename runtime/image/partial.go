package image

import (
	"encoding/hex"
	"hash"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// partial is a blob on its way: the file, its hash so far, its length.
type partial struct {
	f   *os.File
	sum hash.Hash
	n   int64
}

func (p *partial) write(b []byte) error {
	n, err := p.f.Write(b)
	p.sum.Write(b[:n])
	p.n += int64(n)
	return err
}

func (p *partial) restart() error {
	p.sum.Reset()
	p.n = 0
	if err := p.f.Truncate(0); err != nil {
		return err
	}
	_, err := p.f.Seek(0, io.SeekStart)
	return err
}

// commit gives a verified file the blob's name.
func (s *Store) commit(f *os.File, h v1.Hash) error {
	path := s.blob(h)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return s.unwritable(err, "make "+filepath.Dir(path))
	}
	_ = f.Chmod(0o444)
	if err := f.Close(); err != nil { // before the rename: some systems want that
		_ = os.Remove(f.Name())
		return s.unwritable(err, "write "+path)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return s.unwritable(err, "write "+path)
	}
	return nil
}

// put stores a small blob that was verified.
func (s *Store) put(h v1.Hash, b []byte) error {
	path := s.blob(h)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return s.unwritable(err, "make "+filepath.Dir(path))
	}
	return s.replace(path, b)
}

// sum hashes all of r.
func sum(algorithm string, r io.Reader) (v1.Hash, error) {
	h, err := v1.Hasher(algorithm)
	if err != nil {
		return v1.Hash{}, err
	}
	if _, err := io.Copy(h, r); err != nil {
		return v1.Hash{}, err
	}
	return v1.Hash{Algorithm: algorithm, Hex: hex.EncodeToString(h.Sum(nil))}, nil
}
