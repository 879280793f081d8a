package image

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// spool returns an archive as a file in which one can seek. What comes from
// standard input or a pipe, and what is compressed as a whole, is copied into
// the store's own directory: /tmp may be memory. The copy has no name, so that a
// kill leaves nothing.
func (s *Store) spool(ctx context.Context, r reference, stdin io.Reader) (*os.File, error) {
	in := stdin
	if r.path != "-" {
		// O_NONBLOCK: were it a FIFO, opening would wait for a writer. One that has a writer is read.
		f, err := os.OpenFile(r.path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			return nil, refuse(err, "name a file that docker save made", "%s", reason(err))
		}
		if fi, err := f.Stat(); err == nil && fi.IsDir() {
			_ = f.Close()
			return nil, refuse(nil, "for a directory, write oci:DIR", "%s is a directory, and no archive", plain(r.path))
		} else if err == nil && fi.Mode()&os.ModeDevice != 0 { // which may have no end
			_ = f.Close()
			return nil, refuse(nil, "name a file that docker save made", "%s is a device, and no archive", plain(r.path))
		}
		head := make([]byte, 4)
		if n, err := f.ReadAt(head, 0); (err == nil || errors.Is(err, io.EOF)) && compression(head[:n]) == "" {
			return f, nil
		}
		defer f.Close()
		in = f
	}
	if in == nil {
		return nil, refuse(nil, "pipe it: docker save IMAGE | glassbox run docker-archive:-", "there is no standard input to read an archive from")
	}
	out, err := s.nameless()
	if err != nil {
		return nil, err
	}
	if err := copyIn(ctx, out, in); err != nil {
		_ = out.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if isFull(err) {
			return nil, s.unwritable(err, "copy the archive into the store")
		}
		return nil, refuse(err, "", "read the archive %s: %s", plain(r.path), reason(err))
	}
	return out, nil
}

// copyIn is expand, but does not outlive ctx: a terminal or a pipe that brings
// nothing can't be interrupted, only left.
func copyIn(ctx context.Context, out io.Writer, in io.Reader) error {
	done := make(chan error, 1)
	go func() { done <- expand(out, polite{ctx, in}) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// nameless makes a file that is gone when it is closed, however that comes about.
func (s *Store) nameless() (*os.File, error) {
	f, err := os.CreateTemp(filepath.Join(s.root, "ingest"), "tmp-*")
	if err != nil {
		return nil, s.unwritable(err, "make a temporary file")
	}
	_ = os.Remove(f.Name()) // where that can't be while it is open, Remove sweeps it
	return f, nil
}

// expand copies in to out, decompressed if it is compressed.
func expand(out io.Writer, in io.Reader) error {
	b := bufio.NewReaderSize(in, 128<<10)
	head, _ := b.Peek(4)
	var r io.Reader = b
	switch compression(head) {
	case "gzip":
		z, err := gzip.NewReader(b)
		if err != nil {
			return err
		}
		r = z
	case "zstd":
		z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderMaxWindow(32<<20))
		if err != nil {
			return err
		}
		defer z.Close()
		r = z
	}
	_, err := io.Copy(out, r)
	return err
}

// compression tells from the first four bytes how something is compressed: RFC
// 1952 and RFC 8878.
func compression(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return "gzip"
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "zstd"
	}
	return ""
}

// polite is a reader that ends when ctx does.
type polite struct {
	ctx context.Context
	r   io.Reader
}

func (p polite) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
