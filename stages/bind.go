package stages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// bind takes a port of the host's: the first free one of a range.
func bind(k *kernel.Kernel, p Port) (*relay, error) {
	for host := p.Host; ; host++ {
		q := p
		q.Host, q.HostEnd = host, 0
		r, err := listen(k, q)
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) || host >= p.HostEnd {
			return r, err
		}
	}
}

// socat is what a person would type to take the port.
func socat(p Port, version string) string {
	on := fmt.Sprintf("socat %s%s-LISTEN:%d,fork,reuseaddr", strings.ToUpper(p.Proto), version, p.Host)
	if version != "" {
		host, _, _ := net.SplitHostPort(p.address(p.Host))
		if version == "6" {
			host = "[" + host + "]"
		}
		on += ",bind=" + host
	}
	return on + " -"
}

func listen(k *kernel.Kernel, p Port) (*relay, error) {
	r := &relay{port: p, conns: map[io.Closer]bool{}}
	r.ctx, r.end = context.WithCancel(context.Background())
	version, at := "", p.address(p.Host)
	if a, err := netip.ParseAddr(p.HostIP); err == nil {
		version = map[bool]string{true: "4", false: "6"}[a.Is4()]
	}
	c := journal.Call{
		Name: "bind", Man: "bind(2)", Args: []journal.Arg{{Name: "addr", Value: at}, {Name: "protocol", Value: p.Proto}},
		Sh: socat(p, version),
	}
	_, err := k.Do(c, fmt.Sprintf("publish port %d/%s", p.Host, p.Proto), func() (int64, error) {
		var err error
		if p.Proto == "udp" {
			var pc net.PacketConn
			if pc, err = net.ListenPacket("udp"+version, at); err == nil {
				r.udp, _ = pc.(*net.UDPConn)
			}
		} else {
			r.tcp, err = net.Listen("tcp"+version, at)
		}
		var n syscall.Errno
		if errors.As(err, &n) {
			return -1, n
		}
		return 0, err
	})
	if err != nil {
		r.end()
		return nil, taken(err, p)
	}
	switch {
	case r.udp != nil:
		r.port.Host = portOf(r.udp.LocalAddr())
	case r.tcp != nil:
		r.port.Host = portOf(r.tcp.Addr())
	}
	return r, nil
}

// taken says what to do when a port can't be had.
func taken(err error, p Port) error {
	var e *kernel.Error
	if !errors.As(err, &e) {
		return err
	}
	flag := map[string]string{"tcp": "t", "udp": "u"}[p.Proto]
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		e.Mend = fmt.Sprintf("something on this host has port %d already, `ss -l%snp sport = :%d` says what: choose another port with -p", p.Host, flag, p.Host)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		e.Mend = p.HostIP + " is no address of this host: see `ip addr`"
	case errors.Is(err, syscall.EACCES):
		e.Mend = "ports below net.ipv4.ip_unprivileged_port_start are root's: choose a higher one with -p"
	}
	return err
}

func portOf(a net.Addr) uint16 {
	p, _ := netip.ParseAddrPort(a.String())
	return p.Port()
}
