package stages

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// export writes an OCI bundle of what would be run now, config.json and rootfs,
// and ends the run: runc and crun run the same with `runc run --bundle DIR NAME`.
func (r *Run) export() error {
	if err := os.MkdirAll(r.Export, 0o755); err != nil { //nolint:forbidigo // what was asked for, and stays
		return fmt.Errorf("make the bundle's directory: %w", err)
	}
	rootfs := filepath.Join(r.Export, "rootfs")
	for _, file := range []string{rootfs, filepath.Join(r.Export, "config.json")} {
		if _, err := os.Lstat(file); err == nil {
			return fmt.Errorf("%s is there already: name an empty directory (--oci-bundle)", file)
		}
	}
	spec := *r.Plan.Spec
	spec.Mounts = nil
	for _, m := range r.Plan.Spec.Mounts {
		// The three files in the run's own directory go with the run: the bundle has copies.
		if filepath.Dir(m.Source) == r.Plan.State {
			continue
		}
		spec.Mounts = append(spec.Mounts, m)
	}
	b, err := json.MarshalIndent(&spec, "", "  ")
	if err != nil {
		return fmt.Errorf("encode config.json: %w", err)
	}
	if err := os.WriteFile(filepath.Join(r.Export, "config.json"), append(b, '\n'), 0o644); err != nil { //nolint:forbidigo // what was asked for, and stays
		return fmt.Errorf("write the bundle: %w", err)
	}
	if err := r.k.CopyTree(r.root, rootfs); err != nil {
		return err
	}
	r.k.Note("info", "exported", "The bundle is in "+r.Export+": `runc run --bundle "+r.Export+" NAME` starts it.", "path", r.Export)
	return errUntil
}
