package image

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// How long a retry waits: a quarter of a second, doubled each time up to longest,
// and up to half as much again, so that many who were cut together don't come
// back together. A registry's own Retry-After is obeyed up to patience.
const (
	shortest = 250 * time.Millisecond
	longest  = 8 * time.Second
	patience = time.Minute
)

func backoff(try int) time.Duration {
	d := longest
	if try < 5 {
		d = shortest << try
	}
	return d + rand.N(d/2)
}

// retryAfter understands the header Retry-After: seconds, or a date (RFC 9110, 10.2.3).
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if n, err := strconv.ParseInt(v, 10, 64); err == nil && n >= 0 {
		return time.Duration(min(n, 1<<30)) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil && t.After(now) {
		return t.Sub(now)
	}
	return 0
}

// sleep waits, unless ctx ends first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// passing says whether an error of the network may be gone the next time: what
// broke off, but not what could not be reached.
func passing(err error) bool {
	var slow net.Error
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return false
	}
	return errors.Is(err, errCut) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, errStalled) ||
		errors.As(err, &slow) && slow.Timeout() ||
		strings.Contains(err.Error(), "http2: ") || strings.Contains(err.Error(), "stream error: ") ||
		strings.Contains(err.Error(), "server closed idle connection")
}
