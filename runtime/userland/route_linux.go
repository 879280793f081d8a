package userland

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// record is one answer of a route netlink dump: its fixed part and attributes.
type record struct {
	body  []byte
	attrs map[uint16][]byte
}

// dump asks rtnetlink(7) for all of one kind; fixed is how long the fixed part
// of an answer is.
func dump(request, answer int, fixed int, family int) ([]record, error) {
	raw, err := syscall.NetlinkRIB(request, family)
	if err != nil {
		return nil, fmt.Errorf("ask the kernel over netlink: %w", err)
	}
	msgs, err := syscall.ParseNetlinkMessage(raw)
	if err != nil {
		return nil, fmt.Errorf("the kernel's answer over netlink: %w", err)
	}
	var all []record
	for _, m := range msgs {
		if int(m.Header.Type) == answer && len(m.Data) >= fixed {
			all = append(all, record{m.Data[:fixed], attributes(m.Data[fixed:])})
		}
	}
	return all, nil
}

// attributes reads a list of struct rtattr, each padded to four bytes.
func attributes(b []byte) map[uint16][]byte {
	all := map[uint16][]byte{}
	for len(b) >= unix.SizeofRtAttr {
		n := int(binary.NativeEndian.Uint16(b))
		if n < unix.SizeofRtAttr || n > len(b) {
			break
		}
		all[binary.NativeEndian.Uint16(b[2:])&^unix.NLA_F_NESTED] = b[unix.SizeofRtAttr:n]
		b = b[min(len(b), (n+3)&^3):]
	}
	return all
}

// number is a 32-bit attribute; 0 when there is none.
func (r *record) number(a uint16) uint32 {
	if v := r.attrs[a]; len(v) >= 4 {
		return binary.NativeEndian.Uint32(v)
	}
	return 0
}

func (r *record) text(a uint16) string { return strings.TrimRight(string(r.attrs[a]), "\x00") }

func (r *record) addr(a uint16) (netip.Addr, bool) {
	ip, ok := netip.AddrFromSlice(r.attrs[a])
	return ip, ok
}

// index is an interface's, which ifinfomsg and ndmsg have in the same place.
func (r *record) index() int { return int(int32(binary.NativeEndian.Uint32(r.body[4:]))) }

// links are the interfaces.
func links() ([]record, error) {
	return dump(unix.RTM_GETLINK, unix.RTM_NEWLINK, unix.SizeofIfInfomsg, unix.AF_UNSPEC)
}

// interfaceNames are the interfaces' names by index.
func interfaceNames() (map[int]string, error) {
	all, err := links()
	names := map[int]string{}
	for i := range all {
		names[all[i].index()] = all[i].text(unix.IFLA_IFNAME)
	}
	return names, err
}

func routes(o opts) int {
	names, err := interfaceNames()
	if err != nil {
		return fail("ip", err)
	}
	family := unix.AF_INET
	if o.has("6") {
		family = unix.AF_INET6
	}
	all, err := dump(unix.RTM_GETROUTE, unix.RTM_NEWROUTE, unix.SizeofRtMsg, family)
	if err != nil {
		return fail("ip", err)
	}
	for i := range all {
		r := &all[i]
		table := uint32(r.body[4])
		if n := r.number(unix.RTA_TABLE); n != 0 {
			table = n
		}
		if table == unix.RT_TABLE_MAIN && int(r.body[0]) == family && binary.NativeEndian.Uint32(r.body[8:])&unix.RTM_F_CLONED == 0 {
			printf("%s\n", route(r, names, family))
		}
	}
	return 0
}

// route is a line of ip route.
func route(r *record, names map[int]string, family int) string {
	bits, protocol, scope, kind := int(r.body[1]), r.body[5], r.body[6], r.body[7]
	full := 32
	if family == unix.AF_INET6 {
		full = 128
	}
	dst := "default"
	if ip, ok := r.addr(unix.RTA_DST); ok {
		dst = ip.String()
		if bits != full {
			dst += "/" + strconv.Itoa(bits)
		}
	}
	kinds := map[byte]string{unix.RTN_BLACKHOLE: "blackhole ", unix.RTN_UNREACHABLE: "unreachable ", unix.RTN_PROHIBIT: "prohibit "}
	line := kinds[kind] + dst + " "
	if via, ok := r.addr(unix.RTA_GATEWAY); ok {
		line += "via " + via.String() + " "
	}
	if n := r.number(unix.RTA_OIF); n != 0 {
		line += "dev " + names[int(n)] + " "
	}
	protocols := map[byte]string{unix.RTPROT_KERNEL: "kernel", unix.RTPROT_STATIC: "static", unix.RTPROT_RA: "ra", unix.RTPROT_DHCP: "dhcp"}
	if name := protocols[protocol]; name != "" {
		line += "proto " + name + " "
	}
	scopes := map[byte]string{unix.RT_SCOPE_LINK: "link", unix.RT_SCOPE_HOST: "host"}
	if name := scopes[scope]; name != "" && family == unix.AF_INET {
		line += "scope " + name + " "
	}
	if src, ok := r.addr(unix.RTA_PREFSRC); ok {
		line += "src " + src.String() + " "
	}
	if n := r.number(unix.RTA_PRIORITY); n != 0 {
		line += "metric " + strconv.Itoa(int(n)) + " "
	}
	flags := binary.NativeEndian.Uint32(r.body[8:])
	for bit, name := range map[uint32]string{unix.RTNH_F_LINKDOWN: "linkdown ", unix.RTNH_F_ONLINK: "onlink "} {
		if flags&bit != 0 {
			line += name
		}
	}
	if family == unix.AF_INET6 {
		line += "pref " + preference(r.attrs[unix.RTA_PREF])
	}
	return line
}

func preference(b []byte) string {
	if len(b) == 0 || b[0] == 0 {
		return "medium"
	}
	return map[byte]string{1: "high", 3: "low"}[b[0]]
}
