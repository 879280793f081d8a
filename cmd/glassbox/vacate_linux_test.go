package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"glassbox/stages"
)

// TestVacate: in a container with a cgroup namespace of its own (docker run --privileged)
// the group at the top holds the processes, and so hands no controllers on. They are
// moved out of the way, once for all runs there.
func TestVacate(t *testing.T) {
	needRoot(t)
	const top = "/sys/fs/cgroup"
	if _, err := os.Stat(top + "/cgroup.controllers"); err != nil {
		t.Skip("needs vm: pure cgroup v2")
	}
	if b, err := os.ReadFile(top + "/cgroup.subtree_control"); err != nil || !strings.Contains(string(b), "memory") {
		must(t, os.WriteFile(top+"/cgroup.subtree_control", []byte("+memory"), 0o600))
		t.Cleanup(func() { _ = os.WriteFile(top+"/cgroup.subtree_control", []byte("-memory"), 0o600) })
	}
	group := filepath.Join(top, "vacate-"+stages.NewID())
	must(t, os.Mkdir(group, 0o755))
	t.Cleanup(func() { _, _ = os.Remove(group+"/init"), os.Remove(group) })
	run := program + " run --quiet --network none --cgroup-root / -m 64m demo cat /sys/fs/cgroup/memory.max; "
	c := exec.Command("sh", "-c", "echo $$ >"+group+"/cgroup.procs && exec unshare -C -m sh -c '"+
		"umount "+top+" && mount -t cgroup2 cgroup "+top+" && { "+run+run+"} && cat /proc/self/cgroup'")
	if r := runCmd(t, c); r.code != 0 || r.out != "67108864\n67108864\n0::/init\n" {
		t.Errorf("status %d, %q\n%s", r.code, r.out, r.err)
	}
}
