package image

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"glassbox/runtime/journal"
)

// cutter is a registry that breaks off in the middle of blobs.
type cutter struct {
	reg   *server
	ref   string
	blobs map[string][]byte
	layer string // digest of the one layer

	mu     sync.Mutex
	cuts   int  // how many more answers are cut
	after  int  // bytes that such a one still holds
	deaf   bool // Range is not understood
	ranges []string
}

func cutting(t *testing.T) *cutter {
	t.Helper()
	c := &cutter{reg: serve(t), blobs: map[string][]byte{}}
	pic := picture(t, "linux/amd64", 500_000, 1)
	c.ref = c.reg.push(t, "app:1", pic)
	cf, _ := pic.RawConfigFile()
	name, _ := pic.ConfigName()
	c.blobs[name.String()] = cf
	layers, _ := pic.Layers()
	c.add(t, layers[0])
	c.reg.faulty(c.serve)
	return c
}

func (c *cutter) add(t *testing.T, l v1.Layer) {
	t.Helper()
	r, err := l.Compressed()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	h, _ := l.Digest()
	c.layer = h.String()
	c.blobs[c.layer] = b
}

func (c *cutter) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	_, id, _ := strings.Cut(r.URL.Path, "/blobs/")
	b := c.blobs[id]
	if id != c.layer {
		next.ServeHTTP(w, r)
		return
	}
	from, asked := 0, r.Header.Get("Range")
	c.mu.Lock()
	c.ranges = append(c.ranges, asked)
	cuts, after := c.cuts, c.after
	c.cuts--
	c.mu.Unlock()
	if asked != "" && !c.deaf {
		_, _ = fmt.Sscanf(asked, "bytes=%d-", &from)
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(b)-1, len(b)))
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(b)-from))
	if from > 0 {
		w.WriteHeader(http.StatusPartialContent)
	}
	if cuts > 0 && from+after < len(b) {
		_, _ = w.Write(b[from : from+after])
		if after > 0 {
			flush(w)
		}
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(b[from:])
}

// cut makes the next answers end after so many bytes, and forgets what was asked.
func (c *cutter) cut(times, after int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cuts, c.after, c.ranges = times, after, nil
}

// asked are the Range headers of the layer's requests so far.
func (c *cutter) asked() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.ranges)
}

// fetched adds up the bytes of the layer's exchanges.
func (c *cutter) fetched(e *seen) (n int64) {
	for _, ev := range e.events {
		if ev.HTTP != nil && strings.Contains(ev.HTTP.URL, c.layer) {
			n += ev.HTTP.Bytes
		}
	}
	return n
}

func TestCutAndResumed(t *testing.T) {
	c, s, e := cutting(t), store(t), &seen{}
	c.cut(3, 100_000)
	must(t, s, c.ref, want64(e))
	if len(c.asked()) != 4 || c.asked()[0] != "" || !strings.HasPrefix(c.asked()[3], "bytes=") {
		t.Errorf("asked for %q", c.asked())
	}
	if n, all := c.fetched(e), int64(len(c.blobs[c.layer])); n != all {
		t.Errorf("%d bytes came for a layer of %d", n, all)
	}
	var retries []int
	for _, ev := range e.events {
		if h := ev.HTTP; h != nil && strings.Contains(h.URL, c.layer) {
			retries = append(retries, h.Retry)
			if (h.Err == "") != (h.Retry == 3) {
				t.Errorf("%+v", h)
			}
		}
	}
	if !slices.Equal(retries, []int{0, 1, 2, 3}) {
		t.Errorf("retries are numbered %v", retries)
	}
}

