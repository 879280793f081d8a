package image

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"glassbox/runtime/journal"
)

// only makes a fault of the requests whose path has part, and lets others pass.
func only(part string, fault http.HandlerFunc) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, part) {
			fault(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}
}

func TestUnknown(t *testing.T) {
	reg, s := serve(t), store(t)
	reg.push(t, "app:1", picture(t, "linux/amd64", 10, 1))
	fails(t, s, reg.host+"/app:2", want64(nil), "app:2 from "+reg.host, "not there", "spelling")
	fails(t, s, reg.host+"/other", want64(nil), "no repository other")
	fails(t, s, reg.host+"/app@sha256:"+strings.Repeat("0", 64), want64(nil), "not there")
}

func TestStatuses(t *testing.T) {
	for status, words := range map[int][]string{
		401: {"refused with 401", "docker login"},
		403: {"refused with 403", "docker login"},
		404: {"not there"},
		429: {"too many requests", "docker login"},
		418: {"418", "is it a registry?"},
		500: {"failed with 500", "try again later"},
		503: {"failed with 503"},
	} {
		for _, part := range []string{"/v2/", "/manifests/", "/blobs/"} {
			reg, s, e := serve(t), store(t), &seen{}
			ref := reg.push(t, "app:1", picture(t, "linux/amd64", 10, 1))
			reg.faulty(only(part, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				fmt.Fprint(w, `{"errors":[{"code":"SOME","message":"because\u001b[31m\nof rain"}]}`)
			}))
			fails(t, s, ref, want64(e), append(words, reg.host)...)
			tries := 0
			for _, h := range e.http() {
				if strings.Contains(h, fmt.Sprintf(" %d ", status)) {
					tries++
				}
			}
			if again := status == 429 || status >= 500; again != (tries >= 5) {
				t.Errorf("%d at %s was tried %d times: %v", status, part, tries, e.http())
			}
		}
	}
}

func TestFailuresThatPass(t *testing.T) {
	reg, s, e := serve(t), store(t), &seen{}
	ref := reg.push(t, "app:1", picture(t, "linux/amd64", 10, 2))
	var waits []time.Duration
	s.pause = func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }
	failed := map[string]int{}
	reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		failed[r.URL.Path]++
		switch n := failed[r.URL.Path]; {
		case n == 1:
			w.WriteHeader(http.StatusInternalServerError)
		case n == 2 && strings.Contains(r.URL.Path, "/manifests/"):
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		default:
			next.ServeHTTP(w, r)
		}
	})
	o := want64(e)
	o.Parallel = 1
	must(t, s, ref, o)
	if !slices.Contains(waits, 7*time.Second) {
		t.Errorf("waited %v; want 7 s, as Retry-After says", waits)
	}
	var retries []int
	for _, ev := range e.events {
		if ev.HTTP != nil && strings.Contains(ev.HTTP.URL, "/manifests/") {
			retries = append(retries, ev.HTTP.Retry)
		}
	}
	if !slices.Equal(retries, []int{0, 1, 2}) {
		t.Errorf("the manifest's exchanges are numbered %v", retries)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for v, want := range map[string]time.Duration{
		"": 0, "3": 3 * time.Second, "-3": 0, "soon": 0, "99999999999999999999": 0,
		"Thu, 01 Jan 2026 00:01:00 GMT": time.Minute, "Thu, 01 Jan 2020 00:01:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {v}}, now); got != want {
			t.Errorf("Retry-After %q: %v, want %v", v, got, want)
		}
	}
	resp := &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {"3600"}}}
	if _, again := verdict(resp, nil, 0); again {
		t.Error("a registry that asks for an hour is waited for")
	}
	for try := range 20 {
		if d := backoff(try); d < shortest || d > longest*3/2 {
			t.Errorf("backoff(%d) = %v", try, d)
		}
	}
}

