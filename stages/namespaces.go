package stages

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/kernel"
)

// space is one namespace that the half inside is to unshare or join.
type space struct {
	Kind string // mnt, uts, ipc, net
	Path string // join this one; "" makes a new one
}

// namespaceArgs is what the half inside gets.
type namespaceArgs struct {
	Spaces   []space
	Hostname string
	Domain   string
	HeldUTS  string // why the host name is shown and not set
	Up       bool   // bring the loopback interface up
	Root     bool   // become root of the user namespace first
	NoIPv6   bool   // no interface to come shall have IPv6
}

// order is the order of unshare(2): what is seen in /proc/PID/ns changes one by one.
var order = []struct {
	kind string
	t    specs.LinuxNamespaceType
	flag int
}{
	{"mnt", specs.MountNamespace, unix.CLONE_NEWNS},
	{"uts", specs.UTSNamespace, unix.CLONE_NEWUTS},
	{"ipc", specs.IPCNamespace, unix.CLONE_NEWIPC},
	{"net", specs.NetworkNamespace, unix.CLONE_NEWNET},
}

// namespaces lets the first process leave the host's namespaces, one at a time,
// after the maps of its user namespace are written, if it has one.
func namespaces(ctx context.Context, r *Run) error {
	p := r.Plan
	a := namespaceArgs{Hostname: p.Spec.Hostname, Domain: p.Spec.Domainname}
	if p.has(specs.UserNamespace) {
		if err := r.writeMaps(); err != nil {
			return err
		}
		a.Root = true
	}
	for _, o := range order {
		if ns, ok := p.namespace(o.t); ok {
			a.Spaces = append(a.Spaces, space{Kind: o.kind, Path: ns.Path})
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
	if kinds := p.joined(); len(kinds) > 0 {
		list := strings.Join(kinds, ", ")
		r.k.Note("info", "namespaces-joined", "The container joins namespaces that are there already, with setns(2): "+list+".", "kinds", list)
	}
	r.k.Note("runc", "namespaces-order", "runc puts the process into its cgroup first; then it unshares the user namespace, if there is to be one, and the rest with one call. crun gives the flags to clone(2).")
	return r.ask(ctx, "namespaces", a)
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

// namespacesInside moves the calling thread, which is the process's first: that
// is the one that /proc/PID/ns shows.
func namespacesInside(in *child.In) (any, error) {
	var a namespaceArgs
	if err := in.Decode(&a); err != nil {
		return nil, err
	}
	if a.Root {
		if err := becomeRoot(in.K); err != nil {
			return nil, err
		}
	}
	for _, s := range a.Spaces {
		if err := enter(in.K, s); err != nil {
			return nil, err
		}
	}
	k := in.K
	if a.HeldUTS != "" {
		k = k.Held(a.HeldUTS)
	}
	if err := rename(k, a); err != nil {
		return nil, err
	}
	if a.NoIPv6 {
		err := noIPv6(in.K, "default")
		if errors.Is(err, kernel.ErrMasquerade) { // /proc is still that of the machine
			err = covered(err)
		}
		if err != nil {
			return nil, err
		}
	}
	if a.Up {
		return nil, in.K.LinkUp("lo")
	}
	return nil, nil
}

// rename gives the container its names. Root of an own user namespace may, unless
// a seccomp filter was there before us: the profile of docker and podman refuses
// both calls to a container that is not privileged, and so to one in it.
func rename(k *kernel.Kernel, a namespaceArgs) error {
	var err error
	if a.Hostname != "" {
		err = k.Sethostname(a.Hostname)
	}
	if err == nil && a.Domain != "" {
		err = k.Setdomainname(a.Domain)
	}
	if errors.Is(err, unix.EPERM) {
		k.Note("warning", "unnamed", "The container keeps the machine's host name ("+err.Error()+"): glassbox itself runs in a container whose seccomp filter refuses to set one.", "error", err.Error())
		return nil
	}
	return err
}

func becomeRoot(k *kernel.Kernel) error {
	if err := k.Setresgid(0); err != nil {
		return err
	}
	return k.Setresuid(0)
}

func enter(k *kernel.Kernel, s space) error {
	for _, o := range order {
		if o.kind != s.Kind {
			continue
		}
		if s.Path == "" {
			return k.Unshare(o.flag)
		}
		f, err := os.Open(s.Path)
		if err != nil {
			return fmt.Errorf("open the namespace to join: %w", err)
		}
		defer f.Close()
		return k.Setns(kernel.At{FD: int(f.Fd()), Path: s.Path}, o.flag)
	}
	return fmt.Errorf("no namespace is called %q", s.Kind)
}
