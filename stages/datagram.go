package stages

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// datagrams passes on what clients send, each through a socket of its own, so
// that the answers find their way back.
func (r *relay) datagrams() {
	var mu sync.Mutex
	clients := map[netip.AddrPort]net.Conn{}
	b := make([]byte, 64<<10)
	for {
		n, from, err := r.udp.ReadFromUDPAddrPort(b)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		mu.Lock()
		server := clients[from]
		if server == nil && len(clients) < maxClients {
			if server, err = net.Dial("udp", *r.to.Load()); err == nil {
				if r.keep(server) {
					clients[from] = server
					r.wg.Go(func() {
						r.answers(server, from)
						mu.Lock()
						delete(clients, from)
						mu.Unlock()
						r.drop(server)
					})
				} else {
					_ = server.Close()
					server = nil
				}
			}
		}
		mu.Unlock()
		if server != nil {
			_ = server.SetReadDeadline(time.Now().Add(idleTime))
			_, _ = server.Write(b[:n]) // lost, as datagrams are
		}
	}
}

// answers sends a client what the container answers, until both have been silent for long.
func (r *relay) answers(server net.Conn, client netip.AddrPort) {
	b := make([]byte, 64<<10)
	_ = server.SetReadDeadline(time.Now().Add(idleTime))
	for {
		n, err := server.Read(b)
		if errors.Is(err, syscall.ECONNREFUSED) { // nobody listens in there yet
			continue
		}
		if err != nil {
			return
		}
		_ = server.SetReadDeadline(time.Now().Add(idleTime))
		_, _ = r.udp.WriteToUDPAddrPort(b[:n], client)
	}
}
