package userland

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"time"
)

// wget fetches one URL: to a file named as it, or to standard output with -O -.
// Status 8 is an answer of the server that is an error, 4 a network failure, as
// GNU wget has it.
func wget(args []string) int {
	o, rest, err := getopt(args, "qO:ST:t:", "quiet=q", "output-document:=O", "server-response=S", "timeout:=T", "tries:=t")
	if err != nil || len(rest) != 1 {
		return misuse("wget", err)
	}
	target := rest[0]
	if !strings.Contains(target, "://") {
		target = "http://" + target
	}
	u, err := url.Parse(target)
	if err != nil {
		return misuse("wget", err)
	}
	patience, err := o.span("T", time.Minute)
	if err != nil {
		return misuse("wget", err)
	}
	client := &http.Client{Timeout: patience}
	resp, err := client.Get(u.String())
	if err != nil {
		complain("wget", "%v", err)
		return 4
	}
	defer func() { _ = resp.Body.Close() }()
	if o.has("S") {
		_, _ = fmt.Fprintf(os.Stderr, "  %s %s\n", resp.Proto, resp.Status)
		for name, values := range resp.Header {
			_, _ = fmt.Fprintf(os.Stderr, "  %s: %s\n", name, strings.Join(values, ", "))
		}
	}
	if resp.StatusCode >= 400 {
		complain("wget", "server returned error: HTTP/1.1 %s", resp.Status)
		return 8
	}
	return save(resp.Body, o.get("O", filename(u)), o.has("q"))
}

func filename(u *url.URL) string {
	if base := path.Base(u.Path); base != "." && base != "/" {
		return base
	}
	return "index.html"
}

func save(body io.Reader, name string, quiet bool) int {
	w := os.Stdout
	if name != "-" {
		f, err := os.Create(name)
		if err != nil {
			fail("wget", err)
			return 3
		}
		defer func() { _ = f.Close() }()
		w = f
	}
	n, err := io.Copy(w, body)
	if err != nil {
		complain("wget", "after %d bytes: %v", n, err)
		return 4
	}
	if name != "-" && !quiet {
		_, _ = fmt.Fprintf(os.Stderr, "'%s' saved [%d]\n", name, n)
	}
	return 0
}
