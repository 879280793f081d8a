package stages

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/cgroup"
)

// rewrite writes limits of a group that has some already, in an order in which
// the kernel takes them.
func (r *Run) rewrite(files []cgroup.File) error {
	k := r.k.Stage("cgroups")
	path := func(f cgroup.File) string { return filepath.Join(r.groups.dir(f.Controller), f.Name) }
	now := func(f cgroup.File) (string, bool) {
		b, err := os.ReadFile(path(f))
		return strings.TrimSpace(string(b)), err == nil
	}
	for _, f := range cgroup.Order(files, now) {
		if f.Inherit {
			continue
		}
		if err := k.Write(path(f), f.Value, f.Man); err != nil && (!f.Optional || !errors.Is(err, unix.ENOENT)) {
			return err
		}
	}
	r.Snapshot()
	return nil
}

// dir is the directory that holds a controller's files.
func (g *groups) dir(controller string) string {
	if d, ok := g.dirs[controller]; ok {
		return d
	}
	return g.dirs[""]
}
