package inside

import (
	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
)

// Hierarchy is one of version 1's in the container's /sys/fs/cgroup.
type Hierarchy struct {
	Controllers []string
	Dir         string // bind the container's own group there, where no cgroup namespace hides the others
}

// Groups are what the half inside of cgroups needs.
type Groups struct {
	Own   bool     // a cgroup namespace
	Tasks []string // the files by which it moves itself: see hasten
}

// cgroups makes the group the root of what the process sees.
func cgroups(in *child.In) (any, error) {
	var a Groups
	if err := in.Decode(&a); err != nil {
		return nil, err
	}
	for _, path := range a.Tasks {
		if err := in.K.Write(path, "0", "cgroups(7)"); err != nil {
			return nil, err
		}
	}
	if !a.Own {
		return nil, nil
	}
	return nil, in.K.Unshare(unix.CLONE_NEWCGROUP)
}
