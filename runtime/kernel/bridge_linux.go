package kernel

import (
	"errors"
	"net"
	"strings"

	"github.com/vishvananda/netlink"

	"glassbox/runtime/journal"
)

// Bridge makes a bridge with that hardware address, unless one of ours is there
// already. lease is the path of the run's lease: the bridge goes with the last one.
func (k *Kernel) Bridge(name string, mac net.HardwareAddr, lease string) error {
	c := journal.Call{
		Name: "RTM_NEWLINK", Man: rtnetlink,
		Args: args("nlmsg_flags", "NLM_F_CREATE|NLM_F_EXCL", "IFLA_IFNAME", name, "IFLA_ADDRESS", mac.String(), "IFLA_INFO_KIND", "bridge"),
		Sh:   words("ip link add", Quote(name), "address", mac.String(), "type bridge"),
	}
	k.Plan("bridgedel", name+":"+lease)
	if _, err := netlink.LinkByName(name); err == nil && k.held == "" {
		return nil
	}
	return k.network(c, "make the bridge "+name, func() error {
		a := netlink.NewLinkAttrs()
		a.Name, a.HardwareAddr = name, mac
		return there(netlink.LinkAdd(&netlink.Bridge{LinkAttrs: a}))
	})
}

// deleteBridge is the inverse of Bridge: target is NAME:LEASE. The bridge goes
// when no other run has a lease, and nobody else has put a port of theirs on it.
func deleteBridge(target string) error {
	name, lease, ok := strings.Cut(target, ":")
	if !ok || !strings.HasPrefix(name, Prefix) {
		return errors.New("that is no bridge of glassbox")
	}
	if elsewhere(lease) {
		return nil
	}
	return locked(lease, func() error {
		if used, err := leave(lease); used || err != nil {
			return err
		}
		b, err := netlink.LinkByName(name)
		if err != nil {
			return gone(noLink(err))
		}
		all, err := netlink.LinkList()
		if err != nil {
			return err
		}
		for _, l := range all {
			if a := l.Attrs(); a.MasterIndex == b.Attrs().Index && !strings.HasPrefix(a.Name, Prefix) {
				return nil // somebody's own: the bridge is theirs now
			}
		}
		return deleteLink(name)
	})
}
