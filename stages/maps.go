package stages

import (
	"fmt"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// writeMaps writes the user namespace's maps from outside. setgroups must be
// denied first where the writer has no power over groups; root has it. See
// user_namespaces(7).
func (r *Run) writeMaps() error {
	l := r.Plan.Spec.Linux
	dir := fmt.Sprintf("/proc/%d/", r.child.Process.Pid)
	if err := r.k.Write(dir+"uid_map", mapText(l.UIDMappings), "user_namespaces(7)"); err != nil {
		return err
	}
	return r.k.Write(dir+"gid_map", mapText(l.GIDMappings), "user_namespaces(7)")
}

func mapText(list []specs.LinuxIDMapping) string {
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, "%d %d %d\n", m.ContainerID, m.HostID, m.Size)
	}
	return b.String()
}
