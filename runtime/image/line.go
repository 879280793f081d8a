package image

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// agent is what registries see of us.
const agent = "glassbox"

// stall is how long a connection may bring nothing.
const stall = time.Minute

var errStalled = errors.New("nothing came any more")

// line is what all requests of a pull go through: each is journaled, and those
// that fail in passing are repeated.
type line struct {
	next  http.RoundTripper
	pause func(context.Context, time.Duration) error
}

// newLine makes the line to a registry, from the outside in: retries, the choice
// of http or https, the journal, the network.
func newLine(p *puller) (http.RoundTripper, func()) {
	safe, lax := p.opt.Transport, p.opt.Transport
	idle := func() {}
	if safe == nil {
		a, b := network(nil), network(&tls.Config{InsecureSkipVerify: true}) //nolint:gosec // only for hosts that the user named, and loopback
		safe, lax = a, b
		idle = func() { a.CloseIdleConnections(); b.CloseIdleConnections() }
	}
	gate := &door{
		safe: recorder{safe, p.opt.Emit, p.store.stall}, lax: recorder{lax, p.opt.Emit, p.store.stall},
		registry: p.ref.repo.Context().RegistryStr(), insecure: p.opt.Insecure, chosen: map[string]string{},
	}
	return &line{gate, p.store.pause}, idle
}

// network is net/http's transport, made for blobs: nothing is decompressed on
// the way (a digest is of the bytes as sent), and nothing waits for ever.
func network(t *tls.Config) *http.Transport {
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 15 * time.Second}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSClientConfig: t,
		TLSHandshakeTimeout: 15 * time.Second, ResponseHeaderTimeout: stall / 2, IdleConnTimeout: stall,
		MaxIdleConnsPerHost: 8, ForceAttemptHTTP2: true, DisableCompression: true,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

type tryKey struct{}

// withTry says in ctx how often the same thing was tried before.
func withTry(ctx context.Context, try int) context.Context {
	return context.WithValue(ctx, tryKey{}, try)
}

func tryOf(ctx context.Context) int {
	n, _ := ctx.Value(tryKey{}).(int)
	return n
}

// RoundTrip makes the request, again where its failure may pass.
func (l *line) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, before := req.Context(), tryOf(req.Context())
	for try := 0; ; try++ {
		r := req.Clone(withTry(ctx, before+try))
		r.Header.Set("User-Agent", agent)
		if req.GetBody != nil {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			r.Body = body
		}
		resp, err := l.next.RoundTrip(r)
		wait, again := verdict(resp, err, try)
		if !again || req.Body != nil && req.Body != http.NoBody && req.GetBody == nil || ctx.Err() != nil {
			return resp, err
		}
		if resp != nil {
			_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
			_ = resp.Body.Close()
		}
		if err := l.pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// verdict says whether to repeat a request, and after how long.
func verdict(resp *http.Response, err error, try int) (time.Duration, bool) {
	if try >= tries-2 {
		return 0, false
	}
	if err != nil {
		// A host that is silent costs half a minute each time: once more is enough.
		return backoff(try), passing(err) && (try == 0 || !isTimeout(err))
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		asked := retryAfter(resp.Header, time.Now())
		return max(backoff(try), asked), asked <= patience
	}
	return 0, false
}
