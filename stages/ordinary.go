package stages

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/opencontainers/runtime-spec/specs-go"

	"glassbox/runtime/cgroup"
)

// ordinary makes the group where an ordinary user may. Without such a place the
// container stays in the engine's group, unless limits are asked for.
func (r *Run) ordinary(tree cgroup.Tree, res *specs.LinuxResources) error {
	r.groups.tree = tree
	own := cgroup.Tree{Mode: tree.Mode, Unified: tree.Unified} // version 1 can't be delegated
	own.Have([]byte(everyController))
	files, err := own.Files(res, nil)
	if err != nil {
		return err
	}
	enable := cgroup.SubtreeControl(files)
	parent, name, err := r.delegated(own, enable)
	switch {
	case err != nil && len(files) == 0:
		r.k.Note("warning", "no-group", "The container gets no cgroup of its own, and no limits: "+err.Error()+".", "error", err.Error())
		return nil
	case err != nil:
		return limitless(tree, err)
	}
	b, err := os.ReadFile(filepath.Join(own.Unified.Mount, parent, "cgroup.controllers"))
	if err != nil {
		return fmt.Errorf("read which controllers are delegated: %w", err)
	}
	own.Have(b)
	if files, err = own.Files(res, nil); err != nil {
		return fmt.Errorf("%w: systemctl edit user@.service, and add [Service] Delegate=cpu cpuset io memory pids", err)
	}
	if r.groups, err = groupsAt(own, parent, name); err != nil {
		return err
	}
	return r.fill(files, res)
}

// limitless says why there are no limits, and what brings them: on version 1 no group
// that systemd or anybody else hands out.
func limitless(tree cgroup.Tree, err error) error {
	if versionOne(tree) {
		err = errors.New(bootTwo())
	}
	return fmt.Errorf("the limits that were asked for need a cgroup: %w", err)
}
