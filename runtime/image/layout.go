package image

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// layout is an OCI image layout that somebody else made: a directory with
// index.json and blobs. See the image specification, image-layout.md.
type layout struct {
	dir   string
	index []byte
	desc  v1.Descriptor // what the tag names; of the index itself where there is no tag
}

func openLayout(r reference) (source, error) {
	l := &layout{dir: r.path}
	b, err := l.file("index.json", MaxManifest)
	if err != nil {
		return nil, refuse(err, "name a directory that holds index.json and blobs, as skopeo, buildah and umoci make them", "%s is no OCI layout: %v", plain(r.path), err)
	}
	doc, err := decode(b, types.OCIImageIndex)
	if err != nil || doc.index == nil {
		return nil, refuse(err, "", "%s is no OCI layout: its index.json can't be understood", plain(r.path))
	}
	return l, l.choose(doc.index.Manifests, b, r)
}

// choose finds what the tag names. Without a tag, what is there must be one image,
// for however many platforms.
func (l *layout) choose(ds []v1.Descriptor, index []byte, r reference) error {
	var tags []string
	var hits []v1.Descriptor
	for _, d := range ds {
		tag := d.Annotations[nameNote]
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
		if r.tag == "" || tag == r.tag || d.Digest.String() == r.tag {
			hits = append(hits, d)
		}
	}
	shown := plain(strings.Join(slices.DeleteFunc(slices.Clone(tags), func(s string) bool { return s == "" }), ", "))
	switch {
	case len(ds) == 0:
		return refuse(ErrAbsent, "", "%s holds no image", plain(l.dir))
	case len(hits) == 0 && shown == "":
		return refuse(ErrAbsent, "leave the tag out", "%s has no tag %q, and no other", plain(l.dir), plain(r.tag))
	case len(hits) == 0:
		return refuse(ErrAbsent, "choose one of its tags: "+shown, "%s has no tag %q", plain(l.dir), plain(r.tag))
	case len(hits) == 1:
		l.desc = hits[0]
		return nil
	case r.tag == "" && len(tags) > 1:
		return refuse(nil, "choose one: oci:DIR:TAG", "%s holds several images: %s", plain(l.dir), shown)
	}
	// Several platforms of one image: an index in all but name.
	b, err := json.Marshal(v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: hits})
	if err != nil {
		return refuse(err, "", "encode an index for %s", plain(l.dir))
	}
	if len(hits) == len(ds) {
		b = index
	}
	h, n, err := v1.SHA256(strings.NewReader(string(b)))
	if err != nil {
		return refuse(err, "", "hash the index of %s", plain(l.dir))
	}
	l.index, l.desc = b, v1.Descriptor{MediaType: types.OCIImageIndex, Digest: h, Size: n}
	return nil
}

func (l *layout) where() string { return l.dir }

func (l *layout) again(error) bool { return false }

func (l *layout) digest(context.Context) (v1.Hash, error) { return l.desc.Digest, nil }

func (l *layout) top(ctx context.Context) (v1.Descriptor, []byte, error) {
	if l.index != nil {
		return l.desc, l.index, nil
	}
	b, err := l.manifest(ctx, l.desc)
	return l.desc, b, err
}

func (l *layout) manifest(_ context.Context, d v1.Descriptor) ([]byte, error) {
	b, err := l.file(filepath.Join("blobs", d.Digest.Algorithm, d.Digest.Hex), MaxManifest)
	if err != nil {
		return nil, l.missing(d, err)
	}
	return b, nil
}

func (l *layout) blob(_ context.Context, d v1.Descriptor, from int64, _ int) (io.ReadCloser, int64, error) {
	f, err := l.open(filepath.Join("blobs", d.Digest.Algorithm, d.Digest.Hex))
	if err != nil {
		return nil, 0, l.missing(d, err)
	}
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		_ = f.Close()
		return nil, 0, l.missing(d, err)
	}
	return whole{f}, from, nil
}

func (l *layout) missing(d v1.Descriptor, err error) error {
	mend := ""
	if errors.Is(err, fs.ErrNotExist) {
		mend = "the directory is incomplete: make it again"
	}
	return refuse(err, mend, "read %s from %s: %s", d.Digest, plain(l.dir), plain(err.Error()))
}

func (l *layout) open(name string) (*os.File, error) {
	return openRegular(filepath.Join(l.dir, name), name)
}

func (l *layout) file(name string, limit int64) ([]byte, error) {
	f, err := l.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = errors.New(name + " is too long")
	}
	return b, err
}

// whole is a local file being read: an end before its time is not a cut that may
// pass, but a file too short.
type whole struct{ io.ReadCloser }

func (w whole) Read(b []byte) (int, error) {
	n, err := w.ReadCloser.Read(b)
	if errors.Is(err, io.EOF) {
		err = errShort
	}
	return n, err
}

var errShort = errors.New("it is shorter than its manifest says")
