package proc

import (
	"slices"
	"strings"
)

// Group is one line of /proc/PID/cgroup: where a process is in one hierarchy.
type Group struct {
	Hierarchy   int      // 0 is version 2
	Controllers []string // of a version 1 hierarchy: cpu, cpuacct, name=systemd; nil of version 2
	Path        string   // from the root of the reader's cgroup namespace; "/../x" is outside of it
}

// ParseCgroup reads /proc/PID/cgroup, lines of hierarchy-ID:controllers:path. See
// cgroups(7) and cgroup_namespaces(7).
func ParseCgroup(b []byte) []Group {
	var groups []Group
	for line := range lines(b) {
		f := strings.SplitN(line, ":", 3)
		if len(f) != 3 || !strings.HasPrefix(f[2], "/") {
			continue
		}
		g := Group{Hierarchy: number(f[0]), Path: f[2]}
		if f[1] != "" {
			g.Controllers = strings.Split(f[1], ",")
		}
		groups = append(groups, g)
	}
	return groups
}

// PathOf returns the path in the hierarchy that has the controller; "" asks for
// version 2.
func PathOf(groups []Group, controller string) (string, bool) {
	for _, g := range groups {
		if controller == "" && g.Hierarchy == 0 && g.Controllers == nil || slices.Contains(g.Controllers, controller) {
			return g.Path, true
		}
	}
	return "", false
}
