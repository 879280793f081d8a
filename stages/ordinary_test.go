package stages

import (
	"errors"
	"fmt"
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

// TestUnscoped: where systemd makes no group its reason is told, but not in the place of
// one that says what is wrong with a group that is there.
func TestUnscoped(t *testing.T) {
	bus, crowded := errors.New("no bus"), fmt.Errorf("%w that could hold limits: the group holds other processes", errNoGroup)
	for _, c := range []struct {
		err, bus error
		want     string
	}{
		{errNotOurs, bus, "your systemd made none: no bus: log in"},
		{errNotOurs, nil, "see `glassbox doctor`"},
		{crowded, bus, "other processes"},
		{crowded, nil, "other processes"},
	} {
		if got := unscoped(c.err, c.bus); !strings.Contains(got.Error(), c.want) || !errors.Is(got, errNoGroup) {
			t.Errorf("%v, %v: %v", c.err, c.bus, got)
		}
	}
	if err := unscoped(nil, bus); err != nil {
		t.Error(err)
	}
}
