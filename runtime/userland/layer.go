package userland

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/zstd"
)

// blob is a layer as it lies in the registry. Its bytes can be read from any
// offset, so that a broken download can be resumed.
type blob struct {
	at     io.ReaderAt
	size   int64
	digest v1.Hash
	diffID v1.Hash
	media  types.MediaType
	plain  func(io.Reader) (io.ReadCloser, error) // decompresses
}

// plainLayer is a tar that lies there as it is: only the bytes before and after
// the executable's content are in memory. One pass of SHA-256 gives both
// identifiers, for the digest of a plain layer is its diff ID.
func plainLayer(a *archive, exe *os.File) (v1.Layer, error) {
	at := newSplice(a, exe)
	h, n, err := hash(io.NewSectionReader(at, 0, at.size()))
	if err != nil {
		return nil, err
	}
	return &blob{
		at: at, size: n, digest: h, diffID: h, media: types.OCIUncompressedLayer,
		plain: func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(r), nil },
	}, nil
}

// gzipLayer is the layer type of nearly every image there is.
func gzipLayer(tar []byte) (v1.Layer, error) {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	return pack(tar, &buf, w, types.OCILayer, func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) })
}

// zstdLayer is the younger one, of OCI image specification 1.1.
func zstdLayer(tar []byte) (v1.Layer, error) {
	var buf bytes.Buffer
	w, err := zstd.NewWriter(&buf, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(64<<10))
	if err != nil {
		return nil, err
	}
	return pack(tar, &buf, w, types.OCILayerZStd, func(r io.Reader) (io.ReadCloser, error) {
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	})
}

func pack(tar []byte, buf *bytes.Buffer, w io.WriteCloser, media types.MediaType,
	plain func(io.Reader) (io.ReadCloser, error),
) (v1.Layer, error) {
	if _, err := w.Write(tar); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	b := &blob{at: bytes.NewReader(buf.Bytes()), size: int64(buf.Len()), media: media, plain: plain}
	var err error
	if b.diffID, _, err = hash(bytes.NewReader(tar)); err != nil {
		return nil, err
	}
	b.digest, _, err = hash(bytes.NewReader(buf.Bytes()))
	return b, err
}

// Digest is of the bytes as they lie in the registry. This and what follows is
// v1.Layer's.
func (b *blob) Digest() (v1.Hash, error) { return b.digest, nil }

// DiffID is the digest of the tar.
func (b *blob) DiffID() (v1.Hash, error) { return b.diffID, nil }

// Size is in bytes, as in the registry.
func (b *blob) Size() (int64, error) { return b.size, nil }

// MediaType is one of three: plain, gzip, zstd.
func (b *blob) MediaType() (types.MediaType, error) { return b.media, nil }

// Compressed gives the bytes as in the registry; the reader seeks.
func (b *blob) Compressed() (io.ReadCloser, error) { return b.open(), nil }

// Uncompressed gives the tar.
func (b *blob) Uncompressed() (io.ReadCloser, error) { return b.plain(b.open()) }

// open gives the stored bytes; the reader seeks.
func (b *blob) open() *section { return &section{io.NewSectionReader(b.at, 0, b.size)} }

type section struct{ *io.SectionReader }

// Close does nothing: the file stays open for the next reader.
func (section) Close() error { return nil }

// hash is the SHA-256 of what r gives, and its length in bytes.
func hash(r io.Reader) (v1.Hash, int64, error) {
	sum := sha256.New()
	n, err := io.CopyBuffer(sum, struct{ io.Reader }{r}, make([]byte, 256<<10))
	if err != nil {
		return v1.Hash{}, 0, fmt.Errorf("digest: %w", err)
	}
	return v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}, n, nil
}
