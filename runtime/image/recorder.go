package image

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"glassbox/runtime/journal"
)

// recorder journals each exchange when its body was closed. What could be a
// secret stays out: headers, the URL's user, the values of its query.
type recorder struct {
	next  http.RoundTripper
	emit  journal.Emitter
	stall time.Duration
}

// RoundTrip makes one exchange.
func (r recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	begin := time.Now()
	h := &journal.HTTP{Method: req.Method, URL: shown(req.URL), Retry: tryOf(ctx)}
	resp, err := r.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		cancel(nil)
		h.DurUS, h.Err = time.Since(begin).Microseconds(), reason(err)
		send(r.emit, journal.Event{Kind: journal.KindHTTP, HTTP: h})
		return nil, err
	}
	h.Status = resp.StatusCode
	b := &metered{ReadCloser: resp.Body, h: h, begin: begin, emit: r.emit, cancel: cancel}
	b.ctx, b.stall = ctx, r.stall
	b.watch = time.AfterFunc(r.stall, func() { cancel(errStalled) })
	resp.Body = b
	return resp, nil
}

// metered counts a body's bytes, and ends one that stalls.
type metered struct {
	io.ReadCloser
	h      *journal.HTTP
	begin  time.Time
	emit   journal.Emitter
	ctx    context.Context
	cancel context.CancelCauseFunc
	watch  *time.Timer
	stall  time.Duration
	done   bool
}

// Read reads the body.
func (c *metered) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.h.Bytes += int64(n)
	if n > 0 {
		c.watch.Reset(c.stall)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		if cause := context.Cause(c.ctx); errors.Is(cause, errStalled) {
			err = cause
		}
		c.h.Err = reason(err)
	}
	return n, err
}

// Close ends the exchange.
func (c *metered) Close() error {
	err := c.ReadCloser.Close()
	if !c.done {
		c.done = true
		c.watch.Stop()
		c.cancel(nil)
		c.h.DurUS = time.Since(c.begin).Microseconds()
		send(c.emit, journal.Event{Kind: journal.KindHTTP, HTTP: c.h})
	}
	return err
}

// shown is a URL without what could be a secret: blob stores hand out signed ones.
func shown(u *url.URL) string {
	c := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	s := c.String()
	var keys []string
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		if k, _, ok := strings.Cut(pair, "="); ok {
			keys = append(keys, k+"=…")
		}
	}
	if keys != nil {
		s += "?" + strings.Join(keys, "&")
	}
	return s
}

// reason is an error's text without the URL that net/http puts before it.
func reason(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return plain(err.Error())
}
