package image

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/klauspost/pgzip"
)

// TestManyTinyFiles unpacks two layers of tiny files in another process, and looks
// at its memory: it must not grow with their number. GLASSBOX_MANY raises that,
// to ten million where a disk has the inodes.
func TestManyTinyFiles(t *testing.T) {
	needRoot(t)
	n := 60_000
	if s := os.Getenv("GLASSBOX_MANY"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := os.MkdirTemp("/dev/shm", "glassbox-many-")
	if err != nil {
		dir = t.TempDir()
	}
	defer func() { _ = removeTree(dir) }()
	img := &Image{Ref: "many"}
	for i := range 2 {
		img.Layers = append(img.Layers, manyLayer(t, filepath.Join(dir, fmt.Sprint(i)), n/2, i))
	}
	out, p := unpackChild(t, img, filepath.Join(dir, "store")).finish(t)
	var kib int
	if _, err := fmt.Sscanf(string(out), "peak %d", &kib); err != nil {
		t.Fatalf("%s", out)
	}
	t.Logf("%d files: %d KiB, %v user, %v system", n, kib, p.UserTime(), p.SystemTime())
	if kib > 64<<10 {
		t.Errorf("%d files took %d KiB of memory", n, kib)
	}
}

func manyLayer(t *testing.T, path string, n, i int) Layer {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	blob, diff := sha256.New(), sha256.New()
	z, _ := pgzip.NewWriterLevel(io.MultiWriter(f, blob), pgzip.BestSpeed)
	w := tar.NewWriter(io.MultiWriter(z, diff))
	for k := range n {
		// In an order that never stays in a directory, each of which is implied.
		h := tar.Header{Typeflag: tar.TypeReg, Name: fmt.Sprintf("d%d/e%d/f%d-%d", k%97, k%89, k, k%2*i), Mode: 0o644, Size: 1, ModTime: stamp, Format: tar.FormatGNU}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	fi, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	return Layer{Digest: "sha256:" + hex.EncodeToString(blob.Sum(nil)), DiffID: "sha256:" + hex.EncodeToString(diff.Sum(nil)), Size: fi.Size(), Path: path}
}
