package image

import (
	"context"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// source is where one image comes from: a registry, a directory, an archive.
// Nothing that it returns was verified.
type source interface {
	// digest says what the name points to now, transferring nothing. A zero Hash
	// means that it can't be told that way.
	digest(ctx context.Context) (v1.Hash, error)
	// top returns the manifest or index that the name points to.
	top(ctx context.Context) (v1.Descriptor, []byte, error)
	// manifest returns a manifest or index that an index lists.
	manifest(ctx context.Context, d v1.Descriptor) ([]byte, error)
	// blob opens a blob at offset from, or, where that can't be, at an earlier
	// one, which it returns. try is 0 at first, and counts what was cut since.
	blob(ctx context.Context, d v1.Descriptor, from int64, try int) (io.ReadCloser, int64, error)
	// again says whether an error of blob, or of reading it, may pass.
	again(err error) bool
	// where is the source's name in a sentence.
	where() string
}
