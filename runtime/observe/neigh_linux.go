package observe

import (
	"net"

	"golang.org/x/sys/unix"

	"glassbox/runtime/proc"
)

// sizeofNdMsg is that of struct ndmsg: family (8 bits), 24 of padding, index (32),
// state (16), flags, type (8 each). See rtnetlink(7).
const sizeofNdMsg = 12

// neighs returns the neighbours whose link address is known or being looked for.
// Like ip(8), it leaves out those that need none.
func neighs(names map[int]string) ([]proc.Neigh, error) {
	list := []proc.Neigh{}
	err := query(unix.RTM_GETNEIGH, unix.RTM_NEWNEIGH, make([]byte, sizeofNdMsg), func(h []byte, a attrs) {
		bits := native.Uint16(h[8:])
		if f := h[0]; f != unix.AF_INET && f != unix.AF_INET6 || bits&^unix.NUD_NOARP == 0 {
			return
		}
		n := proc.Neigh{
			Dst: a.ip(unix.NDA_DST), Dev: names[int(native.Uint32(h[4:]))],
			Router: h[10]&unix.NTF_ROUTER != 0, State: neighState(bits),
		}
		if b := a[unix.NDA_LLADDR]; len(b) > 0 {
			n.LLAddr = net.HardwareAddr(b).String()
		}
		list = append(list, n)
	})
	return list, err
}

func neighState(bits uint16) []string {
	list := []string{}
	for _, s := range []struct {
		bit  uint16
		name string
	}{
		{unix.NUD_INCOMPLETE, "INCOMPLETE"},
		{unix.NUD_REACHABLE, "REACHABLE"},
		{unix.NUD_STALE, "STALE"},
		{unix.NUD_DELAY, "DELAY"},
		{unix.NUD_PROBE, "PROBE"},
		{unix.NUD_FAILED, "FAILED"},
		{unix.NUD_NOARP, "NOARP"},
		{unix.NUD_PERMANENT, "PERMANENT"},
	} {
		if bits&s.bit != 0 {
			list = append(list, s.name)
		}
	}
	return list
}
