package stages

import (
	"fmt"
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// Plan is what to run: the one thing that the stages read. It is whole before
// the first stage but for Spec, which a run from an image completes after pull
// (the image's config) and overlay (its /etc/passwd).
type Plan struct {
	ID      string // twelve hexadecimal digits
	Name    string // what a person calls the container
	Image   string // as it was asked for: a reference, oci:DIR, docker-archive:FILE, bundle:DIR
	Keep    string // the name under which the store keeps the image; "" is Image
	Bundle  string // the bundle's directory: pull, unpack and overlay are skipped; "" for an image
	Ask     Ask    // what the command line said
	Spec    *specs.Spec
	Network Network

	Root       string // the store and the containers' directories
	State      string // the directory of this run: journal, socket, hosts
	CgroupRoot string // the parent group of the container's; "" = chosen by what the machine has
	Redact     bool   // keep the values of environment variables out of the journal
	Rootless   bool   // the engine runs in a user namespace of its own
	User       *Identity
	IDs        []specs.LinuxIDMapping // of a user namespace of the container's own, once they are claimed
}

// Identity is who the program is, resolved in the image's own /etc/passwd and /etc/group.
type Identity struct {
	UID, GID int
	Groups   []int
	Home     string
}

// Ask is what a person asked for, in docker's words where docker has them.
type Ask struct {
	Args       []string // replace the image's CMD
	Entrypoint *string  // replaces the image's ENTRYPOINT; "" removes it
	Env        []string // NAME=VALUE, or NAME to hand on our own
	Workdir    string
	User       string // name or number, [:group]
	Hostname   string
	Volumes    []string // SOURCE:TARGET[:ro]
	Tmpfs      []string // TARGET[:OPTIONS]
	Ports      []string // [IP:]HOST:CONTAINER[/udp]
	Networking string   // bridge, none, host, container:ID
	DNS        []string
	PID        string // "" or host or container:ID
	IPC        string
	UTS        string
	Userns     string // "" = the host's, "private" (auto), "host"
	CapAdd     []string
	CapDrop    []string
	Security   []string // docker's --security-opt
	Devices    []string // HOST[:TARGET][:ACCESS]
	Privileged bool
	ReadOnly   bool
	Init       bool // a reaper as PID 1
	TTY        bool
	Stdin      bool
	Resources  *specs.LinuxResources
	Limits     map[string]string // the same, as a person wrote it
	Pull       string            // always, missing, never
	Platform   string
	Insecure   []string
	Without    []string // what to leave out, to see what happens
	MaxBytes   int64    // what an image may unpack to; 0 = the default
}

// Network is how the container is connected.
type Network struct {
	Mode  string // bridge, none, host, container
	Join  string // of container: the network namespace's path
	Peer  string // of container: the run directory of the one that is joined
	Ports []Port
	DNS   []string
}

// Port is one published port.
type Port struct {
	HostIP    string // "" = every address
	Host      uint16 // 0 = the kernel chooses
	HostEnd   uint16 // of a range to choose from; 0 = Host alone
	Container uint16
	Proto     string // tcp or udp
}

// things are what --without can leave out.
var things = []string{"pid", "mnt", "uts", "ipc", "net", "cgroupns", "cgroup", "pivot_root", "seccomp", "masks", "caps"}

// Things are the words that --without takes: a namespace (pid mnt uts ipc net
// cgroupns), the cgroup, pivot_root (chroot in its place), seccomp, masks, caps.
func Things() []string { return slices.Clone(things) }

// Without tells whether a thing is left out.
func (p *Plan) Without(thing string) bool { return slices.Contains(p.Ask.Without, thing) }

// has tells whether the container gets its own namespace of that type.
func (p *Plan) has(t specs.LinuxNamespaceType) bool {
	_, ok := p.namespace(t)
	return ok
}

// ownPids tells whether the container has a pid namespace of its own: its end is
// the end of all in it, by the kernel's hand.
func (p *Plan) ownPids() bool {
	ns, ok := p.namespace(specs.PIDNamespace)
	return ok && ns.Path == ""
}

// namespace returns the spec's entry of that type: a path in it means to join.
func (p *Plan) namespace(t specs.LinuxNamespaceType) (specs.LinuxNamespace, bool) {
	if p.Spec == nil || p.Spec.Linux == nil {
		return specs.LinuxNamespace{}, false
	}
	for _, n := range p.Spec.Linux.Namespaces {
		if n.Type == t {
			return n, true
		}
	}
	return specs.LinuxNamespace{}, false
}

// maxHostname is HOST_NAME_MAX: see sethostname(2).
const maxHostname = 64

// Check says what of the asked no image could make right, so that nobody pulls one for
// nothing: capabilities, volumes, tmpfs, security options.
func (p *Plan) Check() error {
	if p.Bundle != "" {
		return nil
	}
	if _, err := capabilities(&p.Ask); err != nil {
		return err
	}
	if n := len(p.Ask.Hostname); n > maxHostname {
		return fmt.Errorf("--hostname: its %d bytes are more than the %d that Linux takes: choose a shorter one", n, maxHostname)
	}
	if _, err := mounts(p); err != nil {
		return err
	}
	s := &specs.Spec{Process: &specs.Process{}, Linux: &specs.Linux{Resources: &specs.LinuxResources{}}}
	if err := addDevices(p, s); err != nil || len(p.Ask.Security) == 0 {
		return err
	}
	return security(p, s)
}
