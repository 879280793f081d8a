package image

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"syscall"
)

// errPlain is wrapped where plain HTTP was asked for and is not allowed.
var errPlain = errors.New("plain HTTP is not allowed")

// door decides between http and https, and whether a certificate is verified.
// Without both: loopback, as docker does, and the hosts that the user named.
type door struct {
	safe, lax http.RoundTripper
	registry  string // host:port of the registry
	insecure  []string

	mu     sync.Mutex
	chosen map[string]string // the scheme that a host was found to speak
}

// RoundTrip sends a request the way that its host allows.
func (d *door) RoundTrip(req *http.Request) (*http.Response, error) {
	at := req.URL.Host
	if !d.trusts(at) {
		if req.URL.Scheme == "http" {
			return nil, refuse(errPlain, "if you trust the network between, add --insecure-registry "+at, "%s would be spoken to over plain HTTP", at)
		}
		return d.safe.RoundTrip(req)
	}
	d.mu.Lock()
	scheme := d.chosen[at]
	d.mu.Unlock()
	if scheme != "" {
		return d.by(scheme, req)
	}
	order := []string{"https", "http"}
	if loopback(at) {
		order = []string{"http", "https"} // a registry on the same machine seldom has a certificate
	}
	resp, err := d.by(order[0], req)
	if d.other(req, resp, err) {
		// Failing too, it does not change what is said.
		if again, e := d.by(order[1], req); e == nil {
			if resp != nil {
				_ = resp.Body.Close()
			}
			resp, err, order[0] = again, nil, order[1]
		}
	}
	if err == nil {
		d.mu.Lock()
		d.chosen[at] = order[0]
		d.mu.Unlock()
	}
	return resp, err
}

// other says whether the other scheme may be the right one: after an error that
// is not a closed port's, and after the 400 with which servers that await TLS
// answer plain HTTP.
func (d *door) other(req *http.Request, resp *http.Response, err error) bool {
	if err != nil {
		return req.Context().Err() == nil && !errors.Is(err, syscall.ECONNREFUSED)
	}
	return resp.StatusCode == http.StatusBadRequest && loopback(req.URL.Host)
}

func (d *door) by(scheme string, req *http.Request) (*http.Response, error) {
	r := req.Clone(req.Context())
	r.URL.Scheme = scheme
	return d.lax.RoundTrip(r)
}

// trusts says whether a host, with or without a port, may do without TLS.
func (d *door) trusts(at string) bool {
	if loopback(at) {
		return true
	}
	for _, i := range d.insecure {
		i = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(i, "http://"), "https://"), "/")
		if i == at || i == hostname(at) {
			return true
		}
	}
	return false
}

func hostname(at string) string {
	if h, _, err := net.SplitHostPort(at); err == nil {
		return h
	}
	return strings.Trim(at, "[]")
}

// loopback says whether a host is this machine: localhost and names below it
// (RFC 6761), 127.0.0.0/8, ::1.
func loopback(at string) bool {
	h := strings.ToLower(hostname(at))
	if h == "localhost" || strings.HasSuffix(h, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(h)
	return err == nil && ip.IsLoopback()
}
