package userland

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// fullName is an interface's name, with its peer's: eth0@if5.
func fullName(l *record, names map[int]string) string {
	name := l.text(unix.IFLA_IFNAME)
	peer := int(l.number(unix.IFLA_LINK))
	if _, ok := l.attrs[unix.IFLA_LINK]; !ok {
		return name
	}
	_, elsewhere := l.attrs[unix.IFLA_LINK_NETNSID]
	switch {
	case peer == 0:
		return name + "@NONE"
	case elsewhere || names[peer] == "":
		return name + "@if" + strconv.Itoa(peer)
	}
	return name + "@" + names[peer]
}

func printLink(o opts, l *record, names map[int]string, withAddr bool) {
	line := fmt.Sprintf("%d: %s: <%s> mtu %d ", l.index(), fullName(l, names), linkFlags(l), l.number(unix.IFLA_MTU))
	if !o.has("6") {
		line += "qdisc " + l.text(unix.IFLA_QDISC) + " "
	}
	if n := l.number(unix.IFLA_MASTER); n != 0 && !o.has("6") {
		line += "master " + names[int(n)] + " "
	}
	line += "state " + state(l) + " "
	if mode := l.attrs[unix.IFLA_LINKMODE]; len(mode) == 1 && mode[0] == 1 {
		line += "mode DORMANT "
	} else if !withAddr {
		line += "mode DEFAULT "
	}
	group := "default"
	if n := l.number(unix.IFLA_GROUP); n != 0 {
		group = strconv.Itoa(int(n))
	}
	if !o.has("6") {
		line += "group " + group + " "
	}
	if n := l.number(unix.IFLA_TXQLEN); n != 0 {
		line += fmt.Sprintf("qlen %d", n)
	}
	if withAddr && (o.has("4") || o.has("6")) {
		printf("%s\n", line)
		return
	}
	kinds := map[uint16]string{
		unix.ARPHRD_ETHER: "ether", unix.ARPHRD_LOOPBACK: "loopback", unix.ARPHRD_NONE: "none",
		unix.ARPHRD_TUNNEL: "ipip", unix.ARPHRD_SIT: "sit", unix.ARPHRD_PPP: "ppp", unix.ARPHRD_TUNNEL6: "tunnel6", unix.ARPHRD_IPGRE: "gre",
	}
	kind := binary.NativeEndian.Uint16(l.body[2:])
	name, ok := kinds[kind]
	if !ok {
		name = fmt.Sprintf("[%d]", kind)
	}
	line += "\n    link/" + name + " "
	if mac := l.attrs[unix.IFLA_ADDRESS]; len(mac) > 0 {
		line += hardware(mac)
		if brd := l.attrs[unix.IFLA_BROADCAST]; len(brd) > 0 {
			sep := " brd "
			if binary.NativeEndian.Uint32(l.body[8:])&unix.IFF_POINTOPOINT != 0 {
				sep = " peer "
			}
			line += sep + hardware(brd)
		}
	}
	if _, ok := l.attrs[unix.IFLA_LINK_NETNSID]; ok {
		line += fmt.Sprintf(" link-netnsid %d", int32(l.number(unix.IFLA_LINK_NETNSID)))
	}
	printf("%s\n", line)
}

// hardware is a link-layer address: of four bytes it is an IPv4 address.
func hardware(b []byte) string {
	if ip, ok := netip.AddrFromSlice(b); ok && len(b) == 4 {
		return ip.String()
	}
	return net.HardwareAddr(b).String()
}

// linkFlags are the flags in iproute2's order: netdevice(7).
func linkFlags(l *record) string {
	flags := binary.NativeEndian.Uint32(l.body[8:])
	var all []string
	if flags&unix.IFF_UP != 0 && flags&unix.IFF_RUNNING == 0 {
		all = append(all, "NO-CARRIER")
	}
	for _, f := range []struct {
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
	} {
		if flags&f.bit != 0 {
			all = append(all, f.name)
		}
	}
	return strings.Join(all, ",")
}

func state(l *record) string {
	names := []string{"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"}
	if v := l.attrs[unix.IFLA_OPERSTATE]; len(v) == 1 && int(v[0]) < len(names) {
		return names[v[0]]
	}
	return names[0]
}
