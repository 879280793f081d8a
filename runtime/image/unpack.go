package image

import (
	"errors"

	"glassbox/runtime/journal"
)

// What one image may unpack to, where UnpackOptions says nothing. The largest
// images in use (machine learning, with their models) stay below half of it.
const (
	DefaultMaxBytes   int64 = 64 << 30
	DefaultMaxEntries int64 = 16 << 20
)

// maxParallel bounds the layers that are unpacked at once where the caller does
// not say: each has about 1 MiB of buffers and some thirty open files.
const maxParallel = 16

// ErrLayerGone is what an Error wraps when a layer was removed between Unpack and
// Hold, by `glassbox rmi` in another process. Unpack makes it again.
var ErrLayerGone = errors.New("the unpacked layer is gone")

// UnpackOptions says how layers become directories.
type UnpackOptions struct {
	// Emit takes progress and notes; nil drops them.
	Emit journal.Emitter

	// Parallel is how many layers are unpacked at once; 0 is the number of CPUs,
	// 16 at most.
	Parallel int

	// UserXattr writes user.overlay.opaque instead of trusted.overlay.opaque, for
	// overlays that are mounted with userxattr: in a user namespace. Whiteouts are
	// character devices 0/0 in both cases: mknod(2) has made those without privilege
	// since Linux 5.8, and every kernel that mounts an overlay in a user namespace
	// (5.11) honours them, while whiteouts as attributes need 6.7.
	UserXattr bool

	// MapID says how a user or group ID of the tar is written; false means that it
	// can't be (a user namespace with a single ID): the file is left to us, and a
	// note counts such files. nil keeps every ID.
	MapID func(id int) (int, bool)

	// MaxBytes and MaxEntries limit what one image may unpack to: bytes of tar, of
	// holes and of copies made; names, and directories that names imply. 0 is the default.
	MaxBytes, MaxEntries int64
}

// LayerDir is an unpacked layer: a directory that overlayfs takes as a lower one.
type LayerDir struct {
	ChainID string // of this layer on top of those below it
	DiffID  string // of its tar
	Digest  string // of its blob
	Path    string // the directory; it must not be changed

	Added    int   // names that no layer below has
	Replaced int   // names that a layer below has too; directories that merge are in neither
	Removed  int   // whiteouts and opaque directories
	Bytes    int64 // of its regular files; a hole counts as zeros
	Reused   bool  // it was there already
	By       string
}

// withDefaults fills in what was left out.
func (o UnpackOptions) withDefaults(cpus int) UnpackOptions {
	if o.Parallel <= 0 {
		o.Parallel = min(cpus, maxParallel)
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxEntries <= 0 {
		o.MaxEntries = DefaultMaxEntries
	}
	return o
}
