package stages

import (
	"context"
	"errors"

	"glassbox/runtime/image"
)

// unpack makes each layer a directory; layers that are there already are reused.
func unpack(ctx context.Context, r *Run) error {
	for {
		dirs, err := r.Store.Unpack(ctx, r.image, image.UnpackOptions{Emit: r.k, MaxBytes: r.Plan.Ask.MaxBytes})
		if err != nil {
			return err
		}
		r.layers = dirs
		r.held, err = r.Store.Hold(dirs)
		if err == nil {
			break
		}
		if !errors.Is(err, image.ErrLayerGone) { // removed by another glassbox in between: once more
			return err
		}
	}
	r.k.Note("runc", "unpack-snapshotter", "In containerd the overlayfs snapshotter unpacks, each layer into a snapshot of its own; runc sees only the result.")
	return nil
}
