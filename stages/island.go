package stages

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// island gives an engine without root a network namespace of its own, since the
// machine's belongs to root: the bridge and the pair are made there, by the
// same code. Ports are published before: a socket stays in the namespace that
// it was made in. A program that is no part of us (pasta, slirp4netns) carries
// packets from there to the machine's network, as ordinary connections of the user.
func (r *Run) island(k *kernel.Kernel) error {
	if !r.Plan.Rootless || k.IsHeld() || kernel.OwnsNet() {
		return nil
	}
	mark := k.Mark()
	defer func() {
		if r.isle { // the engine can't go back: it lasts as long as the run, whatever is tried again
			k.Settle(mark)
		}
	}()
	ns, err := k.NewNet()
	if err != nil {
		return err
	}
	defer ns.Close()
	at := filepath.Join(r.Plan.State, "netns") // bound to a name, as `ip netns add` does it: the program may not look into our /proc/PID/fd
	if err := k.Save(at, nil, 0o600); err != nil {
		return err
	}
	if err := k.Mount(fmt.Sprintf("/proc/self/fd/%d", ns.Fd()), at, "", unix.MS_BIND, ""); err != nil {
		return err
	}
	h, err := ferry(at, r.net.beyond)
	var running *kernel.Helping
	if err == nil {
		running, err = k.Start(h)
	}
	if e := k.JoinNet(ns, at); e != nil {
		return e
	}
	r.isle = true
	if e := k.LinkUp("lo"); e != nil {
		return e
	}
	k.Note("info", "island", "The machine's network belongs to root: the engine has made a network namespace of its own, with its own bridge. Published ports are relayed into it.")
	if err == nil {
		err = ferried(h.Program, running)
	}
	if err != nil {
		k.Note("warning", "island-alone", "The container reaches the engine and nothing beyond: "+err.Error()+".", "error", err.Error())
		return nil
	}
	k.Note("info", "island-ferry", filepath.Base(h.Program)+" carries the packets to the machine's network: what the container connects to sees a connection of yours.", "program", h.Program)
	return nil
}

// ferry is the program that connects the namespace, whichever is installed. In
// the subnet beyond, its third address is a name server: the machine's own.
func ferry(netns string, beyond netip.Prefix) (kernel.Helper, error) {
	if p, err := exec.LookPath("slirp4netns"); err == nil {
		return kernel.Helper{Program: p, Man: "slirp4netns(1)", Args: []string{
			"--configure", "--mtu=65520", "--disable-host-loopback", "--cidr=" + beyond.String(), "--netns-type=path", netns, "tap0",
		}}, nil
	}
	if p, err := exec.LookPath("pasta"); err == nil {
		gateway := beyond.Masked().Addr().Next().Next()
		address := beyond.Masked().Addr().AsSlice()
		address[3] = 100 // as slirp4netns: left to itself pasta takes the machine's own address, which can't be reached then
		return kernel.Helper{Program: p, Man: "pasta(1)", Args: []string{
			"--config-net", "--quiet", "--foreground", "--netns-only", "--no-map-gw", "-t", "none", "-u", "none", "-T", "none", "-U", "none",
			"-I", "tap0", "-a", netip.AddrFrom4([4]byte(address)).String(), "-n", strconv.Itoa(beyond.Bits()), "-g", gateway.String(),
			"--dns-forward", nameserver(beyond).String(), "--netns", netns,
		}}, nil
	}
	return kernel.Helper{}, errors.New("neither slirp4netns nor pasta is installed: apt-get install passt, or slirp4netns")
}

// nameserver is the third address of the subnet beyond, as slirp4netns has it.
func nameserver(beyond netip.Prefix) netip.Addr {
	return beyond.Masked().Addr().Next().Next().Next()
}

// ferryWait is how long the program may take to make its interface.
const ferryWait = 5 * time.Second

// ferried waits until there is a default route: the program's last step.
func ferried(program string, h *kernel.Helping) error {
	routes, done := make(chan netlink.RouteUpdate, 64), make(chan struct{}) //nolint:forbidigo // what the kernel tells
	defer close(done)
	if err := netlink.RouteSubscribe(routes, done); err != nil {
		return fmt.Errorf("watch for the way out: %w", err)
	}
	late := time.After(ferryWait)
	for {
		if list, err := netlink.RouteList(nil, netlink.FAMILY_V4); err == nil {
			for _, r := range list {
				if r.Gw != nil && (r.Dst == nil || r.Dst.IP.IsUnspecified()) {
					return nil
				}
			}
		}
		select {
		case <-routes:
		case <-h.Ended:
			return fmt.Errorf("%s ended: %s%s", filepath.Base(program), h.Said(), tunnel())
		case <-late:
			return fmt.Errorf("there was no way out within %v", ferryWait)
		}
	}
}

// foresee chooses the subnet beyond before the container's resolv.conf is
// written. Where the machine's name servers are on a loopback address, which
// is another one in a container, the program beyond is asked instead.
func (r *Run) foresee() error {
	if !r.Plan.Rootless || r.Plan.Network.Mode != "bridge" || kernel.OwnsNet() {
		return nil
	}
	used, err := inUse()
	if err != nil {
		return err
	}
	for i := range 8 { // beside those of containers: see candidates
		p := netip.MustParsePrefix(fmt.Sprintf("10.66.%d.0/24", 168+i))
		if overlaps(used, p) {
			continue
		}
		r.net.beyond = p
		if _, err := ferry("", p); err != nil || len(r.Plan.Network.DNS) > 0 {
			return nil //nolint:nilerr // nobody is there to be asked
		}
		if _, none, err := resolvConf(r.Plan); err == nil && none {
			r.Plan.Network.DNS = []string{nameserver(p).String()}
		}
		return nil
	}
	return errSubnets
}

// tunnel adds what keeps such programs from making their interface.
func tunnel() string {
	f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0)
	if err != nil {
		return " (" + err.Error() + ": modprobe tun; chmod 666 /dev/net/tun)"
	}
	_ = f.Close()
	return ""
}
