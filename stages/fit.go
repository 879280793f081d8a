package stages

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// pingRange is the sysctl that says which groups may send echo requests without
// CAP_NET_RAW: icmp(7).
const pingRange = "net.ipv4.ping_group_range"

// fit changes what the half inside is to do where the container has a user
// namespace: mount options that name ids which it does not have go, and every
// group that it has may use ping(8), as docker lets every group.
func (r *Run) fit(a *rootfsArgs) error {
	if !a.User {
		return nil
	}
	users, groups := r.containerIDs()
	a.Mounts = slices.Clone(a.Mounts)
	for i := range a.Mounts {
		m := &a.Mounts[i]
		m.Options = slices.DeleteFunc(slices.Clone(m.Options), func(o string) bool {
			return strange(o, "uid=", users) || strange(o, "gid=", groups)
		})
	}
	if ns, own := r.Plan.namespace(specs.NetworkNamespace); own && ns.Path == "" && a.HeldMounts == "" && r.Plan.Bundle == "" {
		a.Sysctl = maps.Clone(a.Sysctl)
		if a.Sysctl == nil {
			a.Sysctl = map[string]string{}
		}
		if _, asked := a.Sysctl[pingRange]; !asked {
			a.Sysctl[pingRange] = fmt.Sprintf("0 %d", min(groups.last(), 1<<31-1))
		}
	}
	return nil
}

// sources opens what is to be bound into a container whose root may not reach
// it: with a user namespace of its own it is nobody on the host.
func (r *Run) sources(a *rootfsArgs) ([]*os.File, error) {
	if !r.Plan.has(specs.UserNamespace) || a.HeldMounts != "" {
		return nil, nil
	}
	var trees []*os.File
	for _, m := range a.Mounts {
		flags, _, _ := options(m.Options)
		if m.Type != "bind" && flags&unix.MS_BIND == 0 {
			continue
		}
		f, err := r.k.Tree(m.Source)
		if err != nil {
			for _, t := range trees {
				_ = t.Close()
			}
			return nil, err
		}
		trees, a.Sources = append(trees, f), append(a.Sources, m.Destination)
	}
	return trees, nil
}

// strange tells whether a mount option gives an id that the namespace does not have.
func strange(option, prefix string, have ids) bool {
	v, ok := strings.CutPrefix(option, prefix)
	if !ok {
		return false
	}
	id, err := strconv.Atoi(v)
	return err == nil && !have.has(id)
}

// containerIDs are the ids of the container's user namespace.
func (r *Run) containerIDs() (users, groups ids) {
	if l := r.Plan.Spec.Linux; r.Plan.has(specs.UserNamespace) {
		return idsOf(l.UIDMappings), idsOf(l.GIDMappings)
	}
	return ownIDs("uid_map"), ownIDs("gid_map")
}

// instead binds what the host has mounted where a new mount would show more
// than the host does, or belongs to a namespace that is not the container's:
// the kernel refuses those in a user namespace. See mount_namespaces(7).
func instead(k *kernel.Kernel, t *tree, m specs.Mount, flags uintptr, a *rootfsArgs, refused error) error {
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
