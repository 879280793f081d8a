package stages

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
	"glassbox/stages/inside"
)

// macPrefix begins the hardware addresses that we give, which end in the IPv4
// address: the host's neighbour table stays right when an address is used again.
const macPrefix = "02:67:"

// connection is how a container is connected; the zero value is not at all.
type connection struct {
	bridge  string       // gb0
	host    string       // the host's end of the pair
	address netip.Prefix // the container's
	gateway netip.Addr   // the bridge's
	ports   []Port       // published, with the host's ports that were really taken
	relays  []*relay
	beyond  netip.Prefix // without root: the subnet of the program that leads on
	lease   *os.File     // holds the address for as long as it is open
}

// network connects the container to a bridge on the host, with a way out and
// the published ports in. What containers share (the bridge, the table, the
// sysctl) goes with the last one.
func network(ctx context.Context, r *Run) error {
	k := r.k
	k.Note("runc", "network-cni", "runc makes no network: it makes an empty namespace, or joins one. For a Pod, containerd makes the namespace before "+
		"any runc call and CNI plugins fill it; for docker run dockerd does, with its own libnetwork.")
	held := ""
	switch ns, own := r.Plan.namespace(specs.NetworkNamespace); {
	case ns.Path != "":
		k.Note("info", "network-joined", "The container joins the network namespace "+ns.Path+": it is connected already, or not, by whoever made it.", "path", ns.Path)
		return nil
	case !own:
		held = "without a network namespace of its own it would rewire the host"
		k = k.Held(held)
	}
	return r.connect(k, r.child.Process.Pid, func(w inside.Wire) error {
		w.Held = held
		return r.ask(ctx, "network", w)
	})
}

// connect makes the network of the process pid; inner lets the half inside run.
func (r *Run) connect(k *kernel.Kernel, pid int, inner func(inside.Wire) error) error {
	if len(r.net.relays) == 0 { // else they are kept from the try before
		if err := r.publish(k); err != nil { // first: a port that is taken ends the stage before anything is made
			return err
		}
	}
	if err := r.island(k); err != nil {
		return lacking(k, err)
	}
	lease, err := r.address(k)
	if err != nil {
		return err
	}
	forwards, err := r.forward(k, lease)
	if err != nil {
		return err
	}
	if err := r.bridge(k, lease); err != nil {
		return lacking(k, err)
	}
	w, err := r.pair(k, pid)
	if err != nil {
		return lacking(k, err)
	}
	if err := inner(w); err != nil {
		return err
	}
	if err := r.firewall(k, lease); err != nil {
		return lacking(k, err)
	}
	for _, y := range r.net.relays {
		y.start(r.net.address.Addr())
	}
	r.tell(k, forwards)
	return r.name(k)
}

// address takes a lease, after those of killed runs are taken back: their
// published ports would lead to whoever gets the address next.
func (r *Run) address(k *kernel.Kernel) (lease string, err error) {
	dir, err := kernel.NetDir(filepath.Dir(r.Plan.State))
	if err != nil {
		return "", err
	}
	if err := reclaim(k, dir); err != nil {
		return "", err
	}
	lease = filepath.Join(dir, r.Plan.ID)
	var p netip.Prefix
	r.net.lease, p, err = k.Lease(lease, choose)
	if err != nil {
		return "", err
	}
	r.net.address, r.net.gateway = p, gatewayOf(p).Addr()
	return lease, nil
}

// forward lets the host forward packets; false where it does so already.
func (r *Run) forward(k *kernel.Kernel, lease string) (bool, error) {
	changed, err := k.Forward(lease)
	if errors.Is(err, unix.EROFS) || errors.Is(err, unix.EACCES) {
		k.Note("warning", "forward-readonly", "net.ipv4.ip_forward is 0 and can't be changed here: the container reaches the host and its like, and nothing beyond.")
		return false, nil
	}
	return changed, err
}

// bridge makes the bridge, or what is missing of it: another run may have just begun.
func (r *Run) bridge(k *kernel.Kernel, lease string) error {
	r.net.bridge = bridgeName
	gateway := netip.PrefixFrom(r.net.gateway, r.net.address.Bits())
	if err := k.Bridge(bridgeName, mac(gateway.Addr()), lease); err != nil {
		return err
	}
	has, up, err := bridged()
	if err != nil && !k.IsHeld() {
		return err
	}
	if !has.IsValid() {
		if err := k.Address(bridgeName, gateway); err != nil {
			return err
		}
	}
	if up {
		return nil
	}
	// Else a container could tell the host, with router advertisements, where to send its IPv6 (CVE-2020-13401).
	if err := k.NoIPv6(bridgeName); err != nil {
		return err
	}
	return k.LinkUp(bridgeName)
}

// pair makes the two ends: one becomes a port of the bridge, the other is born
// in the container.
func (r *Run) pair(k *kernel.Kernel, pid int) (inside.Wire, error) {
	r.net.host = hostEnd(r.Plan.ID)
	k.Note("info", "veth-born", "One end of the pair is born inside, as CNI's bridge plugin does it, and today's Docker. Docker long made both on the host and moved one in; the kernel takes its time for that.")
	k.Note("info", "no-ipv6", "This network is IPv4 alone, as docker's bridge is unless it is told otherwise: IPv6 is switched off for eth0, so that nobody on the bridge can tell the container where to send it. lo keeps ::1.")
	err := k.Veth(r.net.host, inside.Inward, pid, mac(r.net.address.Addr()))
	if err == nil {
		err = k.LinkMaster(r.net.host, bridgeName)
	}
	if err == nil {
		err = k.LinkUp(r.net.host)
	}
	return inside.Wire{Address: r.net.address, Gateway: r.net.gateway}, err
}

// name writes the container's address into its hosts file, which is bound in
// there already: the file stays the same, its content changes.
func (r *Run) name(k *kernel.Kernel) error {
	path := filepath.Join(r.Plan.State, "hosts")
	if _, err := os.Stat(path); os.IsNotExist(err) { // a bundle brings its own
		return nil
	}
	host, err := hostnameOf(r.Plan)
	if err != nil {
		return err
	}
	return k.Save(path, hostsFile(r.net.address.Addr(), host), 0o644)
}

// keepPorts takes out of the connection what another try needs. Without root the
// engine has left the machine's network: what listens there can't be made anew, and
// stays, leading nowhere for now.
func (r *Run) keepPorts() connection {
	kept := connection{beyond: r.net.beyond}
	if r.isle {
		kept.relays, kept.ports = r.net.relays, r.net.ports
		r.net.relays = nil
	}
	for _, y := range kept.relays {
		y.aim("")
	}
	return kept
}

// disconnect closes the published ports; call it before the way back. What it
// returns gives the address up, and is called after.
func (r *Run) disconnect() func() {
	for _, y := range r.net.relays {
		y.stop()
	}
	r.net.relays = nil
	return func() {
		if r.net.lease != nil {
			_ = r.net.lease.Close()
		}
		r.net = connection{}
	}
}

func mac(a netip.Addr) net.HardwareAddr {
	return append(net.HardwareAddr{0x02, 0x67}, a.AsSlice()...)
}
