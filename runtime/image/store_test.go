package image

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"glassbox/runtime/journal"
)

// TestPullElsewhere is no test of its own: others start it as a second process.
func TestPullElsewhere(t *testing.T) {
	root, ref, ok := strings.Cut(os.Getenv("GLASSBOX_TEST_PULL"), "|")
	if !ok {
		t.Skip("is run by other tests, in a process of its own")
	}
	s, err := Open(root)
	if err != nil {
		t.Fatal(err)
	}
	o := want64(nil)
	o.Insecure = strings.Fields(os.Getenv("GLASSBOX_TEST_INSECURE"))
	if _, err := s.Pull(context.Background(), ref, o); err != nil {
		t.Fatal(err)
	}
}

func TestProxyOfTheEnvironment(t *testing.T) {
	reg, s := serve(t), store(t)
	reg.push(t, "app:1", picture(t, "linux/amd64", 10, 1))
	var hosts []string
	reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodConnect {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		hosts = append(hosts, r.URL.Host)
		next.ServeHTTP(w, r)
	})
	t.Setenv("HTTP_PROXY", reg.URL)
	t.Setenv("HTTPS_PROXY", reg.URL)
	t.Setenv("GLASSBOX_TEST_INSECURE", "registry.example:5000")
	cmd, out := pullElsewhere(t, s, "registry.example:5000/app:1")
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if len(hosts) == 0 || slices.ContainsFunc(hosts, func(h string) bool { return h != "registry.example:5000" }) {
		t.Errorf("the proxy was asked for %q", hosts)
	}
}

// elsewhere is a process that pulls ref into the store.
func pullElsewhere(t *testing.T, s *Store, ref string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestPullElsewhere$")
	cmd.Env = append(os.Environ(), "GLASSBOX_TEST_PULL="+s.root+"|"+ref)
	out := new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

func TestTwoProcessesShareADownload(t *testing.T) {
	c, s := cutting(t), store(t)
	var once sync.Once
	begun, open := make(chan struct{}), make(chan struct{})
	inner := c.serve
	c.reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, c.layer) {
			once.Do(func() { close(begun) })
			<-open
		}
		inner(w, r, next)
	})
	cmd, out := pullElsewhere(t, s, c.ref)
	<-begun

	// The first holds the blob. The second comes as far as that, and waits.
	e := &seen{}
	waits := make(chan struct{})
	e.hook = func(ev journal.Event) {
		if ev.Note != nil && ev.Note.Key == "blob-wait" {
			close(waits)
		}
	}
	done := make(chan error, 1)
	go func() {
		_, err := s.Pull(context.Background(), c.ref, want64(e))
		done <- err
	}()
	<-waits
	close(open)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if len(c.asked()) != 1 || !slices.Equal(e.last("layer"), []string{journal.Present}) {
		t.Errorf("the layer was asked for %d times; the second said %v", len(c.asked()), e.last("layer"))
	}
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
}

