package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestCoveredGroups: where the groups were mounted once more, over the first time, as
// in a container that makes its own, those that can be reached count.
func TestCoveredGroups(t *testing.T) {
	needRoot(t)
	const script = `set -e
mount -t tmpfs none /sys/fs/cgroup
while IFS=: read -r number controllers path; do
	case $controllers in
		"") mkdir /sys/fs/cgroup/two; mount -t cgroup2 cgroup /sys/fs/cgroup/two ;;
		*=*) ;;
		*) mkdir "/sys/fs/cgroup/$controllers"; mount -t cgroup -o "$controllers" cgroup "/sys/fs/cgroup/$controllers" ;;
	esac
done </proc/self/cgroup
exec "$0" run --quiet --network none -m 32m demo eat 100m`
	r := runCmd(t, exec.Command("unshare", "--mount", "sh", "-c", script, program))
	if r.code != 137 || strings.Contains(r.err, "glassbox:") {
		t.Errorf("status %d, want 137: %s%s", r.code, r.out, r.err)
	}
	if left := traces(t); left != "" {
		t.Errorf("left behind:\n%s", left)
	}
}
