package image

import (
	"bytes"
	"context"
	"errors"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// resolve goes from what a name points to down to the manifest for the wanted
// platform, and keeps each document on the way.
func (p *puller) resolve(ctx context.Context, d v1.Descriptor, b []byte, depth int) (v1.Descriptor, *v1.Manifest, error) {
	doc, err := decode(b, d.MediaType)
	if err != nil {
		return d, nil, p.unfit(err)
	}
	if err := p.keep(d, b); err != nil {
		return d, nil, err
	}
	if doc.manifest != nil {
		if d.MediaType = doc.manifest.MediaType; d.MediaType == "" {
			d.MediaType = types.OCIManifestSchema1
		}
		return d, doc.manifest, nil
	}
	if depth == maxNested {
		return d, nil, refuse(nil, "", "%s: its indexes are nested more than %d deep", p.ref.name, maxNested)
	}
	if next := p.choose(doc.index.Manifests); next != nil {
		return p.descend(ctx, *next, depth)
	}
	// Nothing says that it fits; an index within may hold something that does.
	for _, next := range doc.index.Manifests {
		if !next.MediaType.IsIndex() {
			continue
		}
		found, m, err := p.descend(ctx, next, depth)
		if !errors.Is(err, errPlatform) {
			return found, m, err
		}
	}
	return d, nil, p.mismatch(offered(doc.index.Manifests))
}

// choose picks an index's entry for the platform. An only entry that says
// nothing of its platform is taken: its config will tell.
func (p *puller) choose(ds []v1.Descriptor) *v1.Descriptor {
	if d := p.want.pick(ds); d != nil {
		return d
	}
	if len(ds) == 1 && ds[0].Platform == nil && !ds[0].MediaType.IsIndex() {
		return &ds[0]
	}
	return nil
}

func (p *puller) descend(ctx context.Context, d v1.Descriptor, depth int) (v1.Descriptor, *v1.Manifest, error) {
	b, err := p.store.small(d)
	if err != nil {
		if d.Size > MaxManifest {
			return d, nil, refuse(nil, "", "%s: its manifest has %d bytes; more than %d are refused", p.ref.name, d.Size, MaxManifest)
		}
		if b, err = p.src.manifest(ctx, d); err != nil {
			return d, nil, err
		}
	}
	return p.resolve(ctx, d, b, depth+1)
}

// keep verifies a manifest or index, and stores it.
func (p *puller) keep(d v1.Descriptor, b []byte) error {
	t := p.tell("manifest", d)
	if p.store.has(d) {
		t.present()
		return nil
	}
	got, err := sum(d.Digest.Algorithm, bytes.NewReader(b))
	if err != nil {
		return refuse(err, "", "%s: %v", p.ref.name, err)
	}
	if got != d.Digest || int64(len(b)) != d.Size {
		return p.forged(d, got, int64(len(b)))
	}
	if err := p.store.put(d.Digest, b); err != nil {
		return err
	}
	t.verified()
	return nil
}

// config fetches and understands the config.
func (p *puller) config(ctx context.Context, m *v1.Manifest) (*v1.ConfigFile, error) {
	if err := p.ingest(ctx, m.Config, p.tell("config", m.Config)); err != nil {
		return nil, err
	}
	b, err := p.store.small(m.Config)
	if err != nil {
		return nil, err
	}
	cf, err := decodeConfig(b, m)
	if err != nil {
		return nil, p.unfit(err)
	}
	return cf, nil
}

// errPlatform is wrapped where an image has nothing for the platform.
var errPlatform = errors.New("no image for the platform")

// fits holds the config's platform against the wanted one. A config that names
// none is taken as it is; its variant counts only where no index named one, since
// many builders write it there alone.
func (p *puller) fits(cf *v1.ConfigFile, alone bool) error {
	have := v1.Platform{OS: cf.OS, Architecture: cf.Architecture, Variant: cf.Variant}
	if !alone {
		have.Variant = p.want.Variant
	}
	if cf.OS == "" || cf.Architecture == "" || p.want.rank(have) > 0 {
		return nil
	}
	return p.mismatch(offered([]v1.Descriptor{{Platform: &have}}))
}

func (p *puller) mismatch(there []string) error {
	if len(there) == 0 {
		return refuse(errPlatform, "", "%s has no image for %s, nor for any other platform", p.ref.name, p.want)
	}
	mend := "choose one of those with --platform (another architecture than this machine's needs an emulator, such as qemu-user-static)"
	if p.want.asked {
		mend = "choose one of those"
	}
	return refuse(errPlatform, mend, "%s has no image for %s; there is %s", p.ref.name, p.want, strings.Join(there, ", "))
}

// unfit says that an image can't be used.
func (p *puller) unfit(err error) error {
	mend := ""
	if errors.Is(err, errSchema1) {
		mend = "whoever keeps it can pull and push it once with a newer docker or with skopeo copy --format oci"
	}
	return refuse(err, mend, "%s can't be used: %s", p.ref.name, plain(err.Error()))
}

// forged says that bytes are not those that were promised.
func (p *puller) forged(d v1.Descriptor, got v1.Hash, n int64) error {
	return refuse(errForged, "pull again; if it stays, the registry or something between is damaged, or tampers with it",
		"%s: %s was promised (%d bytes), but %s sent %s (%d bytes)", p.ref.name, d.Digest, d.Size, p.src.where(), got, n)
}

// errForged is wrapped where a digest or size is not the promised one.
var errForged = errors.New("digest mismatch")
