package image

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Annotations of index.json's descriptors. The first is the one of the OCI image
// layout specification, so that other tools find an image by its name.
const (
	nameNote   = "org.opencontainers.image.ref.name"
	sourceNote = "glassbox.source"    // the digest that the tag named: an index's, or the manifest's own
	wantsNote  = "glassbox.platforms" // the platforms that were asked for and got this, with commas between
)

// entry is one image of the store: a name, for one platform.
type entry struct {
	name   string
	source string   // digest of what the name pointed to when it was pulled
	wants  []string // the platforms that this is the best for
	desc   v1.Descriptor
}

// entries reads index.json.
func (s *Store) entries() ([]entry, error) {
	path := s.content("index.json")
	b, err := readRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, refuse(err, "", "read the store's index %s: %s", path, reason(err))
	}
	var im v1.IndexManifest
	if err := json.Unmarshal(b, &im); err != nil {
		return nil, refuse(err, "remove it; images are then pulled again, and blobs that are there are not transferred", "the store's index %s is damaged", path)
	}
	var out []entry
	for _, d := range im.Manifests {
		if n := d.Annotations[nameNote]; n != "" && d.Digest.Hex != "" {
			out = append(out, entry{n, d.Annotations[sourceNote], strings.Split(d.Annotations[wantsNote], ","), d})
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
		e.desc.Annotations = map[string]string{
			nameNote: e.name, sourceNote: e.source, wantsNote: strings.Join(e.wants, ","),
		}
		im.Manifests = append(im.Manifests, e.desc)
	}
	b, err := json.MarshalIndent(im, "", "  ")
	if err != nil {
		return refuse(err, "", "encode the store's index")
	}
	return s.replace(s.content("index.json"), b)
}

// remember puts e last. It takes the place of what the name had for the same
// platform, and for the platform that was asked for now.
func (s *Store) remember(ctx context.Context, e entry) error {
	return s.edit(ctx, func(es []entry) []entry {
		asked, kept := e.wants[0], es[:0]
		for _, o := range es {
			if o.name != e.name {
				kept = append(kept, o)
				continue
			}
			o.wants = slices.DeleteFunc(o.wants, func(w string) bool { return w == asked })
			switch {
			case o.desc.Digest == e.desc.Digest:
				e.wants = append(e.wants, o.wants...)
			case o.platform() != e.platform() && len(o.wants) > 0:
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

// find returns what a name has for the wanted platform: what was got when it was
// asked for before, or an exact match.
func (s *Store) find(name string, want wanted) (*entry, error) {
	es, err := s.entries()
	if err != nil {
		return nil, err
	}
	for _, e := range slices.Backward(es) {
		if e.name == name && (slices.Contains(e.wants, want.String()) || e.desc.Platform != nil && want.rank(*e.desc.Platform) == exact) {
			return &e, nil
		}
	}
	return nil, nil
}