func TestWaitingCanBeCancelled(t *testing.T) {
	c, s := cutting(t), store(t)
	held, err := lock(t.Context(), s.ingest(strings.Replace(c.layer, ":", "-", 1)+".lock"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer held.release()
	ctx, cancel := context.WithCancel(t.Context())
	e := &seen{hook: func(ev journal.Event) {
		if ev.Note != nil && ev.Note.Key == "blob-wait" {
			cancel()
		}
	}}
	if _, err := s.Pull(ctx, c.ref, want64(e)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestKilledAtAnyMoment(t *testing.T) {
	c, s := cutting(t), store(t)
	inner := c.serve
	for _, sent := range []int{0, 1, 70_000, 400_000} {
		if err := os.RemoveAll(s.ingest("")); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(s.root); err != nil {
			t.Fatal(err)
		}
		begun, end := make(chan struct{}), make(chan struct{})
		c.reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if !strings.Contains(r.URL.Path, c.layer) {
				next.ServeHTTP(w, r)
				return
			}
			_, _ = w.Write(c.blobs[c.layer][:sent])
			flush(w)
			close(begun)
			<-end
		})
		cmd, out := pullElsewhere(t, s, c.ref)
		<-begun
		until(t, func() bool {
			fi, err := os.Stat(s.ingest(strings.Replace(c.layer, ":", "-", 1) + ".part"))
			return err == nil && fi.Size() == int64(sent)
		})
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		close(end)
		if strings.Contains(out.String(), "FAIL") {
			t.Fatal(out)
		}
		if err := s.Verify(); err != nil {
			t.Errorf("killed after %d bytes: %v", sent, err)
		}
		if list, err := s.List(); err != nil || len(list) != 0 {
			t.Errorf("killed after %d bytes: %v, %v", sent, list, err)
		}
	}
	c.cut(0, 0)
	c.reg.faulty(inner)
	must(t, s, c.ref, want64(nil))
	if !slices.Equal(c.asked(), []string{"bytes=400000-"}) {
		t.Errorf("went on with %q", c.asked())
	}
}

// until waits for something that no event tells of.
func until(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not come to that in two minutes")
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	reg, s := serve(t), store(t)
	shared, _ := picture(t, "linux/amd64", 100_000, 3), 0
	refs := []string{reg.push(t, "a:1", shared), reg.push(t, "b:1", shared), reg.push(t, "c:1", album(t, "linux/amd64", "linux/arm64"))}
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			o := PullOptions{Platform: []string{"linux/amd64", "linux/arm64"}[i/3%2]}
			if i%3 < 2 {
				o.Platform = "linux/amd64"
			}
			if _, err := s.Pull(context.Background(), refs[i%3], o); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	list, err := s.List()
	if err != nil || len(list) != 4 {
		t.Errorf("%+v, %v", list, err)
	}
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
}

func TestRemove(t *testing.T) {
	reg, s := serve(t), store(t)
	a := picture(t, "linux/amd64", 10_000, 2)
	first := reg.push(t, "a:1", a)
	second := reg.push(t, "b:1", a)
	third := reg.push(t, "c:1", album(t, "linux/amd64"))
	for _, ref := range []string{first, second, third} {
		must(t, s, ref, want64(nil))
	}
	if err := os.WriteFile(s.ingest("tmp-left"), []byte("123"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Remove(second); err != nil || n != 3 {
		t.Errorf("of two names for the same, removing one freed %d, %v; want the 3 bytes that a kill left", n, err)
	}
	must(t, s, first, PullOptions{Platform: "linux/amd64", Policy: Never})
	before := disk(t, s)
	n, err := s.Remove(first)
	if err != nil || n < 20_000 || before-disk(t, s) != n {
		t.Errorf("freed %d, %v; the store lost %d", n, err, before-disk(t, s))
	}
	if _, err := s.Get(first); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	if _, err := s.Remove(first); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	if _, err := s.Remove("Bad"); err == nil {
		t.Error("no error for a malformed reference")
	}
	must(t, s, third, PullOptions{Platform: "linux/amd64", Policy: Never})
	if _, err := s.Remove(third); err != nil {
		t.Error(err)
	}
	if list, err := s.List(); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

func disk(t *testing.T, s *Store) (n int64) {
	t.Helper()
	err := s.eachBlob(func(path string, _ v1.Hash) error { n += size(path); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRemoveWhileAnotherPulls(t *testing.T) {
	c, s := cutting(t), store(t)
	small := c.reg.push(t, "small:1", picture(t, "linux/amd64", 10, 1))
	must(t, s, small, want64(nil))
	begun, open := make(chan struct{}), make(chan struct{})
	c.reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, c.layer) {
			close(begun)
			<-open
		}
		next.ServeHTTP(w, r)
	})
	done := make(chan error, 1)
	go func() {
		_, err := s.Pull(context.Background(), c.ref, want64(nil))
		done <- err
	}()
	<-begun
	if n, err := s.Remove(small); n != 0 || err != nil {
		t.Errorf("freed %d, %v", n, err)
	}
	close(open)
	if err := <-done; err != nil {
		t.Error(err)
	}
	must(t, s, c.ref, PullOptions{Platform: "linux/amd64", Policy: Never})
	if n, err := s.Remove(c.ref); n < 500_000 || err != nil {
		t.Errorf("freed %d, %v", n, err)
	}
	if n := disk(t, s); n != 0 {
		t.Errorf("%d bytes stay, with no name that needs them", n)
	}
}

func TestDamagedIndex(t *testing.T) {
	reg, s := serve(t), store(t)
	ref := reg.push(t, "a:1", picture(t, "linux/amd64", 10, 1))
	must(t, s, ref, want64(nil))
	if err := os.WriteFile(s.content("index.json"), []byte(`{"manif`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pull(t.Context(), ref, want64(nil)); err == nil || !strings.Contains(err.Error(), "damaged: remove it") {
		t.Error(err)
	}
	if err := os.Remove(s.content("index.json")); err != nil {
		t.Fatal(err)
	}
	e := &seen{}
	must(t, s, ref, want64(e))
	if e.blobs() != 0 {
		t.Errorf("%v", e.http())
	}
}

func TestVerifyFindsDamage(t *testing.T) {
	reg, s := serve(t), store(t)
	img := must(t, s, reg.push(t, "a:1", picture(t, "linux/amd64", 1000, 1)), want64(nil))
	path := img.Layers[0].Path
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[7] ^= 1
	_ = os.Remove(path)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(); !errors.Is(err, errForged) || !strings.Contains(err.Error(), path) {
		t.Error(err)
	}
}

func TestOpenWhereNothingCanBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(filepath.Join(file, "store"))
	if known := new(Error); !errors.As(err, &known) || !strings.Contains(err.Error(), file) {
		t.Error(err)
	}
}