func TestHugeManifest(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		reg, s := serve(t), store(t)
		ref := reg.push(t, "app:1", picture(t, "linux/amd64", 10, 1))
		sent := make(chan int, 1)
		reg.faulty(only("/manifests/", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", string(types.OCIManifestSchema1))
			if !chunked {
				w.Header().Set("Content-Length", fmt.Sprint(100<<20))
			}
			n, b := 0, bytes.Repeat([]byte("[\n"), 32<<10)
			for n < 100<<20 {
				k, err := w.Write(b)
				if n += k; err != nil {
					break
				}
			}
			sent <- n
		}))
		fails(t, s, ref, want64(nil), "are refused")
		if n := <-sent; n > 20<<20 {
			t.Errorf("chunked %v: %d bytes were taken", chunked, n)
		}
	}
}

// put serves body as the manifest of every name.
func put(reg *server, kind types.MediaType, body string) {
	reg.faulty(only("/manifests/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", string(kind))
		_, _ = io.WriteString(w, body)
	}))
}

func TestBadManifests(t *testing.T) {
	hash := "sha256:" + strings.Repeat("a", 64)
	d := func(kind types.MediaType, size int) string {
		return fmt.Sprintf(`{"mediaType":%q,"digest":%q,"size":%d}`, kind, hash, size)
	}
	image := func(config, layers string) string {
		return `{"schemaVersion":2,"config":` + config + `,"layers":[` + layers + `]}`
	}
	config := d(types.DockerConfigJSON, 5)
	for name, c := range map[string]struct{ body, want string }{
		"no JSON":          {`<html>`, "not the JSON"},
		"null":             {`null`, "no digest"},
		"of no kind":       {`{"schemaVersion":2,"mediaType":"text/plain"}`, `no image, but "text/plain"`},
		"schema 1":         {`{"schemaVersion":1,"fsLayers":[]}`, "schema 1"},
		"two in one":       {`{"schemaVersion":2,"manifests":[],"layers":[]}`, "at once"},
		"no digest":        {image(`{"size":3}`, ""), "no digest"},
		"digest of 3":      {image(`{"size":3,"digest":"sha256:abc"}`, ""), "can't be understood"},
		"traversal":        {image(`{"size":3,"digest":"sha256:../../../../etc/passwd"}`, ""), "can't be understood"},
		"negative":         {image(config, d(types.DockerLayer, -1)), "layer 1 claims a size of -1"},
		"chart":            {image(d("application/vnd.cncf.helm.config.v1+json", 5), ""), "artifact"},
		"encrypted":        {image(config, d("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", 5)), "can't be unpacked"},
		"config of 1 GB":   {image(d(types.DockerConfigJSON, 1<<30), ""), "refused"},
		"128 layers":       {image(config, strings.Repeat(d(types.DockerLayer, 5)+",", 127)+d(types.DockerLayer, 5)), "128 layers"},
		"a million layers": {image(config, strings.Repeat("{},", 1_000_000)+"{}"), "1000001 layers"},
		"a million images": {`{"manifests":[` + strings.Repeat("{},", 1_000_000) + `{}]}`, "more than 1000"},
		"empty index":      {`{"schemaVersion":2,"manifests":[]}`, "nor for any other"},
	} {
		reg, s := serve(t), store(t)
		put(reg, types.OCIManifestSchema1, c.body)
		if err := failure(t, s, reg.host+"/app:1", want64(nil), reg.host+"/app:1", c.want); len(err.Error()) > 600 {
			t.Errorf("%s: %d bytes of error", name, len(err.Error()))
		}
	}
}

