package observe

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// kind says how the bytes of a register are to be written.
type kind int

const (
	raw      kind = iota // 0x and digits
	address              // of IPv4 or IPv6
	port                 // big-endian number
	name                 // of an interface
	protocol             // tcp
	nfproto              // ipv4
	hostHex              // 0x00000001, in the machine's order: marks
	hostNum              // a number in the machine's order
	ctState              // established,related
	ctStatus             // dnat
	addrType             // local
)

var (
	protocols  = map[byte]string{unix.IPPROTO_ICMP: "icmp", unix.IPPROTO_TCP: "tcp", unix.IPPROTO_UDP: "udp", unix.IPPROTO_ICMPV6: "ipv6-icmp", unix.IPPROTO_SCTP: "sctp"}
	nfprotos   = map[byte]string{unix.NFPROTO_IPV4: "ipv4", unix.NFPROTO_IPV6: "ipv6"}
	addrTypes  = map[uint32]string{unix.RTN_UNICAST: "unicast", unix.RTN_LOCAL: "local", unix.RTN_BROADCAST: "broadcast", unix.RTN_MULTICAST: "multicast", unix.RTN_BLACKHOLE: "blackhole"}
	stateNames = []word{{2, "established"}, {4, "related"}, {8, "new"}, {1, "invalid"}, {64, "untracked"}}
	statNames  = []word{{1, "expected"}, {2, "seen-reply"}, {4, "assured"}, {8, "confirmed"}, {16, "snat"}, {32, "dnat"}, {512, "dying"}}
)

type word struct {
	bit  uint32
	name string
}

// datum writes bytes of a kind in nft(8)'s words.
func datum(k kind, b []byte) string {
	host := func() uint32 {
		if len(b) != 4 {
			return 0
		}
		return native.Uint32(b)
	}
	switch {
	case k == address && (len(b) == 4 || len(b) == 16):
		ip, _ := netip.AddrFromSlice(b)
		return ip.String()
	case k == port && len(b) >= 2:
		return strconv.Itoa(int(binary.BigEndian.Uint16(b)))
	case k == name:
		if text := unix.ByteSliceToString(b); len(text) < len(b) {
			return strconv.Quote(text)
		}
		return strconv.Quote(string(b) + "*") // not ended: the beginning of a name
	case k == protocol && len(b) >= 1:
		if p, ok := protocols[b[0]]; ok {
			return p
		}
		return strconv.Itoa(int(b[0]))
	case k == nfproto && len(b) >= 1:
		return nfprotos[b[0]]
	case k == hostHex && len(b) == 4:
		return "0x" + hex.EncodeToString(binary.BigEndian.AppendUint32(nil, host()))
	case k == hostNum && len(b) == 4:
		return strconv.FormatUint(uint64(host()), 10)
	case k == addrType && addrTypes[host()] != "":
		return addrTypes[host()]
	case k == ctState && len(b) == 4:
		return words(stateNames, host())
	case k == ctStatus && len(b) == 4:
		return words(statNames, host())
	}
	return "0x" + hex.EncodeToString(b)
}

func words(names []word, n uint32) string {
	var list []string
	for _, w := range names {
		if n&w.bit != 0 {
			list = append(list, w.name)
		}
	}
	return strings.Join(list, ",")
}

// prefixLen is the number of leading ones of a mask, and whether it is one of a
// prefix.
func prefixLen(mask []byte) (int, bool) {
	n := 0
	for i, b := range mask {
		ones := bits.LeadingZeros8(^b)
		n += ones
		if ones < 8 {
			if b<<ones != 0 {
				return 0, false
			}
			for _, rest := range mask[i+1:] {
				if rest != 0 {
					return 0, false
				}
			}
			break
		}
	}
	return n, true
}

// span writes an interval from a key to the one before end: a prefix, where it is one.
func span(k kind, from, end []byte) string {
	last := append([]byte(nil), end...)
	for i := len(last) - 1; i >= 0; i-- {
		last[i]--
		if last[i] != 0xff {
			break
		}
	}
	if string(last) == string(from) {
		return datum(k, from)
	}
	if k == address {
		mask := make([]byte, len(from))
		for i := range mask {
			mask[i] = ^(from[i] ^ last[i])
		}
		if n, ok := prefixLen(mask); ok && aligned(from, mask) && full(last, mask) {
			return datum(k, from) + "/" + strconv.Itoa(n)
		}
	}
	return datum(k, from) + "-" + datum(k, last)
}

func aligned(from, mask []byte) bool {
	for i := range from {
		if from[i]&^mask[i] != 0 {
			return false
		}
	}
	return true
}

func full(last, mask []byte) bool {
	for i := range last {
		if last[i]|mask[i] != 0xff {
			return false
		}
	}
	return true
}
