package stages

import (
	"context"

	"glassbox/runtime/child"
)

// stage is one named step of a start. do makes it happen; inside is the half
// that runs in the container, or nil.
type stage struct {
	name   string
	do     func(ctx context.Context, r *Run) error
	inside child.Inside
}

// table is the order of a start.
func table() []stage {
	return []stage{
		{name: "pull", do: pull},
		{name: "unpack", do: unpack},
		{name: "overlay", do: overlay},
		{name: "clone", do: clone},
		{name: "namespaces", do: namespaces, inside: namespacesInside},
		{name: "cgroups", do: cgroups, inside: cgroupsInside},
		{name: "rootfs", do: rootfs, inside: rootfsInside},
		{name: "network", do: network, inside: networkInside},
		{name: "exec", do: execute, inside: execInside},
		{name: "exit", do: finish},
	}
}

// Halves are the stages' halves that run in the container, by stage: what child.Serve needs.
func Halves() map[string]child.Inside {
	m := map[string]child.Inside{"console": consoleInside} // no stage: a terminal for who joins later
	for _, s := range table() {
		if s.inside != nil {
			m[s.name] = s.inside
		}
	}
	return m
}
