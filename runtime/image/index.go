package image

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Annotations of index.json's descriptors. The first is the one of the OCI image
// layout specification, so that other tools find an image by its name.
const (
	nameNote   = "org.opencontainers.image.ref.name"
	sourceNote = "glassbox.source" // the digest that the tag named: an index's, or the manifest's own
)

// entry is one image of the store: a name, for one platform.
type entry struct {
	name   string
	source string // digest of what the name pointed to when it was pulled
	desc   v1.Descriptor
}

// entries reads index.json.
func (s *Store) entries() ([]entry, error) {
	path := s.content("index.json")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, refuse(err, "", "read the store's index %s", path)
	}
	var im v1.IndexManifest
	if err := json.Unmarshal(b, &im); err != nil {
		return nil, refuse(err, "remove it; images are then pulled again, and blobs that are there are not transferred", "the store's index %s is damaged", path)
	}
	var out []entry
	for _, d := range im.Manifests {
		if n := d.Annotations[nameNote]; n != "" && d.Digest.Hex != "" {
			out = append(out, entry{n, d.Annotations[sourceNote], d})
		}
	}
	return out, nil
}

// edit changes index.json under its lock.
func (s *Store) edit(ctx context.Context, change func([]entry) []entry) error {
	held, err := lock(ctx, filepath.Join(s.root, "index.lock"), false)
	if err != nil {
		return s.unwritable(err, "lock the store's index")
	}
	defer held.release()
	es, err := s.entries()
	if err != nil {
		return err
	}
	im := v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: []v1.Descriptor{}}
	for _, e := range change(es) {
		e.desc.Annotations = map[string]string{nameNote: e.name, sourceNote: e.source}
		im.Manifests = append(im.Manifests, e.desc)
	}
	b, err := json.MarshalIndent(im, "", "  ")
	if err != nil {
		return refuse(err, "", "encode the store's index")
	}
	return s.replace(s.content("index.json"), b)
}

// remember puts e last, in place of the one of the same name and platform.
func (s *Store) remember(ctx context.Context, e entry) error {
	return s.edit(ctx, func(es []entry) []entry {
		kept := es[:0]
		for _, o := range es {
			if o.name != e.name || o.platform() != e.platform() {
				kept = append(kept, o)
			}
		}
		return append(kept, e)
	})
}

func (e entry) platform() string {
	if e.desc.Platform == nil {
		return ""
	}
	return e.desc.Platform.String()
}

// find returns the newest entry of a name that runs on the wanted platform.
func (s *Store) find(name string, want wanted) (*entry, error) {
	es, err := s.entries()
	if err != nil {
		return nil, err
	}
	for i := len(es) - 1; i >= 0; i-- {
		if es[i].name == name && (es[i].desc.Platform == nil || want.rank(*es[i].desc.Platform) > 0) {
			return &es[i], nil
		}
	}
	return nil, nil
}
