package kernel

import (
	"strings"
	"syscall"
	"testing"
)

// TestMendWrite: why a file is busy depends on the file.
func TestMendWrite(t *testing.T) {
	for path, want := range map[string]string{
		"/sys/fs/cgroup/x/cgroup.subtree_control":             "can't hand controllers on",
		"/sys/fs/cgroup/x/cgroup.procs":                       "can't hold processes",
		"/sys/fs/cgroup/memory/x/memory.limit_in_bytes":       "uses more than that",
		"/sys/fs/cgroup/memory/x/memory.memsw.limit_in_bytes": "uses more than that",
		"/sys/fs/cgroup/cpuset/x/cpuset.cpus":                 "",
	} {
		if got := mendWrite(path, syscall.EBUSY); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q", path, got)
		}
	}
	if got := mendWrite("/sys/fs/cgroup/x/cgroup.procs", syscall.EINVAL); got != "the kernel does not take that value" {
		t.Errorf("other errors: %q", got)
	}
}
