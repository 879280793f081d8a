package stages

import (
	"context"

	"glassbox/runtime/image"
)

// unpack makes each layer a directory; layers that are there already are reused.
func unpack(ctx context.Context, r *Run) error {
	dirs, err := r.Store.Unpack(ctx, r.image, image.UnpackOptions{Emit: r.k, MaxBytes: r.Plan.Ask.MaxBytes})
	if err != nil {
		return err
	}
	r.layers = dirs
	r.k.Note("runc", "unpack-snapshotter", "In containerd the overlayfs snapshotter unpacks, each layer into a snapshot of its own; runc sees only the result.")
	r.held, err = r.Store.Hold(dirs)
	return err
}
