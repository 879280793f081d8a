package observe

import (
	"net"
	"strconv"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"glassbox/runtime/proc"
)

// links returns the interfaces with their addresses, and their names by index.
func links() (map[int]string, []proc.Link, error) {
	names := map[int]string{}
	at := map[int]int{}
	list := []proc.Link{}
	below := map[int]int{} // index to the index of what it is on
	masters := map[int]int{}
	err := query(unix.RTM_GETLINK, unix.RTM_NEWLINK, make([]byte, unix.SizeofIfInfomsg), func(head []byte, a attrs) {
		l := link(head, a)
		names[l.Index], at[l.Index] = l.Name, len(list)
		if n := a.u32(unix.IFLA_LINK); n != 0 {
			below[l.Index] = int(n)
		}
		if n := a.u32(unix.IFLA_MASTER); n != 0 {
			masters[l.Index] = int(n)
		}
		list = append(list, l)
	})
	if err != nil {
		return nil, nil, err
	}
	for i := range list {
		l := &list[i]
		l.Master = names[masters[l.Index]]
		if n, ok := below[l.Index]; ok {
			// In another namespace only the number is known.
			if name := names[n]; name != "" && l.PeerNetns == nil {
				l.Peer = name
			} else {
				l.PeerIndex = n
			}
		}
	}
	err = query(unix.RTM_GETADDR, unix.RTM_NEWADDR, make([]byte, unix.SizeofIfAddrmsg), func(head []byte, a attrs) {
		if i, ok := at[int(native.Uint32(head[4:]))]; ok {
			list[i].Addrs = append(list[i].Addrs, addr(head, a))
		}
	})
	return names, list, err
}

// link reads one struct ifinfomsg with its attributes. See rtnetlink(7).
func link(head []byte, a attrs) proc.Link {
	m := nl.DeserializeIfInfomsg(head)
	l := proc.Link{
		Index: int(m.Index), Name: a.text(unix.IFLA_IFNAME), Flags: flags(m.Flags), MTU: int(a.u32(unix.IFLA_MTU)),
		Qdisc: a.text(unix.IFLA_QDISC), State: state(a.u8(unix.IFLA_OPERSTATE)), Group: "default",
		TxQueue: int(a.u32(unix.IFLA_TXQLEN)), Type: m.EncapType(),
		Address: hardware(a[unix.IFLA_ADDRESS], m.Type), Broadcast: hardware(a[unix.IFLA_BROADCAST], m.Type),
	}
	if n := a.u32(unix.IFLA_GROUP); n != 0 {
		l.Group = strconv.Itoa(int(n))
	}
	if b, ok := a[unix.IFLA_LINK_NETNSID]; ok && len(b) >= 4 {
		id := int(int32(native.Uint32(b)))
		l.PeerNetns = &id
	}
	if kind := parse(a[unix.IFLA_LINKINFO]).text(unix.IFLA_INFO_KIND); kind != "" {
		l.Info = &proc.LinkInfo{Kind: kind}
	}
	return l
}

// hardware writes a link-layer address; that of a tunnel is an IP address.
func hardware(b []byte, kind uint16) string {
	if len(b) == 4 && (kind == unix.ARPHRD_TUNNEL || kind == unix.ARPHRD_SIT || kind == unix.ARPHRD_IPGRE) {
		return net.IP(b).String()
	}
	return net.HardwareAddr(b).String()
}

// linkFlags are in the order in which ip(8) writes them.
var linkFlags = []struct {
	bit  uint32
	name string
}{
	{unix.IFF_LOOPBACK, "LOOPBACK"},
	{unix.IFF_BROADCAST, "BROADCAST"},
	{unix.IFF_POINTOPOINT, "POINTOPOINT"},
	{unix.IFF_MULTICAST, "MULTICAST"},
	{unix.IFF_NOARP, "NOARP"},
	{unix.IFF_ALLMULTI, "ALLMULTI"},
	{unix.IFF_PROMISC, "PROMISC"},
	{unix.IFF_MASTER, "MASTER"},
	{unix.IFF_SLAVE, "SLAVE"},
	{unix.IFF_DEBUG, "DEBUG"},
	{unix.IFF_DYNAMIC, "DYNAMIC"},
	{unix.IFF_AUTOMEDIA, "AUTOMEDIA"},
	{unix.IFF_PORTSEL, "PORTSEL"},
	{unix.IFF_NOTRAILERS, "NOTRAILERS"},
	{unix.IFF_UP, "UP"},
	{unix.IFF_LOWER_UP, "LOWER_UP"},
	{unix.IFF_DORMANT, "DORMANT"},
	{unix.IFF_ECHO, "ECHO"},
}

// flags are the names of an interface's flags. See netdevice(7).
func flags(bits uint32) []string {
	list := []string{}
	if bits&unix.IFF_UP != 0 && bits&unix.IFF_RUNNING == 0 {
		list = append(list, "NO-CARRIER")
	}
	for _, f := range linkFlags {
		if bits&f.bit != 0 {
			list = append(list, f.name)
		}
	}
	return list
}

// state is the name of a state of RFC 2863.
func state(n uint8) string {
	names := []string{"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"}
	if int(n) < len(names) {
		return names[n]
	}
	return strconv.Itoa(int(n))
}

// addr reads one struct ifaddrmsg: family, prefix, flags, scope (8 bits each), index.
func addr(head []byte, a attrs) proc.Addr {
	bits := uint32(head[2])
	if _, ok := a[unix.IFA_FLAGS]; ok {
		bits = a.u32(unix.IFA_FLAGS)
	}
	d := proc.Addr{
		Family: family(head[0]), Local: a.ip(unix.IFA_LOCAL), PrefixLen: int(head[1]),
		Broadcast: a.ip(unix.IFA_BROADCAST), Scope: scope(head[3]), Label: a.text(unix.IFA_LABEL),
		Dynamic:   bits&unix.IFA_F_PERMANENT == 0,
		Secondary: head[0] == unix.AF_INET && bits&unix.IFA_F_SECONDARY != 0,
		Temporary: head[0] == unix.AF_INET6 && bits&unix.IFA_F_TEMPORARY != 0,
		Tentative: bits&unix.IFA_F_TENTATIVE != 0, Deprecated: bits&unix.IFA_F_DEPRECATED != 0,
		DADFailed: bits&unix.IFA_F_DADFAILED != 0, NoDAD: bits&unix.IFA_F_NODAD != 0,
		NoPrefixRoute: bits&unix.IFA_F_NOPREFIXROUTE != 0,
	}
	switch far := a.ip(unix.IFA_ADDRESS); {
	case d.Local == "":
		d.Local = far
	case far != d.Local:
		d.Peer = far
	}
	if b := a[unix.IFA_CACHEINFO]; len(b) >= 8 {
		d.Preferred, d.Valid = native.Uint32(b), native.Uint32(b[4:])
	}
	return d
}

func family(n uint8) string {
	switch n {
	case unix.AF_INET:
		return "inet"
	case unix.AF_INET6:
		return "inet6"
	}
	return strconv.Itoa(int(n))
}

func scope(n uint8) string {
	switch n {
	case unix.RT_SCOPE_UNIVERSE:
		return "global"
	case unix.RT_SCOPE_SITE:
		return "site"
	case unix.RT_SCOPE_LINK:
		return "link"
	case unix.RT_SCOPE_HOST:
		return "host"
	case unix.RT_SCOPE_NOWHERE:
		return "nowhere"
	}
	return strconv.Itoa(int(n))
}
