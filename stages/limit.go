package stages

import (
	"errors"
	"fmt"
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

// memory is the name of the file that limits memory: an example that is there.
func (g *groups) memory() string {
	if g.tree.Version("memory") == 1 {
		return "memory.limit_in_bytes"
	}
	return "memory.max"
}

// WriteLimit writes one file of the running container's group: memory.max 256M.
func (r *Run) WriteLimit(file, value string) error {
	if len(r.groups.list) == 0 {
		return errors.New("the container has no cgroup of its own")
	}
	if file != filepath.Base(file) || strings.HasPrefix(file, "cgroup.") && file != "cgroup.freeze" {
		return fmt.Errorf("%q is no limit of the group: %s, pids.max …", file, r.groups.memory())
	}
	controller, _, _ := strings.Cut(file, ".")
	if controller == "io" && r.groups.dirs["io"] == "" {
		controller = "blkio"
	}
	dir := r.groups.dir(controller)
	path := filepath.Join(dir, file)
	if _, err := os.Stat(path); dir == "" || err != nil {
		return fmt.Errorf("the group has no file %s: its limit of memory is %s", file, r.groups.memory())
	}
	if err := r.k.Stage("cgroups").Write(path, value, "cgroups(7)"); err != nil {
		return err
	}
	r.Snapshot()
	return nil
}
