package cgroup

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"
)

// ErrNone says that no hierarchy of control groups is mounted.
var ErrNone = errors.New("no control groups are mounted: mount -t cgroup2 none /sys/fs/cgroup, or run on a host that does")

// Detect finds the hierarchies from the text of /proc/self/mountinfo and
// /proc/self/cgroup. Which controllers version 2 has is not in there: read
// cgroup.controllers in Tree.Unified.Mount and give it to Tree.Have.
//
// A version 1 hierarchy without a controller (name=systemd) limits nothing: with
// version 2 beside it alone, the mode is V2.
func Detect(mountinfoText, selfCgroup []byte) (Tree, error) {
	mounts, err := mountinfo.GetMountsFromReader(bytes.NewReader(mountinfoText), nil)
	if err != nil {
		return Tree{}, fmt.Errorf("find the control groups in mountinfo: %w", err)
	}
	own := ownPaths(selfCgroup)
	var t Tree
	for _, m := range visible(mounts, "cgroup", "cgroup2") {
		h := Hierarchy{Mount: m.Mountpoint, Root: m.Root}
		if m.FSType == "cgroup2" {
			h.Own = relative(own[""], m.Root)
			if t.Unified == nil || better(h.Mount, t.Unified.Mount) {
				t.Unified = &h
			}
			continue
		}
		for _, o := range strings.Split(m.VFSOptions, ",") {
			if _, ok := own[o]; ok {
				h.Controllers = append(h.Controllers, o)
			}
		}
		if len(h.Controllers) == 0 {
			continue
		}
		h.Own = relative(own[h.Controllers[0]], m.Root)
		t.add(h)
	}
	if t.Mode = t.mode(); t.Mode == "" {
		return Tree{}, ErrNone
	}
	return t, nil
}

// visible are the mounts of some types that no other one covers: none is mounted on
// their root, nor on that of what they lie on. What is mounted on / hides nothing from
// who looks from below it.
func visible(mounts []*mountinfo.Info, types ...string) []*mountinfo.Info {
	byID, above := map[int]*mountinfo.Info{}, map[int]*mountinfo.Info{}
	for _, m := range mounts {
		byID[m.ID] = m
	}
	for _, m := range mounts {
		if p := byID[m.Parent]; p != nil && p != m && p.Mountpoint == m.Mountpoint && m.Mountpoint != "/" {
			above[p.ID] = m
		}
	}
	hidden := func(m *mountinfo.Info) bool {
		var last *mountinfo.Info
		for range mounts { // a chain of parents is no longer than that
			if a := above[m.ID]; a != nil && a != last {
				return true
			}
			if last, m = m, byID[m.Parent]; m == nil {
				return false
			}
		}
		return false
	}
	return slices.DeleteFunc(mounts, func(m *mountinfo.Info) bool { return !slices.Contains(types, m.FSType) || hidden(m) })
}

// add keeps one mount of each version 1 hierarchy.
func (t *Tree) add(h Hierarchy) {
	i := slices.IndexFunc(t.V1, func(o Hierarchy) bool { return o.Controllers[0] == h.Controllers[0] })
	switch {
	case i < 0:
		t.V1 = append(t.V1, h)
	case better(h.Mount, t.V1[i].Mount):
		t.V1[i] = h
	}
}

func (t *Tree) mode() Mode {
	limits := slices.ContainsFunc(t.V1, func(h Hierarchy) bool { return !h.named() })
	switch {
	case limits && t.Unified != nil:
		return Hybrid
	case t.Unified != nil:
		return V2
	case len(t.V1) > 0:
		return V1
	}
	return ""
}

// better says that a mount is the one that programs use: below /sys/fs/cgroup.
func better(a, b string) bool {
	usual := func(p string) bool { return p == "/sys/fs/cgroup" || strings.HasPrefix(p, "/sys/fs/cgroup/") }
	return usual(a) && !usual(b)
}

// ownPaths reads /proc/self/cgroup: the path for each controller, and for "" that
// in version 2. See cgroups(7).
func ownPaths(text []byte) map[string]string {
	paths := map[string]string{}
	for line := range strings.Lines(string(text)) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(f) != 3 {
			continue
		}
		for _, c := range strings.Split(f[1], ",") {
			paths[c] = f[2]
		}
	}
	return paths
}

// relative is where a path of /proc/self/cgroup lies below a mount whose root is
// root. In a container without a cgroup namespace both name the host's path; a path
// that is not below the mount ("/../x" in a namespace) can only be its top.
func relative(own, root string) string {
	if root == "/" && strings.HasPrefix(own, "/") && !strings.HasPrefix(own, "/..") {
		return own
	}
	if own == root {
		return "/"
	}
	if rest, ok := strings.CutPrefix(own, root+"/"); ok && root != "/" {
		return "/" + rest
	}
	return "/"
}
