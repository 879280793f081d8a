package stages

import (
	"context"
	"errors"

	"glassbox/runtime/image"
)

// unpack makes each layer a directory; layers that are there already are reused.
func unpack(ctx context.Context, r *Run) error {
	if err := r.ramdisk(); err != nil {
		return err
	}
	for {
		dirs, err := r.Store.Unpack(ctx, r.image, r.unpackOptions())
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

// unpackOptions say how layers are written: in a user namespace some ids and
// attributes are out of reach.
func (r *Run) unpackOptions() image.UnpackOptions {
	o := image.UnpackOptions{Emit: r.k, MaxBytes: r.Plan.Ask.MaxBytes, UserXattr: r.Plan.Rootless}
	if r.Plan.Rootless {
		users, groups := ownIDs("uid_map"), ownIDs("gid_map")
		o.MapID = func(id int) (int, bool) { return id, users.has(id) && groups.has(id) }
	}
	return o
}
