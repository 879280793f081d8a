package cgroup

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	hybridMounts = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate
42 27 0:32 / /var/lib/other/memory rw,relatime - cgroup cgroup rw,memory
`
	hybridOwn = "4:name=systemd:/user.slice\n3:memory:/user.slice/a:b\n2:cpu,cpuacct:/\n0::/user.slice\n"
)

func TestDetect(t *testing.T) {
	tree, err := Detect([]byte(hybridMounts), []byte(hybridOwn))
	if err != nil || tree.Mode != Hybrid || len(tree.V1) != 3 {
		t.Fatalf("%+v %v", tree, err)
	}
	if m := tree.V1[1]; m.Mount != "/sys/fs/cgroup/memory" || m.Own != "/user.slice/a:b" {
		t.Errorf("memory: %+v", m)
	}
	if c := tree.V1[0]; !slices.Equal(c.Controllers, []string{"cpu", "cpuacct"}) || c.Own != "/" {
		t.Errorf("cpu: %+v", c)
	}
	if u := tree.Unified; u == nil || u.Mount != "/sys/fs/cgroup/unified" || u.Own != "/user.slice" {
		t.Errorf("unified: %+v", u)
	}
	tree.Have([]byte("io hugetlb\n"))
	for c, want := range map[string]int{"memory": 1, "cpu": 1, "io": 2, "hugetlb": 2, "pids": 0} {
		if got := tree.Version(c); got != want {
			t.Errorf("%s is in version %d, not %d", c, got, want)
		}
	}
	dirs, err := tree.Dirs("/box", "glassbox-1")
	if err != nil || len(dirs) != 4 {
		t.Fatalf("%+v %v", dirs, err)
	}
	by := ByController(dirs)
	if by["cpu"] != by["cpuacct"] || by["cpu"] != "/sys/fs/cgroup/cpu,cpuacct/box/glassbox-1" || by[""] != "/sys/fs/cgroup/unified/box/glassbox-1" || by["io"] != by[""] {
		t.Errorf("%v", by)
	}
	if up := dirs[0].Ancestors(); !slices.Equal(up, []string{"/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct/box"}) {
		t.Errorf("%v", up)
	}
}

func TestDetectModes(t *testing.T) {
	v2 := "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
	named := "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"
	v1 := "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
	own := "2:name=systemd:/\n1:memory:/\n0::/\n"
	for _, c := range []struct {
		mounts string
		want   Mode
	}{{v2, V2}, {v1, V1}, {v1 + named, V1}, {v2 + named, V2}, {v1 + v2, Hybrid}, {"", ""}} {
		tree, err := Detect([]byte(c.mounts), []byte(own))
		if tree.Mode != c.want || (c.want == "") != errors.Is(err, ErrNone) {
			t.Errorf("%q: %s %v", c.mounts, tree.Mode, err)
		}
	}
}

// TestDetectCovered: a mount that another one covers is none, whatever lies below it.
func TestDetectCovered(t *testing.T) {
	own := "5:memory:/\n0::/\n"
	for _, c := range []struct{ mounts, unified, memory string }{
		{"23 1 0:22 / /sys rw - sysfs sysfs rw\n31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "/sys/fs/cgroup", ""},
		{"23 1 0:22 / /sys rw - sysfs sysfs rw\n31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n" +
			"32 31 0:29 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n33 32 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n" +
			"34 32 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/memory"},
		{"31 23 0:29 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n" +
			"34 31 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "/sys/fs/cgroup", ""},
		{"20 1 0:19 / / rw - ext4 a rw\n23 20 0:22 / /sys rw - sysfs sysfs rw\n31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n40 20 0:19 / / rw - ext4 a rw\n", "/sys/fs/cgroup", ""},
		{"31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n32 31 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "/sys/fs/cgroup", ""},
	} {
		tree, err := Detect([]byte(c.mounts), []byte(own))
		memory := ""
		if len(tree.V1) > 0 {
			memory = tree.V1[0].Mount
		}
		if err != nil || tree.Unified == nil || tree.Unified.Mount != c.unified || memory != c.memory {
			t.Errorf("%s%+v %v", c.mounts, tree, err)
		}
	}
}

// TestDetectInContainers: the same group is seen under several names.
func TestDetectInContainers(t *testing.T) {
	for _, c := range []struct{ root, own, want string }{
		{"/docker/x", "/docker/x", "/"},                 // no cgroup namespace, its part is mounted
		{"/docker/x", "/docker/x/sub", "/sub"},          // and below
		{"/", "/", "/"},                                 // a cgroup namespace of its own
		{"/../..", "/", "/"},                            // the host's mount, seen from a namespace
		{"/docker/x", "/docker/xy", "/"},                // another
		{"/", "/../other", "/"},                         // moved out of the namespace
		{"/", "/kubepods.slice/p", "/kubepods.slice/p"}, // the host
	} {
		mounts := fmt.Sprintf("31 23 0:28 %s /sys/fs/cgroup rw - cgroup2 cgroup rw\n", c.root)
		tree, err := Detect([]byte(mounts), []byte("0::"+c.own+"\n"))
		if err != nil || tree.Unified.Own != c.want {
			t.Errorf("%+v: %+v %v", c, tree.Unified, err)
		}
	}
}

func TestDirsStayBelow(t *testing.T) {
	tree := Tree{Unified: &Hierarchy{Mount: "/sys/fs/cgroup"}}
	for _, name := range []string{"", ".", "..", "a/b", "a\nb"} {
		if dirs, err := tree.Dirs("/", name); err == nil {
			t.Errorf("%q was taken: %v", name, dirs)
		}
	}
	for _, parent := range []string{"../../..", "/../x", "a/../../../b", ""} {
		dirs, err := tree.Dirs(parent, "g")
		if err != nil || !strings.HasPrefix(dirs[0].Path, "/sys/fs/cgroup/") {
			t.Errorf("%q: %v %v", parent, dirs, err)
		}
	}
}

// TestDetectHere compares with the files of this machine.
func TestDetectHere(t *testing.T) {
	tree := machine(t)
	for _, h := range tree.V1 {
		dir := h.Mount + h.Own
		if !strings.Contains(string(slurp(t, dir+"/cgroup.procs")), fmt.Sprintf("%d\n", os.Getpid())) {
			t.Errorf("%v: this process is not in %s", h.Controllers, dir)
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte(hybridMounts), []byte(hybridOwn), "x")
	f.Add([]byte("31 23 0:28 /.. /c rw - cgroup2 c rw\n"), []byte("0::/../a\n:::\n"), "..")
	f.Fuzz(func(t *testing.T, mounts, own []byte, name string) {
		tree, err := Detect(mounts, own)
		if err != nil {
			return
		}
		dirs, err := tree.Dirs(name, "g")
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range dirs {
			d.Ancestors()
		}
		ByController(dirs)
	})
}
