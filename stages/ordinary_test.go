package stages

import (
	"strings"
	"testing"

	"glassbox/runtime/cgroup"
)

// TestLimitless: systemd-run brings no limits where the controllers are version 1's.
func TestLimitless(t *testing.T) {
	two := &cgroup.Hierarchy{}
	for _, c := range []struct {
		tree cgroup.Tree
		want string
	}{
		{cgroup.Tree{Mode: cgroup.Hybrid, Unified: two}, "version 1 can't be delegated: boot the kernel with "},
		{cgroup.Tree{Mode: cgroup.V1}, "version 1 can't be delegated"},
		{cgroup.Tree{Mode: cgroup.V2, Unified: two}, "no cgroup is delegated to this user"},
	} {
		if got := limitless(c.tree, errNoGroup).Error(); !strings.Contains(got, c.want) {
			t.Errorf("%v: %s", c.tree.Mode, got)
		}
	}
}
