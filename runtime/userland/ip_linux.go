package userland

import (
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ip shows what the kernel's network namespace holds, in iproute2's form.
func ip(args []string) int {
	o := opts{}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		switch args[0] {
		case "-4", "-6":
			o[args[0][1:]] = []string{""}
		case "-br", "-brief", "--brief":
			o["br"] = []string{""}
		case "-f":
			args = args[1:]
		case "-o", "-c", "-s", "-d":
		default:
			return misuse("ip", fmt.Errorf("option \"%s\" is unknown", args[0]))
		}
		args = args[min(1, len(args)):]
	}
	if len(args) == 0 {
		return misuse("ip", fmt.Errorf("say what to show: addr, link, route or neigh"))
	}
	what := args[0]
	dev, err := shownDevice(args[1:])
	if err != nil {
		complain("ip", "%v", err)
		return 255
	}
	begins := func(full string) bool { return strings.HasPrefix(full, what) }
	switch {
	case begins("address"), what == "addr":
		return addresses(o, dev, true)
	case begins("link"):
		return addresses(o, dev, false)
	case begins("route"):
		return routes(o)
	case begins("neighbour"), begins("neighbor"):
		return neighbours(o)
	}
	complain("ip", "object \"%s\" is unknown: addr, link, route and neigh can be shown", what)
	return 1
}

// shownDevice reads what follows the object: [show|list] [dev NAME].
func shownDevice(args []string) (string, error) {
	for len(args) > 0 {
		switch args[0] {
		case "show", "list", "ls", "sh", "s", "l", "dev":
			args = args[1:]
		case "add", "del", "delete", "set", "replace", "change", "flush":
			return "", fmt.Errorf("this ip only shows; the demo image has nothing to %s with", args[0])
		default:
			return args[0], nil
		}
	}
	return "", nil
}

// addresses prints interfaces, with their addresses or without.
func addresses(o opts, dev string, withAddr bool) int {
	ifs, err := links()
	if err != nil {
		return fail("ip", err)
	}
	addrs, err := dump(unix.RTM_GETADDR, unix.RTM_NEWADDR, unix.SizeofIfAddrmsg, unix.AF_UNSPEC)
	if err != nil {
		return fail("ip", err)
	}
	names := map[int]string{}
	for i := range ifs {
		names[ifs[i].index()] = ifs[i].text(unix.IFLA_IFNAME)
	}
	found := false
	for i := range ifs {
		l := &ifs[i]
		name := l.text(unix.IFLA_IFNAME)
		if dev != "" && dev != name {
			continue
		}
		found = true
		var own []*record
		for k := range addrs {
			a := &addrs[k]
			v4 := a.body[0] == unix.AF_INET
			if int(binary.NativeEndian.Uint32(a.body[4:])) == l.index() && (v4 || !o.has("4")) && (!v4 || !o.has("6")) {
				own = append(own, a)
			}
		}
		switch {
		case withAddr && len(own) == 0 && (o.has("4") || o.has("6")):
		case o.has("br"):
			printf("%s\n", brief(l, own, names, withAddr))
		default:
			printLink(o, l, names, withAddr)
			for _, a := range own {
				if withAddr {
					printAddr(a)
				}
			}
		}
	}
	if !found && dev != "" {
		complain("Device", "\"%s\" does not exist.", dev)
		return 1
	}
	return 0
}

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

// brief is a line of ip -br.
func brief(l *record, own []*record, names map[int]string, withAddr bool) string {
	line := fmt.Sprintf("%-16s %-14s ", fullName(l, names), state(l))
	if !withAddr {
		return line + fmt.Sprintf("%s <%s> ", net.HardwareAddr(l.attrs[unix.IFLA_ADDRESS]), linkFlags(l))
	}
	for _, a := range own {
		line += prefix(a) + " "
	}
	return line
}

// prefix is an address with its length; local is one's own end, if there are two.
func prefix(a *record) string {
	ip, ok := a.addr(unix.IFA_LOCAL)
	if !ok {
		ip, _ = a.addr(unix.IFA_ADDRESS)
	}
	if peer, ok := a.addr(unix.IFA_ADDRESS); ok && peer != ip {
		return fmt.Sprintf("%s peer %s/%d", ip, peer, a.body[1])
	}
	return fmt.Sprintf("%s/%d", ip, a.body[1])
}

func printAddr(a *record) {
	family := "inet"
	if a.body[0] == unix.AF_INET6 {
		family = "inet6"
	}
	line := "    " + family + " " + prefix(a)
	if brd, ok := a.addr(unix.IFA_BROADCAST); ok {
		line += " brd " + brd.String()
	}
	scopes := map[byte]string{unix.RT_SCOPE_UNIVERSE: "global", unix.RT_SCOPE_SITE: "site", unix.RT_SCOPE_LINK: "link", unix.RT_SCOPE_HOST: "host"}
	line += " scope " + scopes[a.body[3]] + " "
	flags := uint32(a.body[2])
	if n := a.number(unix.IFA_FLAGS); n != 0 {
		flags = n
	}
	dynamic := flags&unix.IFA_F_PERMANENT == 0
	for _, f := range []struct {
		bit  uint32
		name string
	}{
		{unix.IFA_F_SECONDARY, "secondary "},
		{unix.IFA_F_TENTATIVE, "tentative "},
		{unix.IFA_F_DEPRECATED, "deprecated "},
		{unix.IFA_F_NODAD, "nodad "},
		{unix.IFA_F_DADFAILED, "dadfailed "},
		{unix.IFA_F_MANAGETEMPADDR, "mngtmpaddr "},
		{unix.IFA_F_NOPREFIXROUTE, "noprefixroute "},
	} {
		if flags&f.bit != 0 {
			line += f.name
		}
	}
	if dynamic {
		line += "dynamic "
	}
	line += a.text(unix.IFA_LABEL)
	valid, preferred := "forever", "forever"
	if c := a.attrs[unix.IFA_CACHEINFO]; len(c) >= 8 {
		preferred, valid = lifetime(binary.NativeEndian.Uint32(c)), lifetime(binary.NativeEndian.Uint32(c[4:]))
	}
	printf("%s\n       valid_lft %s preferred_lft %s\n", line, valid, preferred)
}

func lifetime(sec uint32) string {
	if sec == math.MaxUint32 {
		return "forever"
	}
	return strconv.Itoa(int(sec)) + "sec"
}
