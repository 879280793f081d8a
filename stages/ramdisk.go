package stages

import (
	"path/filepath"

	"glassbox/runtime/kernel"
)

// ramdisk keeps layers and containers in memory where the store lies on an
// overlay, as in a container without a volume for it. What was pulled stays where it is.
func (r *Run) ramdisk() error {
	root := r.Plan.Root
	if !kernel.OnOverlay(root) {
		return nil
	}
	said := false
	for _, d := range []struct {
		name string
		mode uint32
	}{{"layers", 0o700}, {"containers", 0o711}} {
		dir := filepath.Join(root, d.name)
		made, err := r.k.Ramdisk(dir, d.mode)
		if err != nil {
			return err
		}
		said = said || !made
	}
	if said {
		return nil
	}
	ends := "the container in which glassbox runs ends"
	if r.Plan.Rootless {
		ends = "this run ends; the next one unpacks them anew"
	}
	r.k.Note("warning", "ramdisk", "The store "+root+" lies on an overlay, and the kernel puts no overlay on top of another: layers and containers are kept in memory instead (tmpfs), until "+ends+
		". A volume for "+root+" makes them last, or --root DIR on another file system.", "root", root)
	return nil
}
