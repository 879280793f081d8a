package userland

import (
	"encoding/binary"
	"net"

	"golang.org/x/sys/unix"
)

func neighbours(o opts) int {
	names, err := interfaceNames()
	if err != nil {
		return fail("ip", err)
	}
	all, err := dump(unix.RTM_GETNEIGH, unix.RTM_NEWNEIGH, unix.SizeofNdMsg, unix.AF_UNSPEC)
	if err != nil {
		return fail("ip", err)
	}
	for i := range all {
		r := &all[i]
		ip, ok := r.addr(unix.NDA_DST)
		state := binary.NativeEndian.Uint16(r.body[8:])
		if !ok || state&unix.NUD_NOARP != 0 || o.has("4") && ip.Is6() || o.has("6") && ip.Is4() {
			continue
		}
		line := ip.String() + " dev " + names[r.index()]
		if mac := r.attrs[unix.NDA_LLADDR]; len(mac) > 0 {
			line += " lladdr " + net.HardwareAddr(mac).String()
		}
		if r.body[10]&unix.NTF_ROUTER != 0 {
			line += " router"
		}
		printf("%s %s \n", line, reachability(state))
	}
	return 0
}

func reachability(state uint16) string {
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
		{unix.NUD_PERMANENT, "PERMANENT"},
	} {
		if state&s.bit != 0 {
			return s.name
		}
	}
	return "NONE"
}

func arp([]string) int { return neighbours(opts{"4": {""}}) }