func TestIndexWithoutEnd(t *testing.T) {
	reg, s := serve(t), store(t)
	// Each index holds the next; a registry can make as many as it is asked for.
	var bodies []string
	next := `{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"sha256:` + strings.Repeat("a", 64) + `","size":9}`
	for range 10 {
		b := `{"schemaVersion":2,"manifests":[` + next + `]}`
		h, _ := sum("sha256", strings.NewReader(b))
		next = fmt.Sprintf(`{"mediaType":"application/vnd.oci.image.index.v1+json","digest":%q,"size":%d}`, h, len(b))
		bodies = append(bodies, b)
	}
	at := len(bodies)
	reg.faulty(only("/manifests/", func(w http.ResponseWriter, _ *http.Request) {
		at--
		_, _ = io.WriteString(w, bodies[at])
	}))
	fails(t, s, reg.host+"/app:1", want64(nil), "nested more than 3 deep")
}

func TestConfigThatDisagrees(t *testing.T) {
	reg, s := serve(t), store(t)
	pic := picture(t, "linux/amd64", 10, 2)
	cf, _ := pic.ConfigFile()
	cf = cf.DeepCopy()
	cf.RootFS.DiffIDs = cf.RootFS.DiffIDs[:1]
	raw, _ := json.Marshal(cf)
	m, _ := pic.Manifest()
	m = m.DeepCopy()
	m.Config.Size = int64(len(raw))
	m.Config.Digest, _ = sum("sha256", bytes.NewReader(raw))
	body, _ := json.Marshal(m)
	reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		switch {
		case strings.Contains(r.URL.Path, "/manifests/"):
			_, _ = w.Write(body)
		case strings.Contains(r.URL.Path, "/blobs/"):
			_, _ = w.Write(raw)
		default:
			next.ServeHTTP(w, r)
		}
	})
	fails(t, s, reg.host+"/app:1", want64(nil), "2 layers, its config 1")
}

func TestForged(t *testing.T) {
	pic := picture(t, "linux/amd64", 5000, 1)
	layers, _ := pic.Layers()
	hash, _ := layers[0].Digest()
	size, _ := layers[0].Size()
	other := bytes.Repeat([]byte{7}, int(size))
	longer := append(slices.Clone(other), 7)
	for name, c := range map[string]struct {
		part, want string
		fault      http.HandlerFunc
	}{
		"other bytes": {hash.Hex, "was promised", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(other) }},
		"shorter":     {hash.Hex, "the registry sends 10", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(other[:10]) }},
		"longer": {hash.Hex, "the registry sends", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(size+1))
			_, _ = w.Write(longer)
		}},
		"longer chunk": {hash.Hex, "more than the", func(w http.ResponseWriter, _ *http.Request) {
			flush(w)
			_, _ = w.Write(longer)
		}},
		"no range": {hash.Hex, "range that nobody asked for", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(416) }},
		"manifest": {"/manifests/", "was promised", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Docker-Content-Digest", "sha256:"+strings.Repeat("1", 64))
			raw, _ := pic.RawManifest()
			_, _ = w.Write(raw)
		}},
	} {
		reg, s := serve(t), store(t)
		ref := reg.push(t, "app:1", pic)
		reg.faulty(only(c.part, c.fault))
		err := failure(t, s, ref, want64(nil), c.want)
		if name != "no range" && !errors.Is(err, errForged) {
			t.Errorf("%s: %v", name, err)
		}
		// Nothing of it stays: once the registry is honest, so is the image.
		reg.faulty(nil)
		must(t, s, ref, want64(nil))
	}
}

