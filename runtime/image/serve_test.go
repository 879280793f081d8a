package image

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"glassbox/runtime/journal"
)

// seen collects what was emitted.
type seen struct {
	mu     sync.Mutex
	events []journal.Event
	hook   func(journal.Event)
}

func (s *seen) Emit(e journal.Event) uint64 {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	s.events = append(s.events, e)
	hook, n := s.hook, len(s.events)
	s.mu.Unlock()
	if hook != nil {
		hook(e)
	}
	return uint64(n)
}

// http are the exchanges, as "METHOD status path".
func (s *seen) http() (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.HTTP != nil {
			u, _ := url.Parse(e.HTTP.URL)
			out = append(out, fmt.Sprintf("%s %d %s", e.HTTP.Method, e.HTTP.Status, u.Path))
		}
	}
	return out
}

// urls are the exchanges' URLs as they were told.
func (s *seen) urls() (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.HTTP != nil {
			out = append(out, e.HTTP.URL)
		}
	}
	return out
}

// blobs counts the exchanges that asked for a blob's content.
func (s *seen) blobs() (n int) {
	for _, l := range s.http() {
		if strings.HasPrefix(l, "GET") && strings.Contains(l, "/blobs/") {
			n++
		}
	}
	return n
}

// last is the last state of each thing in progress, as "what state".
func (s *seen) last(what string) (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := map[string]int{}
	for _, e := range s.events {
		if p := e.Progress; p != nil && p.What == what {
			key := fmt.Sprint(p.ID, p.Index)
			if i, ok := at[key]; ok {
				out[i] = p.State
			} else {
				at[key] = len(out)
				out = append(out, p.State)
			}
		}
	}
	return out
}

// server is a registry in this process, with a place for faults.
type server struct {
	*httptest.Server
	host string

	mu    sync.Mutex
	fault func(w http.ResponseWriter, r *http.Request, next http.Handler) // nil: none
	asked []string
}

func serve(t *testing.T) *server {
	t.Helper()
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	s := &server{}
	s.Server = httptest.NewServer(s.around(inner))
	s.host = strings.TrimPrefix(s.URL, "http://")
	t.Cleanup(s.Close)
	return s
}

func (s *server) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		fault := s.fault
		s.asked = append(s.asked, r.Method+" "+r.URL.Path)
		s.mu.Unlock()
		if fault != nil {
			fault(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) faulty(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault, s.asked = f, nil
}

func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

// push puts an image or an index into the registry and returns its reference.
func (s *server) push(t *testing.T, path string, what remote.Taggable) string {
	t.Helper()
	ref, err := name.ParseReference(s.host + "/" + path)
	if err != nil {
		t.Fatal(err)
	}
	switch w := what.(type) {
	case v1.ImageIndex:
		err = remote.WriteIndex(ref, w)
	case v1.Image:
		err = remote.Write(ref, w)
	default:
		err = remote.Put(ref, w)
	}
	if err != nil {
		t.Fatal(err)
	}
	return ref.String()
}

// picture makes an image for a platform, of so many layers of so many bytes.
func picture(t *testing.T, platform string, bytes int64, layers int) v1.Image {
	t.Helper()
	img, err := random.Image(bytes, int64(layers))
	if err != nil {
		t.Fatal(err)
	}
	cf, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	p, err := v1.ParsePlatform(platform)
	if err != nil {
		t.Fatal(err)
	}
	cf = cf.DeepCopy()
	cf.OS, cf.Architecture, cf.Variant = p.OS, p.Architecture, p.Variant
	cf.Created = v1.Time{Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	if img, err = mutate.ConfigFile(img, cf); err != nil {
		t.Fatal(err)
	}
	return img
}

// album makes an index of images for platforms.
func album(t *testing.T, platforms ...string) v1.ImageIndex {
	t.Helper()
	var idx v1.ImageIndex = empty.Index
	for _, s := range platforms {
		p, err := v1.ParsePlatform(s)
		if err != nil {
			t.Fatal(err)
		}
		idx = mutate.AppendManifests(idx, mutate.IndexAddendum{Add: picture(t, s, 256, 1), Descriptor: v1.Descriptor{Platform: p}})
	}
	return idx
}

// store opens a store of its own whose retries don't wait.
func store(t *testing.T) *Store {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	t.Setenv("DOCKER_CONFIG", "")
	t.Setenv("XDG_RUNTIME_DIR", "")
	t.Setenv("REGISTRY_AUTH_FILE", "")
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.pause = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return s
}

// want64 are options for linux/amd64, so that tests do the same on every machine.
func want64(e *seen) PullOptions { return PullOptions{Platform: "linux/amd64", Emit: e} }

// must pulls, and checks that the store is valid.
func must(t *testing.T, s *Store, ref string, o PullOptions) *Image {
	t.Helper()
	img, err := s.Pull(t.Context(), ref, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(); err != nil {
		t.Fatal(err)
	}
	return img
}

// flush sends what was written so far.
func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

// fails is failure, for those who need no more than the words.
func fails(t *testing.T, s *Store, ref string, o PullOptions, words ...string) {
	t.Helper()
	_ = failure(t, s, ref, o, words...)
}

// failure pulls, and expects an Error that says each of the words; the store stays valid.
func failure(t *testing.T, s *Store, ref string, o PullOptions, words ...string) error {
	t.Helper()
	_, err := s.Pull(t.Context(), ref, o)
	if err == nil {
		t.Fatalf("pull %s: no error; want one with %q", ref, words)
	}
	if _, ok := err.(*Error); !ok { //nolint:errorlint // it must be one, not wrap one
		t.Errorf("pull %s: %T %v; want an *Error", ref, err, err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("pull %s: %q; want it to say %q", ref, err, w)
		}
	}
	if strings.ContainsAny(err.Error(), "\n\x1b") {
		t.Errorf("the error is no sentence: %q", err)
	}
	if e := s.Verify(); e != nil {
		t.Errorf("the store is not valid after that: %v", e)
	}
	return err
}
