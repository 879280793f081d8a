package stages

import (
	"net/netip"

	"glassbox/runtime/kernel"
)

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
