package image

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/errgroup"
)

// layers fetches the layers, so many at once. The first failure ends the others.
func (p *puller) layers(ctx context.Context, m *v1.Manifest, by []string) error {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(p.opt.Parallel)
	first := map[v1.Hash]bool{}
	var repeated []int
	for i, d := range m.Layers {
		if first[d.Digest] {
			repeated = append(repeated, i) // an image may use the same layer twice
			continue
		}
		first[d.Digest] = true
		group.Go(func() error { return p.ingest(inner, d, p.tellLayer(i, d, by[i])) })
	}
	if err := group.Wait(); err != nil {
		if isFull(err) {
			p.store.drop(m.Layers) // what is half here must not keep the disk full
		}
		return err
	}
	for _, i := range repeated {
		d := m.Layers[i]
		if !p.store.has(d) {
			return refuse(errForged, "", "%s: two of its layers claim the digest %s with different sizes", p.ref.name, d.Digest)
		}
		p.tellLayer(i, d, by[i]).present()
	}
	return nil
}
