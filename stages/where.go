package stages

import "strings"

// Where tells a shell on the host where the container is, as variables.
func (r *Run) Where() map[string]string {
	m := map[string]string{"CONTAINER_ID": r.Plan.ID, "CONTAINER_NAME": r.Plan.Name}
	if r.child != nil {
		m["CONTAINER_PID"] = itoa(r.child.Process.Pid)
	}
	if d := r.groups.dir("memory"); d != "" {
		m["CGROUP"] = d
	}
	if r.root != "" {
		m["MERGED"] = r.root
		m["ROOTFS"] = r.root
	}
	if len(r.layers) > 0 {
		var lowers []string
		for _, l := range r.layers {
			lowers = append(lowers, l.Path)
		}
		m["UPPER"], m["LOWER"] = r.upper(), strings.Join(lowers, ":")
	}
	return m
}