func TestCutAgainAndAgain(t *testing.T) {
	c, s := cutting(t), store(t)
	c.cut(1000, 10)
	fails(t, s, c.ref, want64(nil), "6 times in a row", "after 60 of", "goes on where it ended")
	if len(c.asked()) != 6 {
		t.Errorf("asked %d times", len(c.asked()))
	}
	// Another process goes on, with other registries' help or without.
	c.cut(0, 0)
	e := &seen{}
	other, err := Open(s.root)
	if err != nil {
		t.Fatal(err)
	}
	must(t, other, c.ref, want64(e))
	if !slices.Equal(c.asked(), []string{"bytes=60-"}) {
		t.Errorf("asked for %q", c.asked())
	}
	for _, ev := range e.events {
		if p := ev.Progress; p != nil && p.What == "layer" {
			if p.State != journal.Downloading || p.Done != 60 {
				t.Errorf("begins with %+v", p)
			}
			break
		}
	}
	if left, _ := os.ReadDir(s.ingest("")); len(left) != 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestCutBeforeTheAnswer(t *testing.T) {
	c, s, e := cutting(t), store(t), &seen{}
	c.cut(1000, 0)
	fails(t, s, c.ref, want64(e), "connection was cut")
	c.cut(3, 0)
	must(t, s, c.ref, want64(e))
}

func TestStalled(t *testing.T) {
	c, s, e := cutting(t), store(t), &seen{}
	s.stall = 50 * time.Millisecond
	inner, open := c.serve, make(chan struct{})
	defer close(open)
	var once sync.Once
	c.reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		first := false
		if strings.Contains(r.URL.Path, c.layer) {
			once.Do(func() { first = true })
		}
		if !first {
			inner(w, r, next)
			return
		}
		_, _ = w.Write(c.blobs[c.layer][:1000])
		flush(w)
		<-open
	})
	must(t, s, c.ref, want64(e))
	if got := c.asked(); !slices.Equal(got, []string{"bytes=1000-"}) {
		t.Errorf("went on with %q", got)
	}
}

func TestLongLayerSurvivesManyCuts(t *testing.T) {
	c, s := cutting(t), store(t)
	c.blobs[c.layer] = nil
	pic := picture(t, "linux/amd64", 20<<20, 1)
	c.ref = c.reg.push(t, "long:1", pic)
	layers, _ := pic.Layers()
	c.add(t, layers[0])
	c.cut(100, refill)
	must(t, s, c.ref, want64(nil))
	if len(c.asked()) < 2*tries {
		t.Errorf("asked %d times", len(c.asked()))
	}
}

func TestRegistryThatKnowsNoRange(t *testing.T) {
	c, s := cutting(t), store(t)
	c.cut(2, 1000)
	c.deaf = true
	must(t, s, c.ref, want64(nil))
	if len(c.asked()) != 3 {
		t.Errorf("asked for %q", c.asked())
	}
}

func TestDamagedPartialFile(t *testing.T) {
	for name, left := range map[string]string{"other bytes": "rubbish", "too long": strings.Repeat("x", 1<<20), "whole, but other": ""} {
		c, s := cutting(t), store(t)
		if left == "" {
			left = strings.Repeat("x", len(c.blobs[c.layer]))
		}
		part := filepath.Join(s.root, "ingest", strings.Replace(c.layer, ":", "-", 1)+".part")
		if err := os.WriteFile(part, []byte(left), 0o600); err != nil {
			t.Fatal(err)
		}
		must(t, s, c.ref, want64(nil))
		if last := c.asked()[len(c.asked())-1]; last != "" {
			t.Errorf("%s: asked for %q", name, c.asked())
		}
	}
}

func TestEmptyAndUnaskedRanges(t *testing.T) {
	c, s := cutting(t), store(t)
	c.cut(1, 1000)
	inner := c.serve
	c.reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Header.Get("Range") == "bytes=1000-" {
			w.Header().Set("Content-Range", "bytes 5-9/10")
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, "wrong")
			return
		}
		inner(w, r, next)
	})
	must(t, s, c.ref, want64(nil))
}

func TestProgressIsRare(t *testing.T) {
	c, s, e := cutting(t), store(t), &seen{}
	must(t, s, c.ref, want64(e))
	var states []string
	for _, ev := range e.events {
		if p := ev.Progress; p != nil && p.What == "layer" {
			states = append(states, p.State)
			if p.Total != int64(len(c.blobs[c.layer])) || p.Done > p.Total || p.Path == "" || p.ID != c.layer {
				t.Errorf("%+v", p)
			}
		}
	}
	if len(states) < 2 || states[0] != journal.Downloading || states[len(states)-1] != journal.Verified {
		t.Errorf("%v", states)
	}
	// A teller says as much as fits into the time, however often it is stepped.
	tell := &teller{emit: &seen{}}
	out, _ := tell.emit.(*seen)
	tell.begin(0)
	for i := range 1_000_000 {
		tell.step(int64(i))
	}
	if len(out.events) > 100 {
		t.Errorf("%d events", len(out.events))
	}
}
