package stages

import (
	"context"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"

	"glassbox/stages/inside"
)

// order is the order of unshare(2): what is seen in /proc/PID/ns changes one by one.
var order = []struct {
	kind string
	t    specs.LinuxNamespaceType
}{
	{"mnt", specs.MountNamespace},
	{"uts", specs.UTSNamespace},
	{"ipc", specs.IPCNamespace},
	{"net", specs.NetworkNamespace},
}

// namespaces lets the first process leave the host's namespaces, one at a time,
// after the maps of its user namespace are written, if it has one.
func namespaces(ctx context.Context, r *Run) error {
	p := r.Plan
	if p.has(specs.UserNamespace) {
		if err := r.writeMaps(); err != nil {
			return err
		}
	}
	if kinds := p.joined(); len(kinds) > 0 {
		list := strings.Join(kinds, ", ")
		r.k.Note("info", "namespaces-joined", "The container joins namespaces that are there already, with setns(2): "+list+".", "kinds", list)
	}
	r.k.Note("runc", "namespaces-order", "runc puts the process into its cgroup first; then it unshares the user namespace, if there is to be one, and the rest with one call. crun gives the flags to clone(2).")
	return r.ask(ctx, "namespaces", p.spaces())
}

// spaces are the namespaces that the half inside unshares or joins, in their order.
func (p *Plan) spaces() inside.Namespaces {
	a := inside.Namespaces{Hostname: p.Spec.Hostname, Domain: p.Spec.Domainname, Root: p.has(specs.UserNamespace)}
	for _, o := range order {
		if ns, ok := p.namespace(o.t); ok {
			a.Spaces = append(a.Spaces, inside.Space{Kind: o.kind, Path: ns.Path})
			a.Up = a.Up || o.kind == "net" && ns.Path == ""
		}
	}
	if uts, _ := p.namespace(specs.UTSNamespace); uts.Path != "" && p.Bundle == "" {
		a.Hostname, a.Domain = "", "" // who made it has named it; of a bundle that is the author's word
	}
	if !p.has(specs.UTSNamespace) {
		a.HeldUTS = "without a uts namespace of its own it would rename the host"
	}
	a.NoIPv6 = a.Up && p.Network.Mode == "bridge" // else one container could tell another where to send its IPv6 (CVE-2024-32473)
	return a
}

// joined are the kinds of which the container gets one that was there before it.
func (p *Plan) joined() []string {
	var kinds []string
	if ns, _ := p.namespace(specs.PIDNamespace); ns.Path != "" { // the clone joined it
		kinds = append(kinds, "pid")
	}
	for _, o := range order {
		if ns, _ := p.namespace(o.t); ns.Path != "" {
			kinds = append(kinds, o.kind)
		}
	}
	return kinds
}
