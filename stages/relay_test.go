package stages

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"syscall"
	"testing"
	"time"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// relayTo starts a relay on a port of the kernel's choice, to a port of this host.
func relayTo(t *testing.T, proto string, container uint16) *relay {
	t.Helper()
	r, err := bind(kernel.New(&events{}, journal.Host), Port{HostIP: "127.0.0.1", Container: container, Proto: proto})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.stop)
	r.start(netip.MustParseAddr("127.0.0.1"))
	return r
}

// TestRelayHalfClose sends much both ways, and ends one direction before the other.
func TestRelayHalfClose(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() { // answers only when it has seen the end of what it was asked
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b, _ := io.ReadAll(c)
			_, _ = c.Write(b)
			_ = c.Close()
		}
	}()
	r := relayTo(t, "tcp", portOf(l.Addr()))
	c, err := net.Dial("tcp", r.tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	go func() {
		_, _ = c.Write(sent)
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.CloseWrite()
		}
	}()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	got, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d of %d bytes came back, %v", len(got), len(sent), err)
	}
}

// TestRelayRefused hands a refusal on as a reset, not as an empty answer.
func TestRelayRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := portOf(l.Addr())
	_ = l.Close()
	r := relayTo(t, "tcp", port)
	c, err := net.Dial("tcp", r.tcp.Addr().String())
	if err == nil {
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(time.Minute))
		_, err = c.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) { // Dial may see it already
		t.Errorf("%v; want a reset", err)
	}
}

// TestRelayDatagrams keeps the clients apart.
func TestRelayDatagrams(t *testing.T) {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	go func() {
		b := make([]byte, 1<<16)
		for {
			n, from, err := pc.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = pc.WriteTo(bytes.ToUpper(b[:n]), from)
		}
	}()
	r := relayTo(t, "udp", portOf(pc.LocalAddr()))
	var clients []net.Conn
	for range 20 {
		c, err := net.Dial("udp", r.udp.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		clients = append(clients, c)
	}
	for round := range 3 {
		for i, c := range clients {
			fmt.Fprintf(c, "client %d round %d", i, round)
		}
		for i, c := range clients {
			b := make([]byte, 100)
			_ = c.SetDeadline(time.Now().Add(time.Minute))
			n, err := c.Read(b)
			if want := fmt.Sprintf("CLIENT %d ROUND %d", i, round); err != nil || string(b[:n]) != want {
				t.Fatalf("%q, %v; want %q", b[:n], err, want)
			}
		}
	}
}

// TestRelayStops leaves neither a goroutine nor a port, with connections open each way.
func TestRelayStops(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // never accepts: the kernel does
	before := runtime.NumGoroutine()
	tcp, udp := relayTo(t, "tcp", portOf(l.Addr())), relayTo(t, "udp", portOf(l.Addr()))
	for range 10 {
		for _, a := range []net.Addr{tcp.tcp.Addr(), udp.udp.LocalAddr()} {
			c, err := net.Dial(a.Network(), a.String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := io.WriteString(c, "hello"); err != nil {
				t.Fatal(err)
			}
		}
	}
	tcp.stop()
	udp.stop()
	tcp.stop() // twice is no harm
	if n := runtime.NumGoroutine(); n > before {
		b := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before:\n%s", n, before, b[:runtime.Stack(b, true)])
	}
	for _, a := range []net.Addr{tcp.tcp.Addr(), udp.udp.LocalAddr()} {
		again, err := bind(kernel.New(&events{}, journal.Host), Port{HostIP: "127.0.0.1", Host: portOf(a), Proto: a.Network()})
		if err != nil {
			t.Errorf("%s is still held: %v", a, err)
			continue
		}
		again.stop()
	}
}

// TestBindTaken says in one sentence which port is taken.
func TestBindTaken(t *testing.T) {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	n := portOf(pc.LocalAddr())
	ev := &events{}
	_, err = bind(kernel.New(ev, journal.Host), Port{Host: n, Container: 53, Proto: "udp"})
	want := fmt.Sprintf("publish port %d/udp: address already in use: something on this host has port %d already, `ss -lunp sport = :%d` says what: choose another port with -p", n, n, n)
	if err == nil || err.Error() != want || !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("%v\nwant %s", err, want)
	}
	if c := ev.calls(); len(c) != 1 || c[0].Name != "bind" || c[0].Errno != "EADDRINUSE" || c[0].Ret != -1 {
		t.Errorf("%+v", c)
	}
}
