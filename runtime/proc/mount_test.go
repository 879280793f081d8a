package proc

import (
	"reflect"
	"strings"
	"testing"
)

const container = `760 614 0:106 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/l/A\040B:/l/C,upperdir=/u,workdir=/w
761 760 0:109 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
762 760 0:110 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
763 762 0:111 / /dev/pts rw,nosuid,noexec,relatime - devpts devpts rw,gid=5,mode=620,ptmxmode=666
764 760 254:0 /run/gb/resolv.conf /etc/resolv.conf rw,relatime shared:7 master:2 propagate_from:3 - ext4 /dev/vda rw
765 761 0:109 /sys /proc/sys ro,relatime - proc proc rw
766 760 0:112 / /a\134b\011c\012d\043 rw unbindable -  tmpfs
767 760 0:113 / /empty rw -  nothing rw
`

func TestParseMountinfo(t *testing.T) {
	mounts, err := ParseMountinfo([]byte(container))
	if err != nil || len(mounts) != 8 {
		t.Fatalf("%d mounts, %v", len(mounts), err)
	}
	want := Mount{
		ID: 760, Parent: 614, Major: 0, Minor: 106, Root: "/", Point: "/", Options: []string{"rw", "relatime"},
		Propagation: "master:1", FSType: "overlay", Source: "overlay",
		Super: []string{"rw", "lowerdir=/l/A B:/l/C", "upperdir=/u", "workdir=/w"},
	}
	if !reflect.DeepEqual(mounts[0], want) {
		t.Errorf("got  %+v\nwant %+v", mounts[0], want)
	}
	if m := mounts[4]; m.Propagation != "shared:7 master:2 propagate_from:3" || m.Root != "/run/gb/resolv.conf" || m.Private() {
		t.Errorf("optional fields: %+v", m)
	}
	if m := mounts[6]; m.Point != "/a\\b\tc\nd#" || m.Propagation != "unbindable" {
		t.Errorf("octal: %q", m.Point)
	}
	if m := mounts[7]; m.FSType != "" || m.Source != "nothing" || len(m.Super) != 1 {
		t.Errorf("empty field: %+v", m)
	}
	if v, ok := mounts[0].Option("upperdir"); !ok || v != "/u" {
		t.Errorf("option upperdir %q %v", v, ok)
	}
	if _, ok := mounts[0].Option("ro"); ok {
		t.Error("option ro is there")
	}
}

func TestParseMountinfoBadLines(t *testing.T) {
	for _, line := range []string{
		"rubbish", "1 2 3 / / rw - t s rw", "x 1 0:1 / / rw - t s rw", "1 x 0:1 / / rw - t s rw",
		"1 1 0:-1 / / rw - t s rw", "1 1 0:1 / / rw t s rw", "1 1 0:1 / / rw -", "1 1 0:1 / / rw - t",
	} {
		mounts, err := ParseMountinfo([]byte(line + "\n22 27 0:21 / /proc rw - proc proc rw\n"))
		if err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q: error %v", line, err)
		}
		if len(mounts) != 1 || mounts[0].Point != "/proc" {
			t.Errorf("%q: the good line was lost: %+v", line, mounts)
		}
	}
}

func TestTree(t *testing.T) {
	mounts, _ := ParseMountinfo([]byte(container))
	roots := Tree(mounts)
	if len(roots) != 1 || roots[0].ID != 760 || len(roots[0].On) != 5 {
		t.Fatalf("roots %+v", roots)
	}
	if p := roots[0].On[0]; p.Point != "/proc" || len(p.On) != 1 || p.On[0].Point != "/proc/sys" {
		t.Errorf("/proc/sys is not on /proc")
	}
}

func TestTreeOfRings(t *testing.T) {
	for name, mounts := range map[string][]Mount{
		"self":       {{ID: 1, Parent: 1}},
		"ring":       {{ID: 1, Parent: 3}, {ID: 2, Parent: 1}, {ID: 3, Parent: 2}},
		"below ring": {{ID: 5, Parent: 2}, {ID: 2, Parent: 3}, {ID: 3, Parent: 2}, {ID: 9, Parent: 5}},
		"twice":      {{ID: 1, Parent: 0}, {ID: 1, Parent: 0}, {ID: 2, Parent: 1}},
	} {
		seen := map[int]int{}
		var walk func([]*Branch)
		walk = func(bs []*Branch) {
			for _, b := range bs {
				seen[b.ID]++
				walk(b.On)
			}
		}
		walk(Tree(mounts))
		for _, m := range mounts {
			if seen[m.ID] != 1 {
				t.Errorf("%s: mount %d is shown %d times", name, m.ID, seen[m.ID])
			}
		}
	}
}

func TestFind(t *testing.T) {
	mounts, _ := ParseMountinfo([]byte(container))
	for path, want := range map[string]string{
		"/": "/", "/etc": "/", "/proc": "/proc", "/proc/1/status": "/proc", "/process": "/", "/dev/pts/0": "/dev/pts",
		"/proc/sys/net": "/proc/sys",
	} {
		if m, ok := Find(mounts, path); !ok || m.Point != want {
			t.Errorf("%s is on %q, not %q", path, m.Point, want)
		}
	}
	if _, ok := Find(nil, "/"); ok {
		t.Error("found a mount among none")
	}
}

func FuzzMountinfo(f *testing.F) {
	f.Add([]byte(container))
	f.Add([]byte("1 1 0:1 / /\\0\\04\\999 rw - t s rw"))
	f.Fuzz(func(t *testing.T, b []byte) {
		mounts, err := ParseMountinfo(b)
		if err != nil && len(mounts) > strings.Count(string(b), "\n") {
			t.Fatalf("%d mounts from fewer good lines", len(mounts))
		}
		seen := 0
		var walk func([]*Branch, int)
		walk = func(bs []*Branch, depth int) {
			if depth > len(mounts) {
				t.Fatal("the tree is deeper than it has mounts")
			}
			for _, b := range bs {
				seen++
				walk(b.On, depth+1)
			}
		}
		walk(Tree(mounts), 0)
		ids := map[int]bool{}
		for _, m := range mounts {
			ids[m.ID] = true
		}
		if seen != len(ids) {
			t.Fatalf("the tree shows %d of %d mounts", seen, len(ids))
		}
	})
}
