package image

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A layer's stream is worked on by three goroutines, so that a single layer uses
// two CPUs: one decompresses into blocks, one hashes them, one (the caller, who
// reads from the stream) writes files. Each block goes to both of the latter, and
// comes back when both are done with it.
const (
	blockSize  = 128 << 10
	blockCount = 6
	// maxWindow is the most memory a zstd frame may ask for; it is what zstd -d
	// takes without --long=31. Layers in use stay at 8 MiB.
	maxWindow = 128 << 20
)

type block struct {
	buf  []byte
	n    int
	uses atomic.Int32
}

// stream is the uncompressed tar of a layer.
type stream struct {
	ctx    context.Context
	read   atomic.Int64 // bytes of the blob that were read
	budget *budget
	sum    hash.Hash

	free   chan *block
	toHash chan *block
	toTar  chan *block
	stop   chan struct{} // closed when the reader gives up
	hashed chan struct{} // closed when sum is whole
	err    error         // of the decompressor; valid once toTar is closed

	cur *block
	off int
}

// openStream starts to decompress blob. Its diffID says which hash is taken.
func openStream(ctx context.Context, blob io.Reader, diffID string, b *budget) (*stream, error) {
	s := &stream{
		ctx: ctx, budget: b,
		free: make(chan *block, blockCount), toHash: make(chan *block, blockCount), toTar: make(chan *block, blockCount),
		stop: make(chan struct{}), hashed: make(chan struct{}),
	}
	switch alg, _, _ := strings.Cut(diffID, ":"); alg {
	case "sha256":
		s.sum = sha256.New()
	case "sha512":
		s.sum = sha512.New()
	default:
		return nil, refuse(nil, "", "the layer's diffID %q is neither sha256 nor sha512", plain(diffID))
	}
	for range blockCount {
		s.free <- &block{buf: make([]byte, blockSize)}
	}
	go s.fill(blob)
	go s.digest()
	return s, nil
}

// Read reads the tar. At its end it returns io.EOF if the blob was whole.
func (s *stream) Read(p []byte) (int, error) {
	for s.cur == nil {
		b, ok := <-s.toTar
		if !ok {
			if s.err != nil {
				return 0, s.err
			}
			return 0, io.EOF
		}
		s.cur, s.off = b, 0
	}
	n := copy(p, s.cur.buf[s.off:s.cur.n])
	if s.off += n; s.off == s.cur.n {
		s.done(s.cur)
		s.cur = nil
	}
	return n, nil
}

// finish reads what follows the tar's end, which is part of the digest, and
// returns the digest of all.
func (s *stream) finish() (string, error) {
	if _, err := io.Copy(io.Discard, struct{ io.Reader }{s}); err != nil {
		return "", err
	}
	<-s.hashed
	alg := "sha256"
	if s.sum.Size() == sha512.Size {
		alg = "sha512"
	}
	return fmt.Sprintf("%s:%x", alg, s.sum.Sum(nil)), nil
}

// close ends the stream's goroutines and waits for them.
func (s *stream) close() {
	close(s.stop)
	for range s.toTar { //nolint:revive // Emptied so that fill can end.
	}
	<-s.hashed
}

func (s *stream) done(b *block) {
	if b.uses.Add(-1) == 0 {
		s.free <- b
	}
}

func (s *stream) digest() {
	for b := range s.toHash {
		s.sum.Write(b.buf[:b.n])
		s.done(b)
	}
	close(s.hashed)
}

func (s *stream) fill(blob io.Reader) {
	defer close(s.toHash)
	defer close(s.toTar)
	in, end, err := decompress(counted{blob, &s.read})
	if err != nil {
		s.err = err
		return
	}
	defer end()
	for {
		var b *block
		select {
		case b = <-s.free:
		case <-s.stop:
			return
		case <-s.ctx.Done():
			s.err = s.ctx.Err()
			return
		}
		// Full blocks: a decompressor hands out what one of its own blocks gave.
		b.n = 0
		for err = nil; err == nil && b.n < len(b.buf); {
			var n int
			n, err = in.Read(b.buf[b.n:])
			b.n += n
		}
		if e := s.budget.bytes(int64(b.n)); e != nil {
			s.err = e
			return
		}
		if b.n > 0 {
			b.uses.Store(2)
			s.toHash <- b // neither waits: a channel holds every block there is
			s.toTar <- b
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				s.err = broken(err)
			}
			return
		}
	}
}

// broken says why a blob is of no use.
func broken(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return refuse(err, "pull it again", "its compressed data end in the middle")
	}
	return refuse(err, "pull it again", "its data can't be decompressed (%v)", err)
}

type counted struct {
	r io.Reader
	n *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// decompress looks at the first bytes, as docker does: media types of real images
// are often wrong about compression.
func decompress(r io.Reader) (io.Reader, func(), error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(6)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, refuse(err, "", "its blob can't be read (%v)", err)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, broken(err)
		}
		return z, func() { _ = z.Close() }, nil
	case isZstd(head):
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, broken(err)
		}
		return z, z.Close, nil
	case bytes.HasPrefix(head, []byte("BZh")), bytes.HasPrefix(head, []byte{0xfd, '7', 'z', 'X', 'Z', 0}):
		return nil, nil, refuse(nil, "build the image with gzip or zstd layers", "it is compressed with bzip2 or xz, which image layers may not be")
	}
	return in, func() {}, nil
}

// isZstd knows a frame and a skippable frame (zstd:chunked begins with one). See RFC 8878, 3.1.
func isZstd(b []byte) bool {
	if len(b) < 4 {
		return false
	}
	return bytes.HasPrefix(b, []byte{0x28, 0xb5, 0x2f, 0xfd}) || (b[0]&0xf0 == 0x50 && b[1] == 0x2a && b[2] == 0x4d && b[3] == 0x18)
}

// budget is what is left of what one image may unpack to. Layers share it.
type budget struct {
	left, entriesLeft    atomic.Int64
	maxBytes, maxEntries int64
}

func newBudget(o UnpackOptions) *budget {
	b := &budget{maxBytes: o.MaxBytes, maxEntries: o.MaxEntries}
	b.left.Store(o.MaxBytes)
	b.entriesLeft.Store(o.MaxEntries)
	return b
}

func (b *budget) bytes(n int64) error {
	if n > b.maxBytes || b.left.Add(-n) < 0 {
		return refuse(nil, "if you trust the image, allow more with --max-unpacked", "the image would unpack to more than %d bytes: it may be a decompression bomb", b.maxBytes)
	}
	return nil
}

func (b *budget) entry() error {
	if b.entriesLeft.Add(-1) < 0 {
		return refuse(nil, "", "the image holds more than %d names", b.maxEntries)
	}
	return nil
}
