package stages

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// maxPorts is how many ports one -p may publish: each costs a socket and a rule.
const maxPorts = 1024

// parsePort reads what -p takes, in docker's forms:
//
//	[[IP:][HOST]:]CONTAINER[/tcp|/udp]
//
// HOST and CONTAINER are a port or a range (8000-8009) of the same length; a
// range of the host's with one port of the container's takes the first that is
// free. Without HOST the kernel chooses one. IP is an address of the host's, an
// IPv6 one in brackets; without it the port is published on every address.
func parsePort(s string) ([]Port, error) {
	ports, err := portsOf(s)
	if err != nil {
		return nil, fmt.Errorf("-p %s: %w (say [IP:][HOST]:CONTAINER[/udp], as in -p 8080:80)", s, err)
	}
	return ports, nil
}

func portsOf(s string) ([]Port, error) {
	rest, proto, ok := strings.Cut(s, "/")
	if !ok {
		proto = "tcp"
	}
	if proto = strings.ToLower(proto); proto != "tcp" && proto != "udp" {
		return nil, fmt.Errorf("%q is neither tcp nor udp", proto)
	}
	ip, host, container, err := fields(rest)
	if err != nil {
		return nil, err
	}
	c, err := rangeOf(container)
	if err != nil {
		return nil, err
	}
	var h span
	if host != "" {
		if h, err = rangeOf(host); err != nil {
			return nil, err
		}
	}
	switch {
	case c.len() > maxPorts || h.len() > maxPorts:
		return nil, fmt.Errorf("more than %d ports in one -p", maxPorts)
	case host == "":
		return spread(ip, span{}, c, proto), nil
	case c.len() == 1 && h.len() > 1:
		return []Port{{HostIP: ip, Host: h.first, HostEnd: h.last, Container: c.first, Proto: proto}}, nil
	case c.len() != h.len():
		return nil, fmt.Errorf("the range %s has %d ports, and %s has %d", host, h.len(), container, c.len())
	}
	return spread(ip, h, c, proto), nil
}

// fields cuts IP:HOST:CONTAINER, where the first two may lack.
func fields(s string) (ip, host, container string, err error) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return "", "", s, nil
	}
	s, container = s[:i], s[i+1:]
	i = strings.LastIndexByte(s, ':')
	if i < 0 {
		return "", s, container, nil
	}
	literal, host := s[:i], s[i+1:]
	if literal == "" {
		return "", host, container, nil
	}
	bracketed := strings.HasPrefix(literal, "[") && strings.HasSuffix(literal, "]")
	if bracketed {
		literal = literal[1 : len(literal)-1]
	}
	a, err := netip.ParseAddr(literal)
	switch {
	case err != nil || a.Zone() != "" || a.Is4() && bracketed:
		return "", "", "", fmt.Errorf("%q is no address: a host's name or an interface won't do", literal)
	case !a.Is4() && !bracketed:
		return "", "", "", fmt.Errorf("write the IPv6 address in brackets, [%s]", literal)
	}
	return a.Unmap().String(), host, container, nil
}

// span is a range of ports; the zero span means that the kernel chooses.
type span struct{ first, last uint16 }

func (s span) len() int { return int(s.last) - int(s.first) + 1 }

func rangeOf(s string) (span, error) {
	a, b, ok := strings.Cut(s, "-")
	if !ok {
		b = a
	}
	first, err := number(a)
	if err != nil {
		return span{}, err
	}
	last, err := number(b)
	if err != nil {
		return span{}, err
	}
	if last < first {
		return span{}, fmt.Errorf("the range %s goes backwards", s)
	}
	return span{first, last}, nil
}

func number(s string) (uint16, error) {
	if s == "" {
		return 0, errors.New("a port lacks")
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is no port, which is a number from 1 to 65535", s)
	}
	return uint16(n), nil
}

func spread(ip string, h, c span, proto string) []Port {
	var list []Port
	for i := range c.len() {
		p := Port{HostIP: ip, Container: c.first + uint16(i), Proto: proto}
		if h.first != 0 {
			p.Host = h.first + uint16(i)
		}
		list = append(list, p)
	}
	return list
}

// String is a port as docker shows it: 127.0.0.1:8080->80/tcp; every address is *.
func (p Port) String() string {
	at := p.address(p.Host)
	if p.HostIP == "" {
		at = "*" + at
	}
	return fmt.Sprintf("%s->%d/%s", at, p.Container, p.Proto)
}

// address is where the host listens.
func (p Port) address(host uint16) string {
	ip := p.HostIP
	if strings.Contains(ip, ":") {
		ip = "[" + ip + "]"
	}
	return ip + ":" + strconv.Itoa(int(host))
}
