package stages

import "context"

// stage is one named step of a start. do makes it happen; what it needs done in the
// container it asks the first process for: see package inside.
type stage struct {
	name string
	do   func(ctx context.Context, r *Run) error
}

// table is the order of a start.
func table() []stage {
	return []stage{
		{"pull", pull},
		{"unpack", unpack},
		{"overlay", overlay},
		{"clone", clone},
		{"namespaces", namespaces},
		{"cgroups", cgroups},
		{"rootfs", rootfs},
		{"network", network},
		{"exec", execute},
		{"exit", finish},
	}
}
