package stages

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	dialTime   = 10 * time.Second // how long a container may take to accept
	idleTime   = 90 * time.Second // a datagram's sender is forgotten after that: docker-proxy's figure
	maxClients = 1024             // of one relay at a time
)

// relay listens on a published port of the host's and passes on to the
// container what nftables can't redirect: what is sent to a loopback address
// (that would need route_localnet, which opens the host's own services), and
// IPv6. It also keeps the port from being published twice.
type relay struct {
	port Port // Host is the port that was really taken
	tcp  net.Listener
	udp  *net.UDPConn
	wg   sync.WaitGroup
	once sync.Once
	to   atomic.Pointer[string] // the container's address and port

	mu    sync.Mutex
	conns map[io.Closer]bool

	ctx context.Context // ends with stop
	end context.CancelFunc
}

// start passes on to the container from now on.
func (r *relay) start(container netip.Addr) {
	r.aim(net.JoinHostPort(container.String(), strconv.Itoa(int(r.port.Container))))
	r.once.Do(func() {
		switch {
		case r.udp != nil:
			r.wg.Go(r.datagrams)
		case r.tcp != nil:
			r.wg.Go(r.accept)
		}
	})
}

// aim says where to pass on to; "" is nowhere for now.
func (r *relay) aim(to string) { r.to.Store(&to) }

// stop closes the port and every connection, and waits until nothing of the relay runs.
func (r *relay) stop() {
	r.mu.Lock()
	r.end()
	for c := range r.conns {
		_ = c.Close()
	}
	r.mu.Unlock()
	if r.tcp != nil {
		_ = r.tcp.Close()
	}
	if r.udp != nil {
		_ = r.udp.Close()
	}
	r.wg.Wait()
}

// keep remembers what stop is to close. It is false when stop was called, or
// when too many are open.
func (r *relay) keep(c io.Closer) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx.Err() != nil || len(r.conns) >= 2*maxClients {
		return false
	}
	r.conns[c] = true
	return true
}

func (r *relay) drop(c io.Closer) {
	r.mu.Lock()
	delete(r.conns, c)
	r.mu.Unlock()
	_ = c.Close()
}

func (r *relay) accept() {
	pause := time.Millisecond
	for {
		c, err := r.tcp.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // out of descriptors: the next one may go
			select {
			case <-r.ctx.Done():
				return
			case <-time.After(pause):
			}
			pause = min(2*pause, time.Second)
			continue
		}
		pause = time.Millisecond
		if !r.keep(c) {
			_ = c.Close()
			continue
		}
		r.wg.Go(func() { r.connect(c, *r.to.Load()) })
	}
}

// connect joins one client to the container, each direction until its end.
func (r *relay) connect(client net.Conn, to string) {
	defer r.drop(client)
	d := net.Dialer{Timeout: dialTime}
	server, err := d.DialContext(r.ctx, "tcp", to)
	if err != nil {
		if t, ok := client.(*net.TCPConn); ok {
			_ = t.SetLinger(0) // a reset, as the container's kernel would have answered
		}
		return
	}
	if !r.keep(server) {
		_ = server.Close()
		return
	}
	defer r.drop(server)
	var wg sync.WaitGroup
	wg.Go(func() { pipe(server, client) })
	wg.Go(func() { pipe(client, server) })
	wg.Wait()
}

// pipe copies until the end, and hands the end on.
func pipe(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if t, ok := to.(*net.TCPConn); ok && err == nil {
		_ = t.CloseWrite()
		return
	}
	_ = to.Close()
	_ = from.Close()
}
