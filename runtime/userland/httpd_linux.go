package userland

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// httpd serves a directory. Each answer is a line on standard output in the
// common log format's spirit: peer, request, status, bytes, time taken. On
// SIGTERM or SIGINT it takes no more requests, ends those that are under way and
// exits with status 0.
func httpd(args []string) int {
	o, rest, err := getopt(args, "p:f", "port:=p")
	if err != nil || len(rest) > 1 {
		return misuse("httpd", err)
	}
	dir := "."
	if len(rest) == 1 {
		dir = rest[0]
	}
	port, err := strconv.ParseUint(o.get("p", "80"), 10, 16)
	if err != nil {
		return misuse("httpd", fmt.Errorf("invalid port '%s'", o.get("p", "")))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fail("httpd", err)
	}
	stop := on(syscall.SIGTERM, syscall.SIGINT)
	l, err := net.Listen("tcp", ":"+strconv.Itoa(int(port)))
	if err != nil {
		return complain("httpd", "listen on port %d: %s", port, reason(err))
	}
	_, at, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return fail("httpd", err)
	}
	printf("httpd: serving %s on port %s, PID %d\n", dir, at, os.Getpid())
	srv := &http.Server{Handler: &access{next: http.FileServerFS(root.FS())}, ReadHeaderTimeout: 30 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err = <-ended:
	case sig := <-stop:
		printf("httpd: got %s, closing\n", signame(number(sig)))
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		err = srv.Shutdown(ctx)
	}
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fail("httpd", err)
	}
	printf("httpd: bye\n")
	return 0
}

// access logs what was answered.
type access struct {
	next http.Handler
	mu   sync.Mutex
}

// ServeHTTP is http.Handler's.
func (a *access) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	c := &counted{ResponseWriter: w, status: http.StatusOK}
	w.Header().Set("Server", "glassbox-httpd")
	a.next.ServeHTTP(c, r)
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	printf("%s %s \"%s %s %s\" %d %d %s\n", time.Now().Format("15:04:05"), host, r.Method, r.URL.EscapedPath(), r.Proto,
		c.status, c.n, time.Since(start).Round(time.Microsecond))
}

// counted remembers status and length of an answer.
type counted struct {
	http.ResponseWriter
	status int
	n      int64
}

// WriteHeader is http.ResponseWriter's.
func (c *counted) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

// Write is http.ResponseWriter's.
func (c *counted) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.n += int64(n)
	return n, err
}
