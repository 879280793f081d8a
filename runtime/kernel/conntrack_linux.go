package kernel

import (
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// Forget lets the kernel forget who sent datagrams to a port that has just been
// published. What it knows it sends on as before: past the container, or to one
// that is gone, for as long as the sender does not pause. A stream begins anew by
// itself. It does nothing where nobody has sent any, or the kernel can't tell.
func (w *Firewall) Forget(p Published) error {
	if p.Proto != "udp" || w.k.held != "" {
		return nil
	}
	local, err := netlink.AddrList(nil, netlink.FAMILY_V4)
	if err != nil {
		return nil //nolint:nilerr // it is a courtesy to senders, no part of the network
	}
	m := flows{port: p.Port, to: map[netip.Addr]bool{}}
	for _, a := range local {
		if ip, ok := netip.AddrFromSlice(a.IP.To4()); ok && (!p.Host.IsValid() || p.Host == ip) {
			m.to[ip] = true
		}
	}
	known, err := netlink.ConntrackTableList(netlink.ConntrackTable, netlink.FAMILY_V4)
	if err != nil || !m.any(known) {
		return nil //nolint:nilerr // as above
	}
	c := journal.Call{
		Name: "IPCTNL_MSG_CT_DELETE", Man: "conntrack(8)", Args: args("CTA_PROTO_NUM", "IPPROTO_UDP", "CTA_PROTO_DST_PORT", itoa(int(p.Port))),
		Sh: sprint("conntrack -D -p udp --orig-port-dst %d", p.Port),
	}
	_, err = w.k.Do(c, sprint("forget who sent to port %d/udp", p.Port), func() (int64, error) {
		n, err := netlink.ConntrackDeleteFilters(netlink.ConntrackTable, netlink.FAMILY_V4, m)
		return int64(n), gone(err) // one may end by itself meanwhile
	})
	return err
}

// flows are those of datagrams to a port of the host's own addresses.
type flows struct {
	port uint16
	to   map[netip.Addr]bool
}

// MatchConntrackFlow implements netlink.CustomConntrackFilter.
func (m flows) MatchConntrackFlow(f *netlink.ConntrackFlow) bool {
	to, ok := netip.AddrFromSlice(f.Forward.DstIP.To4())
	return ok && f.Forward.Protocol == unix.IPPROTO_UDP && f.Forward.DstPort == m.port && m.to[to]
}

func (m flows) any(list []*netlink.ConntrackFlow) bool {
	for _, f := range list {
		if m.MatchConntrackFlow(f) {
			return true
		}
	}
	return false
}
