package image

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
)

func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

// dialer reaches one address under whatever name it is asked for.
type dialer struct{ to string }

func (d dialer) transport(lax bool) *http.Transport {
	t := network(&tls.Config{InsecureSkipVerify: lax}) //nolint:gosec // a test's own server
	t.Proxy = nil
	t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, d.to)
	}
	return t
}
