package kernel

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// regroup puts the processes of a group back into the one above, which first
// has to stop handing controllers on: cgroup-v2.rst, "No Internal Process Constraint".
func regroup(dir string) error {
	above := filepath.Dir(dir)
	b, err := os.ReadFile(filepath.Join(above, "cgroup.subtree_control"))
	if err != nil {
		return gone(err)
	}
	for _, c := range strings.Fields(string(b)) {
		if err := put(filepath.Join(above, "cgroup.subtree_control"), "-"+c); err != nil {
			return err
		}
	}
	b, err = os.ReadFile(filepath.Join(dir, "cgroup.procs"))
	if err != nil {
		return gone(err)
	}
	for _, p := range strings.Fields(string(b)) {
		if err := put(filepath.Join(above, "cgroup.procs"), p); err != nil && gone(err) != nil {
			return err
		}
	}
	return gone(unix.Rmdir(dir))
}
