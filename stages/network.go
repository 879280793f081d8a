package stages

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// macPrefix begins the hardware addresses that we give, which end in the IPv4
// address: the host's neighbour table stays right when an address is used again.
const macPrefix = "02:67:"

// inward is the container's name for its end of the pair.
const inward = "eth0"

// connection is how a container is connected; the zero value is not at all.
type connection struct {
	bridge  string       // gb0
	host    string       // the host's end of the pair
	address netip.Prefix // the container's
	gateway netip.Addr   // the bridge's
	ports   []Port       // published, with the host's ports that were really taken
	relays  []*relay
	lease   *os.File // holds the address for as long as it is open
}

// wire is what the half inside gets.
type wire struct {
	Address netip.Prefix
	Gateway netip.Addr
	Held    string // why the calls are shown and not made
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
	return r.connect(k, r.child.Process.Pid, func(w wire) error {
		w.Held = held
		return r.child.Ask("network", w, r.Gate.call(ctx, r.k), nil)
	})
}

// connect makes the network of the process pid; inside lets the half inside run.
func (r *Run) connect(k *kernel.Kernel, pid int, inside func(wire) error) error {
	if err := r.publish(k); err != nil { // first: a port that is taken ends the stage before anything is made
		return err
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
	if err := inside(w); err != nil {
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

// publish takes the host's ports.
func (r *Run) publish(k *kernel.Kernel) error {
	for _, p := range r.Plan.Network.Ports {
		y, err := bind(k, p)
		if err != nil {
			return err
		}
		r.net.relays = append(r.net.relays, y)
		r.net.ports = append(r.net.ports, y.port)
	}
	return nil
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

// reclaim takes back what killed runs held of the network.
func reclaim(k *kernel.Kernel, dir string) error {
	if k.IsHeld() {
		return nil
	}
	all, err := kernel.Leases(dir)
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.Live {
			continue
		}
		k.Note("info", "lease-reclaimed", "The run "+l.ID+" was killed and left its address "+l.Address.String()+" behind: it is taken back.",
			"id", l.ID, "address", l.Address.String())
		path := filepath.Join(dir, l.ID)
		for _, u := range []journal.Undo{{Op: "linkdel", Target: hostEnd(l.ID)}, {Op: "nftdel", Target: path}, {Op: "leasedel", Target: path}} {
			_ = k.Reverse(u) // not planned here: what goes wrong is in the journal, and in that run's own for `glassbox clean`
		}
	}
	return nil
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
	return k.LinkUp(bridgeName)
}

// pair makes the two ends: one becomes a port of the bridge, the other is born
// in the container.
func (r *Run) pair(k *kernel.Kernel, pid int) (wire, error) {
	r.net.host = hostEnd(r.Plan.ID)
	k.Note("info", "veth-born", "One end of the pair is born inside, as CNI's bridge plugin does it. Docker makes both on the host and moves one in; the kernel takes its time for that.")
	err := k.Veth(r.net.host, inward, pid, mac(r.net.address.Addr()))
	if err == nil {
		err = k.LinkMaster(r.net.host, bridgeName)
	}
	if err == nil {
		err = k.LinkUp(r.net.host)
	}
	return wire{Address: r.net.address, Gateway: r.net.gateway}, err
}

// networkInside gives the end inside its address and the way out.
func networkInside(in *child.In) (any, error) {
	var w wire
	if err := in.Decode(&w); err != nil {
		return nil, err
	}
	k := in.K
	if w.Held != "" {
		k = k.Held(w.Held)
	}
	if err := k.Address(inward, w.Address); err != nil {
		return nil, err
	}
	if err := k.LinkUp(inward); err != nil {
		return nil, err
	}
	return nil, k.DefaultRoute(w.Gateway, inward)
}

// firewall makes the way out, and the ways in.
func (r *Run) firewall(k *kernel.Kernel, lease string) error {
	w, err := k.Firewall(lease)
	if err != nil {
		return err
	}
	if err := w.Masquerade(r.net.address.Masked(), bridgeName); err != nil {
		return err
	}
	if list := r.redirected(); len(list) > 0 {
		return w.Publish(r.Plan.ID, bridgeName, list)
	}
	return nil
}

// redirected are the ports that nftables leads in; the relays alone serve the others.
func (r *Run) redirected() []kernel.Published {
	var list []kernel.Published
	for _, p := range r.net.ports {
		a, err := netip.ParseAddr(p.HostIP)
		if err == nil && (a.IsLoopback() || a.Is6()) {
			continue
		}
		if err != nil || a.IsUnspecified() {
			a = netip.Addr{}
		}
		list = append(list, kernel.Published{Proto: p.Proto, Host: a, Port: p.Host, To: netip.AddrPortFrom(r.net.address.Addr(), p.Container)})
	}
	return list
}

// tell says what a person should know of what was done.
func (r *Run) tell(k *kernel.Kernel, forwards bool) {
	if forwards {
		k.Note("info", "ip-forward", "net.ipv4.ip_forward was 0 and is 1 now: the host forwards packets between all its interfaces until the last container of glassbox has gone. It is the one sysctl that is changed.")
	}
	var list []string
	for _, p := range r.net.ports {
		list = append(list, p.String())
	}
	if len(list) > 0 {
		k.Note("info", "published", "Published: "+strings.Join(list, ", ")+".", "ports", strings.Join(list, " "))
	}
	if _, instead, err := resolvConf(r.Plan); err == nil && instead {
		k.Note("info", "dns-default", "The host's name servers can't be reached from a container (they are on a loopback address or IPv6): 8.8.8.8 and 8.8.4.4 are asked instead, as docker does. --dns names others.")
	}
	if k.IsHeld() {
		return
	}
	for _, d := range kernel.Droppers(bridgeName) {
		k.Note("warning", "forward-drop", "The host drops what it forwards (chain "+d.Chain+" of the table "+d.Table+"), so the container reaches the host alone. To let it through, type: "+
			strings.Join(d.Mend, "; "), "chain", d.Chain, "table", d.Table, "type", strings.Join(d.Mend, "\n"))
	}
}

// name writes the container's address into its hosts file, which is bound in
// there already: the file stays the same, its content changes.
func (r *Run) name(k *kernel.Kernel) error {
	path := filepath.Join(r.Plan.State, "hosts")
	if _, err := os.Stat(path); err != nil { // a bundle brings its own
		return nil
	}
	host, err := hostnameOf(r.Plan)
	if err != nil {
		return err
	}
	return k.Save(path, hostsFile(r.net.address.Addr(), host), 0o644)
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

// networkOurs tells whether the target of a network inverse belongs to that run.
func networkOurs(id string, u journal.Undo) bool {
	lease := u.Target
	switch u.Op {
	case "linkdel":
		return u.Target == hostEnd(id)
	case "bridgedel":
		name, rest, _ := strings.Cut(u.Target, ":")
		if name != bridgeName {
			return false
		}
		lease = rest
	case "nftdel", "leasedel", "forwardback":
	default:
		return false
	}
	dir := filepath.Dir(lease) // …/net/INODE
	return filepath.IsAbs(lease) && filepath.Clean(lease) == lease && filepath.Base(lease) == id &&
		filepath.Base(filepath.Dir(dir)) == "net" && strings.Trim(filepath.Base(dir), "0123456789") == ""
}

// lacking adds what still works on a kernel that can't do this.
func lacking(k *kernel.Kernel, err error) error {
	if kernel.Lacks(err) {
		k.Note("warning", "network-lacks", "This kernel lacks a part of the bridge network. --network none and --network host need nothing of it; `glassbox doctor` says what is missing.")
	}
	return err
}

// hostEnd is the name of the host's end of a run's pair.
func hostEnd(id string) string { return kernel.Prefix + id }

func mac(a netip.Addr) net.HardwareAddr {
	return append(net.HardwareAddr{0x02, 0x67}, a.AsSlice()...)
}
