package userland

import (
	"fmt"
	"io"
	"os"
)

// splice reads as one sequence of bytes what comes before a file's content, the
// content, and what comes after it.
type splice struct {
	before []byte
	file   *os.File
	length int64 // of the file's content
	after  []byte
}

func newSplice(a *archive, f *os.File) *splice {
	all := a.buf.Bytes()
	return &splice{before: all[:a.cut], file: f, length: a.length, after: all[a.cut:]}
}

func (s *splice) size() int64 { return int64(len(s.before)) + s.length + int64(len(s.after)) }

// ReadAt is io.ReaderAt's. A file that became shorter is an error: the digest
// was taken of all of it.
func (s *splice) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= s.size() {
		return 0, io.EOF
	}
	total := 0
	for len(p) > 0 && off < s.size() {
		n, err := s.part(p, off)
		total += n
		off += int64(n)
		p = p[n:]
		if err != nil {
			return total, err
		}
	}
	if len(p) > 0 {
		return total, io.EOF
	}
	return total, nil
}

// part reads from the one of the three parts in which off lies.
func (s *splice) part(p []byte, off int64) (int, error) {
	start := int64(len(s.before))
	switch {
	case off < start:
		return copy(p, s.before[off:]), nil
	case off < start+s.length:
		left := start + s.length - off
		if int64(len(p)) > left {
			p = p[:left]
		}
		n, err := s.file.ReadAt(p, off-start)
		if n == len(p) {
			return n, nil
		}
		return n, fmt.Errorf("%s changed while the demo image was read from it: %w", s.file.Name(), noEOF(err))
	}
	return copy(p, s.after[off-start-s.length:]), nil
}

func noEOF(err error) error {
	if err == io.EOF { //nolint:errorlint // io.ReaderAt gives io.EOF itself.
		return io.ErrUnexpectedEOF
	}
	return err
}
