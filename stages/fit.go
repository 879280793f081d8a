package stages

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/stages/inside"
)

// pingRange is the sysctl that says which groups may send echo requests without
// CAP_NET_RAW: icmp(7).
const pingRange = "net.ipv4.ping_group_range"

// fit changes what the half inside is to do where the container has a user
// namespace: mount options that name ids which it does not have go, and every
// group that it has may use ping(8), as docker lets every group.
func (r *Run) fit(a *inside.Rootfs) error {
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
func (r *Run) sources(a *inside.Rootfs) ([]*os.File, error) {
	if !r.Plan.has(specs.UserNamespace) || a.HeldMounts != "" {
		return nil, nil
	}
	var trees []*os.File
	for _, m := range a.Mounts {
		flags, _, _ := inside.Options(m.Options)
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
