package observe

import (
	"encoding/json"
	"net/netip"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// network adds interfaces, routes and neighbours of the network namespace that the
// reading thread is in.
func (r *reader) network() {
	names, links, err := links()
	r.dump("net.addr", "netlink RTM_GETLINK, RTM_GETADDR", links, err)
	routes, err := routes(names)
	r.dump("net.route", "netlink RTM_GETROUTE", routes, err)
	neighs, err := neighs(names)
	r.dump("net.neigh", "netlink RTM_GETNEIGH", neighs, err)
}

// dump adds a list in the shape of `ip -j`.
func (r *reader) dump(fact, source string, list any, err error) {
	if err != nil {
		r.fail(fact, source, err)
		return
	}
	b, err := json.Marshal(list)
	if err != nil {
		r.fail(fact, source, err)
		return
	}
	r.bytes(fact, source, b)
}

// query asks for a dump; each message's fixed head is size bytes long. See
// rtnetlink(7).
func query(ask, answer uint16, head []byte, each func(head []byte, attrs attrs)) error {
	req := nl.NewNetlinkRequest(int(ask), unix.NLM_F_DUMP)
	req.AddRawData(head)
	size := len(head)
	return req.ExecuteIter(unix.NETLINK_ROUTE, answer, func(msg []byte) bool {
		if len(msg) >= size {
			each(msg[:size], parse(msg[size:]))
		}
		return true
	})
}

// attrs are the attributes of a message by type; the payload's bytes belong to the
// message.
type attrs map[uint16][]byte

// parse reads attributes: a length and a type of 16 bits each, then the payload,
// padded to 4 bytes. Rubbish ends it. See netlink(7).
func parse(b []byte) attrs {
	a := attrs{}
	for len(b) >= unix.SizeofRtAttr {
		n := int(native.Uint16(b))
		if n < unix.SizeofRtAttr || n > len(b) {
			break
		}
		a[native.Uint16(b[2:])&^(unix.NLA_F_NESTED|unix.NLA_F_NET_BYTEORDER)] = b[unix.SizeofRtAttr:n]
		b = b[min((n+3)&^3, len(b)):]
	}
	return a
}

var native = nl.NativeEndian()

func (a attrs) text(t uint16) string { return unix.ByteSliceToString(a[t]) }

// u32 is a number of 32 bits, 0 where there is none.
func (a attrs) u32(t uint16) uint32 {
	if b := a[t]; len(b) >= 4 {
		return native.Uint32(b)
	}
	return 0
}

func (a attrs) u8(t uint16) uint8 {
	if b := a[t]; len(b) >= 1 {
		return b[0]
	}
	return 0
}

// ip is an address, "" where there is none.
func (a attrs) ip(t uint16) string {
	ip, ok := netip.AddrFromSlice(a[t])
	if !ok {
		return ""
	}
	return ip.String()
}
