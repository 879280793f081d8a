package image

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// archive is what `docker save` makes: a tar with manifest.json, a config and
// layers. It is made into an OCI manifest, so that all after it is one path.
type archive struct {
	path    string
	f       *os.File
	member  map[string]extent
	raw     []byte // our manifest
	desc    v1.Descriptor
	config  []byte
	configs v1.Descriptor
	at      map[v1.Hash]extent // layers by digest
}

// saved is one image of manifest.json.
type saved struct {
	Config   string
	RepoTags []string
	Layers   []string
}

func openArchive(ctx context.Context, s *Store, r reference, stdin io.Reader) (source, error) {
	f, err := s.spool(ctx, r, stdin)
	if err != nil {
		return nil, err
	}
	a := &archive{path: r.path, f: f, member: map[string]extent{}, at: map[v1.Hash]extent{}}
	if r.path == "-" {
		a.path = "standard input"
	}
	if err := a.read(ctx, r); err != nil {
		_ = f.Close()
		var known *Error
		if errors.As(err, &known) || ctx.Err() != nil {
			return nil, err
		}
		return nil, refuse(err, "make it with docker save, podman save or skopeo copy … docker-archive:FILE", "%s is no docker-archive: %s", plain(a.path), plain(err.Error()))
	}
	return a, nil
}

// read lists the archive, picks the image, and makes its manifest.
func (a *archive) read(ctx context.Context, r reference) error {
	if err := a.list(ctx); err != nil {
		return err
	}
	b, err := a.small("manifest.json", MaxManifest)
	if err != nil {
		return err
	}
	var images []saved
	if err := json.Unmarshal(b, &images); err != nil {
		return fmt.Errorf("its manifest.json can't be understood: %w", err)
	}
	img, err := a.choose(images, r.tag)
	if err != nil {
		return err
	}
	if len(img.Layers) > MaxLayers {
		return fmt.Errorf("it has %d layers; overlayfs takes %d", len(img.Layers), MaxLayers)
	}
	return a.compose(ctx, img)
}

// choose finds the image that REF names; without REF there must be only one.
func (a *archive) choose(images []saved, ref string) (saved, error) {
	var tags []string
	for _, img := range images {
		tags = append(tags, img.RepoTags...)
	}
	shown := plain(strings.Join(tags, ", "))
	if ref == "" {
		if len(images) != 1 {
			return saved{}, refuse(nil, "choose one: docker-archive:FILE:REF", "%s holds %d images: %s", plain(a.path), len(images), shown)
		}
		return images[0], nil
	}
	for _, img := range images {
		for _, t := range img.RepoTags {
			if t == ref || same(t, ref) {
				return img, nil
			}
		}
	}
	return saved{}, refuse(ErrAbsent, "it has: "+shown, "%s has no image %q", plain(a.path), plain(ref))
}

// same says whether two references name the same, after docker's defaults.
func same(a, b string) bool {
	x, err1 := name.ParseReference(a)
	y, err2 := name.ParseReference(b)
	return err1 == nil && err2 == nil && x.Name() == y.Name()
}

// compose makes the OCI manifest that the archive lacks.
func (a *archive) compose(ctx context.Context, img saved) error {
	var err error
	if a.config, err = a.small(img.Config, MaxConfig); err != nil {
		return err
	}
	a.configs = v1.Descriptor{MediaType: types.OCIConfigJSON}
	if a.configs.Digest, a.configs.Size, err = v1.SHA256(bytes.NewReader(a.config)); err != nil {
		return err
	}
	m := v1.Manifest{SchemaVersion: 2, MediaType: types.OCIManifestSchema1, Config: a.configs, Layers: []v1.Descriptor{}}
	for _, l := range img.Layers {
		d, e, err := a.layer(ctx, l)
		if err != nil {
			return err
		}
		m.Layers = append(m.Layers, d)
		a.at[d.Digest] = e
	}
	if a.raw, err = json.Marshal(m); err != nil {
		return err
	}
	a.desc = v1.Descriptor{MediaType: m.MediaType}
	a.desc.Digest, a.desc.Size, err = v1.SHA256(bytes.NewReader(a.raw))
	return err
}

// layer describes one layer of the archive by what its bytes say.
func (a *archive) layer(ctx context.Context, name string) (v1.Descriptor, extent, error) {
	e, err := a.lookup(name)
	if err != nil {
		return v1.Descriptor{}, e, err
	}
	in := io.NewSectionReader(a.f, e.off, e.size)
	head := make([]byte, 4)
	n, _ := in.ReadAt(head, 0)
	d := v1.Descriptor{MediaType: types.OCIUncompressedLayer, Size: e.size}
	switch compression(head[:n]) {
	case "gzip":
		d.MediaType = types.OCILayer
	case "zstd":
		d.MediaType = types.OCILayerZStd
	}
	d.Digest, err = sum("sha256", polite{ctx, in})
	return d, e, err
}

func (a *archive) where() string { return a.path }

func (a *archive) again(error) bool { return false }

func (a *archive) digest(context.Context) (v1.Hash, error) { return a.desc.Digest, nil }

func (a *archive) top(context.Context) (v1.Descriptor, []byte, error) { return a.desc, a.raw, nil }

func (a *archive) manifest(_ context.Context, d v1.Descriptor) ([]byte, error) {
	return nil, fmt.Errorf("%s is not in %s", d.Digest, plain(a.path))
}

func (a *archive) blob(_ context.Context, d v1.Descriptor, from int64, _ int) (io.ReadCloser, int64, error) {
	if d.Digest == a.configs.Digest {
		return whole{io.NopCloser(bytes.NewReader(a.config[min(from, int64(len(a.config))):]))}, from, nil
	}
	e := a.at[d.Digest]
	in := io.NewSectionReader(a.f, e.off, e.size)
	if _, err := in.Seek(from, io.SeekStart); err != nil {
		return nil, 0, err
	}
	return whole{io.NopCloser(in)}, from, nil
}

// Close lets go of the file; one that was spooled is gone with it.
func (a *archive) Close() error { return a.f.Close() }
