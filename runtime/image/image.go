package image

import (
	"bytes"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Image is an image whose every blob is in the store.
type Image struct {
	Ref          string        // the full name: docker.io/library/nginx:latest
	Digest       string        // of the manifest for this platform
	ConfigDigest string        // what docker calls the image's ID
	Config       v1.ConfigFile // as the image's maker wrote it: untrusted
	Layers       []Layer       // the base first
}

// Layer is one layer of an image: a tar, compressed or not.
type Layer struct {
	Digest    string // of the blob
	DiffID    string // of the tar in it
	MediaType string
	Size      int64  // bytes of the blob
	By        string // the history's line that made it: untrusted
	Path      string // the blob's file
}

// Summary is one line of `glassbox images`.
type Summary struct {
	Ref      string
	Digest   string    // of the manifest
	Platform string    // linux/amd64
	Size     int64     // bytes of manifest, config and layers, as kept
	Created  time.Time // when the image was made, as its config says; may be zero
	Layers   int
	Damaged  bool // a blob of it is missing
}

// Get returns an image from the store alone: the one for this machine's platform
// if there are several, else the one that was pulled last.
func (s *Store) Get(ref string) (*Image, error) {
	name, err := s.named(ref)
	if err != nil {
		return nil, err
	}
	here, err := want("")
	if err != nil {
		return nil, err
	}
	e, err := s.find(name, here)
	if err == nil && e == nil {
		e, err = s.last(name)
	}
	if err != nil {
		return nil, err
	}
	if e == nil {
		return nil, refuse(ErrAbsent, "fetch it with glassbox pull "+plain(ref), "%s is not in the store %s", plain(name), s.root)
	}
	return s.load(*e)
}

// named returns the full name of a reference. One that List gave is its own: the
// file that it names may be gone.
func (s *Store) named(ref string) (string, error) {
	if e, err := s.last(ref); err != nil || e != nil {
		return ref, err
	}
	r, err := parse(ref)
	return r.name, err
}

// last returns the entry of a name that was pulled last, whatever its platform.
func (s *Store) last(name string) (*entry, error) {
	es, err := s.entries()
	if err != nil {
		return nil, err
	}
	for i := len(es) - 1; i >= 0; i-- {
		if es[i].name == name {
			return &es[i], nil
		}
	}
	return nil, nil
}

// load reads an image's manifest and config, and checks that its layers are there.
func (s *Store) load(e entry) (*Image, error) {
	m, cf, err := s.read(e)
	if err != nil {
		return nil, refuse(err, "pull it again", "%s in the store %s is damaged: %v", plain(e.name), s.root, err)
	}
	for _, d := range m.Layers {
		if !s.has(d) {
			return nil, refuse(ErrAbsent, "pull it again", "%s in the store %s lacks the layer %s", plain(e.name), s.root, d.Digest)
		}
	}
	return s.image(e, m, cf), nil
}

// read returns an entry's manifest and config.
func (s *Store) read(e entry) (*v1.Manifest, *v1.ConfigFile, error) {
	b, err := s.small(e.desc)
	if err != nil {
		return nil, nil, err
	}
	doc, err := decode(b, e.desc.MediaType)
	if err != nil {
		return nil, nil, err
	}
	if doc.manifest == nil {
		return nil, nil, refuse(nil, "", "its manifest is an index")
	}
	b, err = s.small(doc.manifest.Config)
	if err != nil {
		return nil, nil, err
	}
	cf, err := decodeConfig(b, doc.manifest)
	return doc.manifest, cf, err
}

// small reads a blob that may be held in memory.
func (s *Store) small(d v1.Descriptor) ([]byte, error) {
	if d.Size > max(MaxManifest, MaxConfig) || !s.has(d) {
		return nil, refuse(ErrAbsent, "", "the blob %s is missing", d.Digest)
	}
	b, err := readRegular(s.blob(d.Digest))
	if err != nil {
		return nil, refuse(err, "", "read the blob %s", s.blob(d.Digest))
	}
	if got, _, err := v1.SHA256(bytes.NewReader(b)); err == nil && d.Digest.Algorithm == got.Algorithm && got != d.Digest {
		return nil, refuse(nil, "", "the blob %s holds other bytes", d.Digest)
	}
	return b, nil
}

func (s *Store) image(e entry, m *v1.Manifest, cf *v1.ConfigFile) *Image {
	img := &Image{Ref: e.name, Digest: e.desc.Digest.String(), ConfigDigest: m.Config.Digest.String(), Config: *cf}
	by := lines(cf, len(m.Layers))
	for i, d := range m.Layers {
		img.Layers = append(img.Layers, Layer{
			Digest: d.Digest.String(), DiffID: cf.RootFS.DiffIDs[i].String(), MediaType: string(d.MediaType),
			Size: d.Size, By: by[i], Path: s.blob(d.Digest),
		})
	}
	return img
}

// List returns what is in the store, in the order in which it was pulled.
func (s *Store) List() ([]Summary, error) {
	es, err := s.entries()
	if err != nil {
		return nil, err
	}
	out := make([]Summary, 0, len(es))
	for _, e := range es {
		sum := Summary{Ref: e.name, Digest: e.desc.Digest.String(), Platform: e.platform(), Size: e.desc.Size}
		if m, cf, err := s.read(e); err != nil {
			sum.Damaged = true
		} else {
			sum.Created, sum.Layers = cf.Created.Time, len(m.Layers)
			sum.Size += m.Config.Size
			for _, d := range m.Layers {
				sum.Size += d.Size
				sum.Damaged = sum.Damaged || !s.has(d)
			}
		}
		out = append(out, sum)
	}
	return out, nil
}
