package observe

import (
	"net/netip"
	"strconv"

	"golang.org/x/sys/unix"

	"glassbox/runtime/proc"
)

// routes returns the main table: IPv4 first, then IPv6.
func routes(names map[int]string) ([]proc.Route, error) {
	list := []proc.Route{}
	for _, f := range []uint8{unix.AF_INET, unix.AF_INET6} {
		head := make([]byte, unix.SizeofRtMsg)
		head[0] = f
		err := query(unix.RTM_GETROUTE, unix.RTM_NEWROUTE, head, func(h []byte, a attrs) {
			table := uint32(h[4])
			if _, ok := a[unix.RTA_TABLE]; ok {
				table = a.u32(unix.RTA_TABLE)
			}
			if table == unix.RT_TABLE_MAIN && native.Uint32(h[8:])&unix.RTM_F_CLONED == 0 {
				list = append(list, route(h, a, names))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// route reads one struct rtmsg: family, dst_len, src_len, tos, table, protocol,
// scope, type (8 bits each), flags. See rtnetlink(7).
func route(h []byte, a attrs, names map[int]string) proc.Route {
	r := proc.Route{
		Type: named(h[7], routeTypes), Dst: prefix(a.ip(unix.RTA_DST), int(h[1]), h[0]),
		Gateway: gateway(a), Dev: names[int(a.u32(unix.RTA_OIF))],
		Protocol: named(h[5], routeProtocols), PrefSrc: a.ip(unix.RTA_PREFSRC),
		Metric: int(a.u32(unix.RTA_PRIORITY)), Flags: hopFlags(uint8(native.Uint32(h[8:]))),
	}
	if h[0] == unix.AF_INET && h[6] != unix.RT_SCOPE_UNIVERSE {
		r.Scope = scope(h[6])
	}
	if _, ok := a[unix.RTA_PREF]; ok {
		r.Pref = map[uint8]string{0: "medium", 1: "high", 3: "low"}[a.u8(unix.RTA_PREF)]
	}
	r.Hops = hops(a[unix.RTA_MULTIPATH], names)
	return r
}

// gateway is the next hop; RTA_VIA names one of another family: two bytes, then the
// address.
func gateway(a attrs) string {
	if ip := a.ip(unix.RTA_GATEWAY); ip != "" {
		return ip
	}
	if via := a[unix.RTA_VIA]; len(via) > 2 {
		if ip, ok := netip.AddrFromSlice(via[2:]); ok {
			return ip.String()
		}
	}
	return ""
}

// hops reads the struct rtnexthops of a route with several ways: length (16 bits),
// flags, weight less one (8 bits each), index.
func hops(b []byte, names map[int]string) []proc.Hop {
	var list []proc.Hop
	for len(b) >= unix.SizeofRtNexthop {
		n := int(native.Uint16(b))
		if n < unix.SizeofRtNexthop || n > len(b) {
			break
		}
		list = append(list, proc.Hop{
			Gateway: gateway(parse(b[unix.SizeofRtNexthop:n])), Dev: names[int(native.Uint32(b[4:]))],
			Weight: int(b[3]) + 1, Flags: hopFlags(b[2]),
		})
		b = b[min((n+3)&^3, len(b)):]
	}
	return list
}

func prefix(ip string, n int, f uint8) string {
	full := map[uint8]int{unix.AF_INET: 32, unix.AF_INET6: 128}[f]
	switch n {
	case 0:
		return "default"
	case full:
		return ip
	}
	return ip + "/" + strconv.Itoa(n)
}

// routeTypes and routeProtocols leave out what ip(8) does not write: unicast and
// boot.
var (
	routeTypes = map[uint8]string{
		unix.RTN_UNSPEC: "none", unix.RTN_UNICAST: "", unix.RTN_LOCAL: "local", unix.RTN_BROADCAST: "broadcast",
		unix.RTN_ANYCAST: "anycast", unix.RTN_MULTICAST: "multicast", unix.RTN_BLACKHOLE: "blackhole",
		unix.RTN_UNREACHABLE: "unreachable", unix.RTN_PROHIBIT: "prohibit", unix.RTN_THROW: "throw", unix.RTN_NAT: "nat",
	}
	routeProtocols = map[uint8]string{
		unix.RTPROT_UNSPEC: "unspec", unix.RTPROT_REDIRECT: "redirect", unix.RTPROT_KERNEL: "kernel",
		unix.RTPROT_BOOT: "", unix.RTPROT_STATIC: "static", unix.RTPROT_RA: "ra", unix.RTPROT_DHCP: "dhcp",
		unix.RTPROT_BIRD: "bird", unix.RTPROT_ZEBRA: "zebra", unix.RTPROT_BABEL: "babel", unix.RTPROT_BGP: "bgp",
		unix.RTPROT_OSPF: "ospf", unix.RTPROT_RIP: "rip", unix.RTPROT_ISIS: "isis", unix.RTPROT_EIGRP: "eigrp",
		unix.RTPROT_KEEPALIVED: "keepalived",
	}
)

func named(n uint8, names map[uint8]string) string {
	if s, ok := names[n]; ok {
		return s
	}
	return strconv.Itoa(int(n))
}

func hopFlags(bits uint8) []string {
	list := []string{}
	for _, f := range []struct {
		bit  uint8
		name string
	}{
		{unix.RTNH_F_DEAD, "dead"},
		{unix.RTNH_F_ONLINK, "onlink"},
		{unix.RTNH_F_PERVASIVE, "pervasive"},
		{unix.RTNH_F_OFFLOAD, "offload"},
		{unix.RTNH_F_LINKDOWN, "linkdown"},
		{unix.RTNH_F_UNRESOLVED, "unresolved"},
	} {
		if bits&f.bit != 0 {
			list = append(list, f.name)
		}
	}
	return list
}
