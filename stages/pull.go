package stages

import (
	"context"
	"maps"
	"slices"
	"strings"

	"glassbox/runtime/image"
)

// pull resolves the reference and fetches what the store lacks: index, manifest,
// config and layers, each checked against its digest.
func pull(ctx context.Context, r *Run) error {
	p := r.Plan
	img, err := r.Store.Pull(ctx, p.Image, image.PullOptions{
		Platform: p.Ask.Platform, Policy: p.Ask.Pull, Insecure: p.Ask.Insecure, Emit: r.k, Stdin: r.Stdin, As: p.Keep,
	})
	if err != nil {
		return err
	}
	r.image = img
	if p.Spec, err = specFor(p, img.Config.Config); err != nil {
		return err
	}
	r.k.Note("runc", "pull-containerd", "runc knows no images: containerd (or dockerd) pulls, and keeps the blobs in its own content store.")
	if p.Ask.User == "" {
		p.Ask.User = img.Config.Config.User
	}
	if v := img.Config.Config.Volumes; len(v) > 0 {
		list := strings.Join(slices.Sorted(maps.Keys(v)), ", ")
		r.k.Note("info", "image-volumes", "The image declares volumes ("+list+"). Docker would make an anonymous volume for each; glassbox leaves them in the upper layer.", "volumes", list)
	}
	return nil
}
