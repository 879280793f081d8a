package inside

import (
	"errors"
	"os"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// instead binds what the host has mounted where a new mount would show more
// than the host does, or belongs to a namespace that is not the container's:
// the kernel refuses those in a user namespace. See mount_namespaces(7).
func instead(k *kernel.Kernel, t *tree, m specs.Mount, flags uintptr, a *Rootfs, refused error) error {
	switch {
	case m.Type == "sysfs" || m.Type == "mqueue" || m.Type == "cgroup" || m.Type == "cgroup2" || m.Type == "proc" && a.HostPID:
	case m.Type == "proc":
		return covered(refused)
	default:
		return refused
	}
	if _, err := os.Stat(m.Destination); err != nil {
		k.Note("info", "mount-none", "The kernel lets only the owner of the namespace mount a new "+m.Type+", and the host has none on "+m.Destination+": there is none.", "type", m.Type, "path", m.Destination)
		return nil //nolint:nilerr // said above
	}
	k.Note("info", "mount-bound", "The kernel lets only the owner of the namespace mount a new "+m.Type+": the host's "+m.Destination+" is bound in its place.", "type", m.Type, "path", m.Destination)
	bind := specs.Mount{Destination: m.Destination, Source: m.Destination}
	return mountBind(k, t, bind, flags|unix.MS_BIND|unix.MS_REC, unix.MS_SLAVE|unix.MS_REC)
}

// covered says of what the kernel refused that parts of /proc are covered here.
func covered(refused error) error {
	if e := (*kernel.Error)(nil); errors.As(refused, &e) {
		e.Mend = "parts of this machine's own /proc are covered, as in a container of Docker or Podman, and a new one would show them: " +
			"start that container with --privileged, or with --security-opt systempaths=unconfined (podman: unmask=ALL)"
	}
	return refused
}
