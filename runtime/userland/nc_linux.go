package userland

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// nc joins standard input and output to a connection. -l waits for one, -z only
// tells whether there is somebody.
func nc(args []string) int {
	o, rest, err := getopt(args, "lp:uzvw:n")
	if err != nil {
		return misuse("nc", err)
	}
	network := "tcp"
	if o.has("u") {
		network = "udp"
	}
	port := o.get("p", "")
	if port == "" && len(rest) > 0 {
		port, rest = rest[len(rest)-1], rest[:len(rest)-1]
	}
	host := ""
	if len(rest) > 0 {
		host = rest[0]
	}
	patience, err := o.span("w", 0)
	if err != nil || port == "" || host == "" && !o.has("l") {
		return misuse("nc", err)
	}
	at := net.JoinHostPort(host, port)
	if o.has("l") {
		return listen(network, at)
	}
	c, err := net.DialTimeout(network, at, patience)
	if err != nil {
		return complain("nc", "%s: %s", at, reason(err))
	}
	if o.has("v") {
		_, _ = fmt.Fprintf(os.Stderr, "Connection to %s port [%s/%s] succeeded!\n", host, network, port)
	}
	if o.has("z") {
		_ = c.Close()
		return 0
	}
	return pipe(c)
}

func listen(network, at string) int {
	if network == "udp" {
		c, err := net.ListenPacket(network, at)
		if err != nil {
			return complain("nc", "%s: %s", at, reason(err))
		}
		buf := make([]byte, 64<<10)
		for {
			n, _, err := c.ReadFrom(buf)
			if err != nil {
				return complain("nc", "%s", reason(err))
			}
			_, _ = os.Stdout.Write(buf[:n])
		}
	}
	l, err := net.Listen(network, at)
	if err != nil {
		return complain("nc", "%s: %s", at, reason(err))
	}
	c, err := l.Accept()
	_ = l.Close()
	if err != nil {
		return complain("nc", "%s", reason(err))
	}
	return pipe(c)
}

// pipe copies both ways until the peer has sent all.
func pipe(c net.Conn) int {
	go func() {
		_, _ = io.Copy(c, os.Stdin)
		if half, ok := c.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
	}()
	if _, err := io.Copy(os.Stdout, c); err != nil {
		return complain("nc", "%s", reason(err))
	}
	return 0
}

// nslookup says which server was asked, and what it said.
func nslookup(args []string) int {
	if len(args) != 1 {
		return misuse("nslookup", nil)
	}
	text, _ := os.ReadFile("/etc/resolv.conf")
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "nameserver" {
			printf("Server:\t%s\n", f[1])
			break
		}
	}
	addrs, err := lookupHost(args[0])
	if err != nil {
		return complain("nslookup", "%v", err)
	}
	for _, a := range addrs {
		printf("Name:\t%s\nAddress: %s\n", args[0], a)
	}
	return 0
}

func lookupHost(name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	addrs, err := net.DefaultResolver.LookupHost(ctx, name)
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return nil, fmt.Errorf("can't find %s: no such name", name)
	}
	return addrs, err
}

// hosts is getent hosts.
func hosts(names []string) int {
	status := 0
	for _, name := range names {
		addrs, err := lookupHost(name)
		if err != nil || len(addrs) == 0 {
			status = 2
			continue
		}
		printf("%-15s %s\n", addrs[0], name)
	}
	return status
}
