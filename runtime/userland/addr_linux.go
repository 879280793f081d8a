package userland

import (
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"strconv"

	"golang.org/x/sys/unix"
)

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
