package userland

import (
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ping sends echo requests over an ICMP datagram socket, which needs no
// privilege where net.ipv4.ping_group_range allows the group (icmp(7)), else over
// a raw one, which needs CAP_NET_RAW.
func ping(args []string) int {
	o, rest, err := getopt(args, "c:i:W:w:qn4")
	if err != nil || len(rest) != 1 {
		return misuse("ping", err)
	}
	n, err := o.number("c", 1<<62)
	if err != nil {
		return misuse("ping", err)
	}
	every, err := o.span("i", time.Second)
	if err != nil {
		return misuse("ping", err)
	}
	patience, err := o.span("W", 2*time.Second)
	if err != nil {
		return misuse("ping", err)
	}
	addr, err := net.ResolveIPAddr("ip4", rest[0])
	if err != nil {
		complain("ping", "%s: %v", rest[0], err)
		return 2
	}
	p, err := newPinger(addr.IP.To4(), patience)
	if err != nil {
		complain("ping", "socket: %s: a group in net.ipv4.ping_group_range, or CAP_NET_RAW, is needed", reason(err))
		return 2
	}
	printf("PING %s (%s) 56(84) bytes of data.\n", rest[0], addr)
	start := time.Now()
	stop := on(syscall.SIGINT)
	sent, got := int64(0), int64(0)
	for sent < n {
		sent++
		begun := time.Now()
		if p.once(uint16(sent), addr.String()) {
			got++
		}
		if sent == n {
			break
		}
		select {
		case <-stop:
			n = sent
		case <-time.After(time.Until(begun.Add(every))):
		}
	}
	printf("\n--- %s ping statistics ---\n%d packets transmitted, %d received, %d%% packet loss, time %dms\n",
		rest[0], sent, got, (sent-got)*100/sent, time.Since(start).Milliseconds())
	if got == 0 {
		return 1
	}
	return 0
}

type pinger struct {
	fd   int
	raw  bool
	id   uint16
	peer unix.SockaddrInet4
}

func newPinger(ip net.IP, patience time.Duration) (*pinger, error) {
	p := &pinger{id: uint16(os.Getpid())}
	copy(p.peer.Addr[:], ip)
	var err error
	p.fd, err = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.IPPROTO_ICMP)
	if err != nil {
		refused := err
		p.raw = true
		if p.fd, err = unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_ICMP); err != nil {
			return nil, refused
		}
	}
	tv := unix.NsecToTimeval(int64(patience))
	return p, unix.SetsockoptTimeval(p.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &tv)
}

// once sends one request and waits for its answer.
func (p *pinger) once(seq uint16, from string) bool {
	packet := make([]byte, 64)
	packet[0] = 8 // Echo request: RFC 792.
	binary.BigEndian.PutUint16(packet[4:], p.id)
	binary.BigEndian.PutUint16(packet[6:], seq)
	binary.BigEndian.PutUint16(packet[2:], checksum(packet))
	start := time.Now()
	if err := unix.Sendto(p.fd, packet, 0, &p.peer); err != nil {
		complain("ping", "sendmsg: %s", reason(err))
		return false
	}
	buf := make([]byte, 1500)
	for {
		n, _, err := unix.Recvfrom(p.fd, buf, 0)
		if err == unix.EINTR { //nolint:errorlint // A system call gives the number itself.
			continue
		}
		if err != nil {
			printf("no answer yet for icmp_seq=%d: %s\n", seq, reason(err))
			return false
		}
		answer, ttl := buf[:n], ""
		if p.raw && n > 20 {
			ttl = fmt.Sprintf(" ttl=%d", buf[8])
			answer = buf[int(buf[0]&15)*4 : n]
		}
		if len(answer) < 8 || answer[0] != 0 || binary.BigEndian.Uint16(answer[6:]) != seq ||
			p.raw && binary.BigEndian.Uint16(answer[4:]) != p.id {
			continue
		}
		printf("%d bytes from %s: icmp_seq=%d%s time=%.3f ms\n", len(answer), from, seq, ttl, float64(time.Since(start).Microseconds())/1000)
		return true
	}
}

// checksum is the Internet checksum: RFC 1071.
func checksum(b []byte) uint16 {
	sum := uint32(0)
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}