func TestUnreachable(t *testing.T) {
	s := store(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	_ = l.Close()
	e := &seen{}
	err = failure(t, s, at+"/app:1", want64(e), "ask "+at, "connection was refused", "running")
	if !errors.Is(err, syscall.ECONNREFUSED) || len(e.http()) == 0 {
		t.Errorf("%v, %v", err, e.http())
	}
	fails(t, s, "no-such-host.invalid/app:1", want64(nil), "no-such-host.invalid", "found")
}

func TestCertificates(t *testing.T) {
	s, e := store(t), &seen{}
	reg := serve(t)
	tls := httptest.NewUnstartedServer(reg.Config.Handler)
	tls.Config.ErrorLog = quietLog()
	tls.StartTLS()
	t.Cleanup(tls.Close)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(tls.URL, "https://"))
	reg.push(t, "app:1", picture(t, "linux/amd64", 10, 1))

	// Loopback goes without: found out by asking.
	must(t, s, "127.0.0.1:"+port+"/app:1", want64(e))
	if got := e.http(); !strings.HasPrefix(got[0], "GET 400") {
		t.Errorf("%v", got)
	}
	// A name that is no loopback name, though it leads there.
	away := dialer{to: "127.0.0.1:" + port}
	o := want64(nil)
	o.Transport = away.transport(false)
	fails(t, s, "registry.example:"+port+"/app:1", o, "certificate", "--insecure-registry registry.example:"+port)
	o.Transport = away.transport(true) // as newLine makes it for hosts that were named
	o.Insecure = []string{"registry.example"}
	must(t, s, "registry.example:"+port+"/app:1", o)

	// Plain HTTP is for those who asked for it.
	e = &seen{}
	plain := dialer{to: reg.host}
	o = want64(e)
	o.Transport = plain.transport(false)
	fails(t, s, "registry.example:5000/app:1", o, "does not speak TLS", "--insecure-registry registry.example:5000")
	fails(t, s, "10.1.2.3:5000/app:1", o, "does not speak TLS", "--insecure-registry 10.1.2.3:5000")
	for _, ev := range e.events {
		if ev.HTTP != nil && strings.HasPrefix(ev.HTTP.URL, "http:") {
			t.Errorf("asked %s", ev.HTTP.URL)
		}
	}
	o.Insecure = []string{"http://registry.example:5000/"}
	must(t, s, "registry.example:5000/app:1", o)
}

func TestCancel(t *testing.T) {
	reg, s := serve(t), store(t)
	ref := reg.push(t, "app:1", picture(t, "linux/amd64", 100_000, 3))
	ctx, cancel := context.WithCancel(t.Context())
	reg.faulty(only("/blobs/", func(w http.ResponseWriter, r *http.Request) {
		flush(w)
		cancel()
		<-r.Context().Done()
	}))
	if _, err := s.Pull(ctx, ref, want64(nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
	reg.faulty(nil)
	must(t, s, ref, want64(nil))
}

func TestParallel(t *testing.T) {
	reg, s := serve(t), store(t)
	ref := reg.push(t, "app:1", picture(t, "linux/amd64", 100, 9))
	m := make(chan struct{}, 4) // a fifth at once would find it full
	reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, "/blobs/") {
			select {
			case m <- struct{}{}:
				defer func() { <-m }()
			default:
				t.Error("more than four at once")
			}
		}
		next.ServeHTTP(w, r)
	})
	o := want64(nil)
	o.Parallel = 4
	must(t, s, ref, o)
}

func TestForeignLayersAreAskedForLikeOthers(t *testing.T) {
	reg, s := serve(t), store(t)
	layers, _ := picture(t, "linux/amd64", 10, 1).Layers()
	pic, err := mutate.Append(picture(t, "linux/amd64", 10, 1), mutate.Addendum{
		Layer: layers[0], MediaType: types.DockerForeignLayer, URLs: []string{"http://169.254.169.254/latest"},
	})
	if err != nil {
		t.Fatal(err)
	}
	e := &seen{}
	_, _ = s.Pull(t.Context(), reg.push(t, "app:1", pic), want64(e))
	for _, h := range e.events {
		if h.HTTP != nil && strings.Contains(h.HTTP.URL, "169.254") {
			t.Errorf("asked %s", h.HTTP.URL)
		}
	}
}

func TestErrorsHaveNoJournalOfTheirOwn(t *testing.T) {
	e := &seen{}
	fails(t, store(t), "Nginx", want64(e), "upper case", "nginx")
	for _, ev := range e.events {
		if ev.Kind == journal.KindError {
			t.Errorf("%+v: the stage says it, not Pull", ev)
		}
	}
}
