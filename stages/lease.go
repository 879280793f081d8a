package stages

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// bridgeName is the one bridge that all containers of a host share.
const bridgeName = kernel.Prefix + "0"

// candidates are the subnets that are tried, the first that nobody on the host
// uses wins: private ones (RFC 1918) that neither docker, podman, CNI plugins,
// libvirt nor Kubernetes has for its default.
func candidates() []netip.Prefix {
	var list []netip.Prefix
	for _, f := range []string{"10.66.%d.0/24", "172.30.%d.0/24", "192.168.%d.0/24"} {
		for i := range 8 {
			list = append(list, netip.MustParsePrefix(fmt.Sprintf(f, 160+i)))
		}
	}
	return list
}

// errSubnets says that there is no room for a subnet.
var errSubnets = errors.New("every subnet that glassbox could take (10.66.160-167.0/24, 172.30.160-167.0/24, 192.168.160-167.0/24) is in use " +
	"on this host, as `ip route` shows: free one, or use --network none or host")

// choose picks the address of a new container among the leases of the others.
func choose(others []kernel.Lease) (netip.Prefix, error) {
	gateway, err := subnet(others)
	if err != nil {
		return netip.Prefix{}, err
	}
	return free(gateway, others)
}

// subnet finds the bridge's address: the one that it has, or the one that the
// others' leases imply, or the first address of a subnet that is not in use.
func subnet(others []kernel.Lease) (netip.Prefix, error) {
	p, _, err := bridged()
	if err != nil || p.IsValid() {
		return p, err
	}
	for _, o := range others {
		if o.Live && o.Address.IsValid() {
			return gatewayOf(o.Address), nil
		}
	}
	used, err := inUse()
	if err != nil {
		return netip.Prefix{}, err
	}
	for _, c := range candidates() {
		if !overlaps(used, c) {
			return gatewayOf(c), nil
		}
	}
	return netip.Prefix{}, errSubnets
}

func overlaps(used []netip.Prefix, c netip.Prefix) bool {
	for _, u := range used {
		if u.Overlaps(c) {
			return true
		}
	}
	return false
}

// gatewayOf is the first address of a subnet, which is the bridge's.
func gatewayOf(p netip.Prefix) netip.Prefix {
	return netip.PrefixFrom(p.Masked().Addr().Next(), p.Bits())
}

// free is the lowest address that nobody holds. The first is the gateway's, the last is for broadcasts.
func free(gateway netip.Prefix, others []kernel.Lease) (netip.Prefix, error) {
	taken := map[netip.Addr]bool{gateway.Addr(): true}
	for _, o := range others {
		if o.Live {
			taken[o.Address.Addr()] = true
		}
	}
	for a := gateway.Masked().Addr().Next(); gateway.Contains(a.Next()); a = a.Next() {
		if !taken[a] {
			return netip.PrefixFrom(a, gateway.Bits()), nil
		}
	}
	return netip.Prefix{}, fmt.Errorf("each address of %s is taken: stop one of the %d containers (`glassbox ps`)", gateway.Masked(), len(others))
}

// bridged is the address of our bridge, and whether it is up; the zero Prefix
// where there is no bridge yet, or it has no address yet.
func bridged() (address netip.Prefix, up bool, err error) {
	l, err := netlink.LinkByName(bridgeName)
	var none netlink.LinkNotFoundError
	if errors.As(err, &none) {
		return address, false, nil
	}
	if err != nil {
		return address, false, fmt.Errorf("look for the bridge %s: %w", bridgeName, err)
	}
	//nolint:forbidigo // the field is only read
	if l.Type() != "bridge" || !strings.HasPrefix(l.Attrs().HardwareAddr.String(), macPrefix) {
		return address, false, fmt.Errorf("the interface %s is there already and is not glassbox's: rename it (ip link set %s name …), or use --network none or host", bridgeName, bridgeName)
	}
	up = l.Attrs().Flags&net.FlagUp != 0
	addrs, err := netlink.AddrList(l, netlink.FAMILY_V4)
	if err != nil {
		return address, up, fmt.Errorf("read the addresses of %s: %w", bridgeName, err)
	}
	for _, a := range addrs {
		if p, ok := prefixOf(a.IPNet.String()); ok {
			return p, up, nil
		}
	}
	return address, up, nil
}

// inUse are the subnets that the host reaches by some route of any table, has
// addresses in, or asks for names.
func inUse() ([]netip.Prefix, error) {
	routes, err := netlink.RouteListFiltered(netlink.FAMILY_V4, &netlink.Route{Table: unix.RT_TABLE_UNSPEC}, netlink.RT_FILTER_TABLE)
	if err != nil {
		return nil, fmt.Errorf("read the host's routes: %w", err)
	}
	addrs, err := netlink.AddrList(nil, netlink.FAMILY_V4)
	if err != nil {
		return nil, fmt.Errorf("read the host's addresses: %w", err)
	}
	var list []netip.Prefix
	add := func(s string) {
		if p, ok := prefixOf(s); ok && p.Bits() > 0 {
			list = append(list, p.Masked())
		}
	}
	for _, r := range routes {
		if r.Dst != nil {
			add(r.Dst.String())
		}
	}
	for _, a := range addrs {
		add(a.IPNet.String())
	}
	b, _ := os.ReadFile(resolvPath)
	for _, n := range nameservers(b) {
		if n.Is4() {
			list = append(list, netip.PrefixFrom(n, 32))
		}
	}
	return list, nil
}

func prefixOf(s string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(s)
	return p, err == nil && p.Addr().Is4()
}
