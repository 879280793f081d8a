package userland

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// v1Image has one layer with one file.
func v1Image(t *testing.T, pack func([]byte) (v1.Layer, error)) v1.Image {
	t.Helper()
	a := newArchive()
	a.file("name", 0o644, strings.Repeat("content ", 100))
	raw, err := a.done()
	if err != nil {
		t.Fatal(err)
	}
	layer, err := pack(raw)
	if err != nil {
		t.Fatal(err)
	}
	img, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestSplice reads a tar whose content stays in its file, for sizes around the
// blocks of 512 bytes.
func TestSplice(t *testing.T) {
	for _, size := range []int{0, 1, 511, 512, 513, 100_000} {
		path := filepath.Join(t.TempDir(), "file")
		content := bytes.Repeat([]byte{'x'}, size)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		a := newArchive()
		a.file("before", 0o644, "before")
		a.executable("exe", f)
		a.file("after", 0o644, "after")
		if _, err := a.done(); err != nil {
			t.Fatal(err)
		}
		s := newSplice(a, f)
		all, err := io.ReadAll(io.NewSectionReader(s, 0, s.size()))
		if err != nil || int64(len(all)) != s.size() {
			t.Fatalf("%d bytes of %d: %v", len(all), s.size(), err)
		}
		for _, at := range []int64{0, 700, 1536, 2047, s.size() - 1} {
			one := make([]byte, 1)
			if _, err := s.ReadAt(one, at); err != nil || one[0] != all[at] {
				t.Errorf("byte %d: %v", at, err)
			}
		}
		got := map[string]string{}
		for r := tar.NewReader(bytes.NewReader(all)); ; {
			h, err := r.Next()
			if err == io.EOF { //nolint:errorlint // tar gives io.EOF itself.
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			got[h.Name] = string(b)
		}
		if got["before"] != "before" || got["exe"] != string(content) || got["after"] != "after" {
			t.Errorf("size %d: %d entries", size, len(got))
		}
		if size > 0 {
			if err := os.Truncate(path, int64(size-1)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, io.NewSectionReader(s, 0, s.size())); err == nil {
				t.Error("a file that became shorter was read as if it were whole")
			}
		}
		_ = f.Close()
	}
}
