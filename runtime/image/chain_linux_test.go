package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// TestChainIDs compares with what sha256sum(1) says of the definition:
// ChainID(L0) = DiffID(L0), ChainID(L0|…|Ln) = Digest(ChainID(L0|…|Ln-1) + " " + DiffID(Ln)).
func TestChainIDs(t *testing.T) {
	got := ChainIDs([]string{
		"sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
		"sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
	})
	// printf '%s %s' D D | sha256sum
	want := "sha256:170b376f64fb30995c140276be3d71dfb256b308d86183ca3b22aa93a79ad548"
	if got[0] != "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef" || got[1] != want {
		t.Errorf("%v", got)
	}
}

func newStore(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func states(log *seen) string {
	var out []string
	for _, e := range log.events {
		if e.Progress != nil && e.Progress.State != journal.Unpacking {
			out = append(out, fmt.Sprint(e.Progress.Index, " ", e.Progress.State))
		}
	}
	return strings.Join(out, ", ")
}

func TestLayersAreReused(t *testing.T) {
	needRoot(t)
	s := newStore(t)
	a, b, c := newBall(t).file("a", "aaa").bytes(), newBall(t).file("b", "b").file("a", "new").bytes(), newBall(t).file("c", "c").file(".wh.a", "").bytes()
	var log seen
	first, err := s.Unpack(context.Background(), stacked(t, a, b), UnpackOptions{Emit: &log})
	if err != nil {
		t.Fatal(err)
	}
	if got := states(&log); got != "0 unpacked, 1 unpacked" {
		t.Errorf("events: %s", got)
	}
	last := log.events[len(log.events)-1].Progress
	if last.Added != 1 || last.Entries != 2 || last.Path != first[1].Path || last.By != "line 1" || last.Done != last.Total || last.Total == 0 {
		t.Errorf("%+v", last)
	}
	var again seen
	second, err := s.Unpack(context.Background(), stacked(t, a, b, c), UnpackOptions{Emit: &again})
	if err != nil {
		t.Fatal(err)
	}
	if got := states(&again); got != "0 present, 1 present, 2 unpacked" {
		t.Errorf("events: %s", got)
	}
	for i := range first {
		w := first[i]
		w.Reused = true
		if second[i] != w {
			t.Errorf("got %+v, want %+v", second[i], w)
		}
	}
	if d := second[2]; d.Reused || d.Added != 1 || d.Removed != 1 || d.ChainID == d.DiffID {
		t.Errorf("%+v", d)
	}
	// The same tar on something else is another layer.
	third, err := s.Unpack(context.Background(), stacked(t, a, c), UnpackOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if third[1].Reused || third[1].Path == second[2].Path {
		t.Errorf("%+v", third[1])
	}
	// And so is one for a user namespace.
	other, err := s.Unpack(context.Background(), stacked(t, a), UnpackOptions{UserXattr: true})
	if err != nil || other[0].Reused {
		t.Errorf("%+v %v", other, err)
	}
	nothingLeft(t, s, 5)
}

func TestChainsThatBeginAlike(t *testing.T) {
	needRoot(t)
	s := newStore(t)
	img := stacked(t, newBall(t).file("a", "a").bytes())
	d, err := s.Unpack(context.Background(), img, UnpackOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// Another layer in its place.
	meta := filepath.Join(filepath.Dir(d[0].Path), metaFile)
	b := strings.Replace(read(t, meta), d[0].ChainID, d[0].ChainID[:len(d[0].ChainID)-1]+"x", 1)
	if err := os.WriteFile(meta, []byte(b), 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := s.Unpack(context.Background(), img, UnpackOptions{})
	if err != nil || again[0].Reused || again[0].Path == d[0].Path {
		t.Fatalf("%+v %v", again, err)
	}
	third, err := s.Unpack(context.Background(), img, UnpackOptions{})
	if err != nil || !third[0].Reused || third[0].Path != again[0].Path {
		t.Fatalf("%+v %v", third, err)
	}
}

func TestDamagedLayerIsMadeAgain(t *testing.T) {
	needRoot(t)
	s := newStore(t)
	img := stacked(t, newBall(t).file("a", "a").bytes())
	d, err := s.Unpack(context.Background(), img, UnpackOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, damage := range []func(string) error{os.Remove, func(p string) error { return os.WriteFile(p, []byte("{"), 0o600) }} {
		if err := damage(filepath.Join(filepath.Dir(d[0].Path), metaFile)); err != nil {
			t.Fatal(err)
		}
		again, err := s.Unpack(context.Background(), img, UnpackOptions{})
		if err != nil || again[0].Reused {
			t.Fatalf("%+v %v", again, err)
		}
	}
	nothingLeft(t, s, 1)
}

func TestHoldAndRemove(t *testing.T) {
	needRoot(t)
	s := newStore(t)
	img := stacked(t, newBall(t).file("a", "aaa").bytes(), newBall(t).dir("d", 0o555).file("d/b", "bb").bytes())
	dirs, err := s.Unpack(context.Background(), img, UnpackOptions{})
	if err != nil {
		t.Fatal(err)
	}
	held, err := s.Hold(dirs[1:])
	if err != nil {
		t.Fatal(err)
	}
	keep := map[string]bool{dirs[0].ChainID: true}
	if n, err := s.RemoveLayers(keep); n != 0 || err != nil {
		t.Errorf("freed %d of held and kept layers: %v", n, err)
	}
	if err := held.Close(); err != nil {
		t.Error(err)
	}
	if n, err := s.RemoveLayers(keep); n != 2 || err != nil {
		t.Errorf("freed %d: %v", n, err)
	}
	nothingLeft(t, s, 1)
	if _, err := s.Hold(dirs); !errors.Is(err, ErrLayerGone) {
		t.Errorf("error %v", err)
	}
	if n, err := s.RemoveLayers(nil); n != 3 || err != nil {
		t.Errorf("freed %d: %v", n, err)
	}
	if _, err := s.Hold([]LayerDir{{Path: "/etc/x/fs"}}); err == nil {
		t.Error("a directory outside the store was held")
	}
	again, err := s.Unpack(context.Background(), img, UnpackOptions{})
	if err != nil || again[0].Reused {
		t.Errorf("%+v %v", again, err)
	}
}

func TestKilledProcessIsSweptUp(t *testing.T) {
	needRoot(t)
	s := newStore(t)
	img := stacked(t, newBall(t).file("a", "a").bytes())
	half := s.layers(newPrefix + ChainIDs([]string{img.Layers[0].DiffID})[0][7:19])
	for _, d := range []string{filepath.Join(half, "fs", "rest"), filepath.Join(s.layers(newPrefix+"other"), "fs"), filepath.Join(s.layers(oldPrefix+"x"), "fs")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d, err := s.Unpack(context.Background(), img, UnpackOptions{})
	if err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, s, 1)
	if got := names(t, d[0].Path); got != "a" {
		t.Errorf("the layer holds %q", got)
	}
}

// TestSeveralAtOnce unpacks images with layers in common from two processes and
// several goroutines, into one store.
func TestSeveralAtOnce(t *testing.T) {
	needRoot(t)
	s := newStore(t)
	var tars [][]byte
	for i := range 8 {
		b := newBall(t)
		for k := range 200 {
			b.file(fmt.Sprintf("d%d/%d", i%3, k), strings.Repeat("x", 1000*i))
		}
		tars = append(tars, b.bytes())
	}
	imgs := []*Image{stacked(t, tars...), stacked(t, tars[:5]...), stacked(t, append(tars[:3:3], tars[7], tars[4])...)}
	other := unpackChild(t, imgs[0], s.Root())
	var all sync.WaitGroup
	for n := range 6 {
		all.Go(func() {
			dirs, err := s.Unpack(context.Background(), imgs[n%3], UnpackOptions{Parallel: 1 + n%4})
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.Hold(dirs); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	other.finish(t)
	nothingLeft(t, s, 10)
}

// stuck is a blob that ends the context when it was read half.
type stuck struct {
	r    io.Reader
	left int
	stop func()
}

func (s *stuck) Read(p []byte) (int, error) {
	if s.left -= len(p); s.left < 0 {
		s.stop()
	}
	return s.r.Read(p)
}

func TestUnpackCancelled(t *testing.T) {
	needRoot(t)
	s := newStore(t)
	img := stacked(t, newBall(t).file("a", strings.Repeat("a", 8<<20)).bytes())
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	log := &seen{hook: func(journal.Event) { cancel() }}
	if _, err := s.Unpack(ctx, img, UnpackOptions{Emit: log}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	nothingLeft(t, s, 0)
	// While the stream is being read, too.
	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	b := newBall(t).file("a", strings.Repeat("a", 8<<20)).bytes()
	in, err := openStream(ctx, &stuck{bytes.NewReader(b), 1 << 20, cancel}, "sha256:", newBudget(UnpackOptions{MaxBytes: 1 << 30}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, in); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	in.close()
}

// TestDeepTreesAreRemoved makes a tree that is deeper than a path can be long, as a
// tar can by way of links.
func TestDeepTreesAreRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tree")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	fd, err := openDirAt(unix.AT_FDCWD, dir)
	if err != nil {
		t.Fatal(err)
	}
	top := fd
	for range 5000 {
		if err := unix.Mkdirat(fd, "a", 0o700); err != nil {
			t.Fatal(err)
		}
		if err := unix.Symlinkat("/", fd, "link"); err != nil {
			t.Fatal(err)
		}
		next, err := openDirAt(fd, "a")
		if err != nil {
			t.Fatal(err)
		}
		if fd != top {
			_ = unix.Close(fd)
		}
		fd = next
	}
	_ = unix.Close(fd)
	n, err := emptyDir(top)
	_ = unix.Close(top)
	if err != nil || n != 10_000 {
		t.Errorf("removed %d names: %v", n, err)
	}
	if err := removeTree(dir); err != nil {
		t.Error(err)
	}
}
