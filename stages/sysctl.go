package stages

import (
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"

	"glassbox/stages/inside"
)

// ipcSysctls are the sysctls that belong to the ipc namespace, below /proc/sys: ipc_namespaces(7).
var ipcSysctls = []string{
	"kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem", "kernel/shmall", "kernel/shmmax", "kernel/shmmni", "kernel/shm_rmid_forced",
}

// portStart is the sysctl that says from which port on every user may listen: ip-sysctl.
const portStart = "net.ipv4.ip_unprivileged_port_start"

// unguarded are the sysctls that docker sets in a network namespace of the container's
// own (since 20.10), and containerd in a Pod's (since 2.0): the ports below 1024 and
// ping(8) are for every user there. With a user namespace fit says who may ping.
func unguarded(p *Plan) map[string]string {
	if !slices.Contains(spaces(p), specs.LinuxNamespace{Type: specs.NetworkNamespace}) {
		return nil
	}
	set := map[string]string{portStart: "0"}
	if !p.Rootless && p.Ask.Userns != "private" {
		set[pingRange] = "0 2147483647"
	}
	maps.DeleteFunc(set, func(name, _ string) bool { // a kernel without it
		_, err := os.Stat(inside.SysctlPath(name))
		return err != nil
	})
	return set
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
