package stages

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"glassbox/stages/inside"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// ipcSysctls are the sysctls that belong to the ipc namespace, below /proc/sys: ipc_namespaces(7).
var ipcSysctls = []string{
	"kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem", "kernel/shmall", "kernel/shmmax", "kernel/shmmni", "kernel/shm_rmid_forced",
}

// checkSysctls refuses sysctls that are not of the container's own namespaces:
// they would be the host's. runc refuses the same.
func checkSysctls(p *Plan) error {
	for _, name := range slices.Sorted(maps.Keys(p.Spec.Linux.Sysctl)) {
		file := strings.TrimPrefix(inside.SysctlPath(name), "/proc/sys/") // what is written is what is looked at
		own := false
		switch {
		case path.Clean("/"+file) != "/"+file:
		case slices.Contains(ipcSysctls, file) || strings.HasPrefix(file, "fs/mqueue/"):
			own = p.has(specs.IPCNamespace)
		case strings.HasPrefix(file, "net/"):
			own = p.has(specs.NetworkNamespace)
		case file == "kernel/domainname":
			own = p.has(specs.UTSNamespace)
		}
		if !own {
			return fmt.Errorf("the sysctl %q is not of a namespace that the container has for itself: setting it would change the host; take it out of config.json", name)
		}
	}
	return nil
}
