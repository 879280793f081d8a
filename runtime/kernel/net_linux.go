package kernel

import (
	"errors"
	"net"
	"net/netip"
	"strings"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// Prefix begins the name of every interface of ours on the host.
const Prefix = "gb"

// rtnetlink is the page of the messages that are made here.
const rtnetlink = "rtnetlink(7)"

// LinkUp brings an interface up: RTM_NEWLINK with IFF_UP, as ip-link(8) does.
func (k *Kernel) LinkUp(name string) error {
	c := journal.Call{
		Name: "RTM_NEWLINK", Man: rtnetlink, Args: args("IFLA_IFNAME", name, "ifi_change", "IFF_UP", "ifi_flags", "IFF_UP"),
		Sh: words("ip link set", Quote(name), "up"),
	}
	return k.network(c, "bring the interface "+name+" up", func() error {
		return link(unix.RTM_NEWLINK, name, unix.IFF_UP)
	})
}

// Veth makes a pair of interfaces: what goes into one comes out of the other.
// The peer is born in the network namespace of the process pid, so that nothing
// has to be moved, which would cost a grace period of the kernel's. Deleting
// either end deletes both. See veth(4).
func (k *Kernel) Veth(name, peer string, pid int, peerMAC net.HardwareAddr) error {
	c := journal.Call{
		Name: "RTM_NEWLINK", Man: "veth(4)",
		Args: args("nlmsg_flags", "NLM_F_CREATE|NLM_F_EXCL", "IFLA_IFNAME", name, "IFLA_INFO_KIND", "veth",
			"peer IFLA_IFNAME", peer, "peer IFLA_NET_NS_PID", itoa(pid), "peer IFLA_ADDRESS", peerMAC.String()),
		Sh: words("ip link add", Quote(name), "type veth peer name", Quote(peer), "netns", itoa(pid), "address", peerMAC.String()),
	}
	return k.network(c, sprint("make the pair of interfaces %s, here, and %s, in the network namespace of process %d", name, peer, pid), func() error {
		k.Plan("linkdel", name)
		a := netlink.NewLinkAttrs()
		a.Name = name
		v := netlink.NewVeth(a)
		v.PeerName, v.PeerHardwareAddr, v.PeerNamespace = peer, peerMAC, netlink.NsPid(pid)
		return netlink.LinkAdd(v)
	})
}

// LinkMaster makes an interface a port of a bridge.
func (k *Kernel) LinkMaster(name, bridge string) error {
	c := journal.Call{
		Name: "RTM_SETLINK", Man: rtnetlink, Args: args("IFLA_IFNAME", name, "IFLA_MASTER", bridge),
		Sh: words("ip link set", Quote(name), "master", Quote(bridge)),
	}
	return k.network(c, "make "+name+" a port of the bridge "+bridge, func() error {
		b, err := netlink.LinkByName(bridge)
		if err != nil {
			return noLink(err)
		}
		return link(unix.RTM_SETLINK, name, 0, nl.NewRtAttr(unix.IFLA_MASTER, nl.Uint32Attr(uint32(b.Attrs().Index))))
	})
}

// Address gives an interface an IPv4 address; one that it has already is no error.
func (k *Kernel) Address(name string, p netip.Prefix) error {
	c := journal.Call{
		Name: "RTM_NEWADDR", Man: rtnetlink, Args: args("ifa_index", name, "IFA_LOCAL", p.Addr().String(), "ifa_prefixlen", itoa(p.Bits()), "IFA_BROADCAST", "+"),
		Sh: words("ip addr add", p.String(), "broadcast + dev", Quote(name)),
	}
	return k.network(c, "give "+name+" the address "+p.String(), func() error {
		l, err := netlink.LinkByName(name)
		if err != nil {
			return noLink(err)
		}
		return there(netlink.AddrAdd(l, &netlink.Addr{IPNet: ipNet(p)}))
	})
}

// DefaultRoute sends what has no better route to a gateway, out of an interface.
func (k *Kernel) DefaultRoute(gateway netip.Addr, name string) error {
	c := journal.Call{
		Name: "RTM_NEWROUTE", Man: rtnetlink, Args: args("rtm_dst", "default", "RTA_GATEWAY", gateway.String(), "RTA_OIF", name),
		Sh: words("ip route add default via", gateway.String(), "dev", Quote(name)),
	}
	return k.network(c, "make "+gateway.String()+" the default gateway", func() error {
		l, err := netlink.LinkByName(name)
		if err != nil {
			return noLink(err)
		}
		return netlink.RouteAdd(&netlink.Route{LinkIndex: l.Attrs().Index, Gw: gateway.AsSlice()})
	})
}

// deleteLink is the inverse of Veth: target is the name of an interface of ours.
func deleteLink(name string) error {
	if !strings.HasPrefix(name, Prefix) {
		return errors.New("that is no interface of glassbox")
	}
	// Looked for first: where it is not, nobody need have the right to delete it.
	if _, err := netlink.LinkByName(name); errors.Is(noLink(err), unix.ENODEV) {
		return nil
	}
	return gone(link(unix.RTM_DELLINK, name, 0))
}

// link sends one message about the interface of that name; up is 0 or IFF_UP.
func link(kind int, name string, up uint32, attrs ...*nl.RtAttr) error {
	r := nl.NewNetlinkRequest(kind, unix.NLM_F_ACK)
	m := nl.NewIfInfomsg(unix.AF_UNSPEC)
	m.Change, m.Flags = up, up
	r.AddData(m)
	r.AddData(nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(name)))
	for _, a := range attrs {
		r.AddData(a)
	}
	_, err := r.Execute(unix.NETLINK_ROUTE, 0)
	return err
}

// there is nil for the error that says that a thing is there already.
func there(err error) error {
	if errors.Is(err, unix.EEXIST) {
		return nil
	}
	return err
}

// noLink gives the library's "not found" its errno.
func noLink(err error) error {
	var n netlink.LinkNotFoundError
	if errors.As(err, &n) {
		return unix.ENODEV
	}
	return err
}

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

// lacks are the errnos of a kernel that was built without what a message asks for.
var lacks = []unix.Errno{unix.EOPNOTSUPP, unix.EPROTONOSUPPORT, unix.EAFNOSUPPORT}

// network is do for netlink messages: it says what to do where the general table can't.
func (k *Kernel) network(c journal.Call, tried string, f func() error) error {
	err := k.do(c, tried, f)
	var e *Error
	if !errors.As(err, &e) || e.Mend != "" {
		return err
	}
	nft := strings.HasPrefix(c.Name, "NFT_")
	switch {
	case errors.Is(e.Err, unix.EPERM):
		e.Mend = "this needs CAP_NET_ADMIN: run as root, or use --network none"
	case nft && (Lacks(err) || errors.Is(e.Err, unix.ENOENT) || errors.Is(e.Err, unix.EINVAL)):
		e.Mend = "this kernel lacks nftables' NAT (modprobe nft_chain_nat nft_masq nft_fib_ipv4): use --network none or host"
	case Lacks(err):
		e.Mend = "this kernel lacks that kind of interface (modprobe bridge veth): use --network none or host"
	case errors.Is(e.Err, unix.ENODEV):
		e.Mend = "the interface is gone: somebody has deleted it meanwhile"
	}
	return err
}

// Lacks tells whether an error says that the kernel was built without what was asked for.
func Lacks(err error) bool {
	for _, n := range lacks {
		if errors.Is(err, n) {
			return true
		}
	}
	return false
}
