package image

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sys/unix"
)

// compressed replaces a layer's blob; the diffID stays that of the tar.
func compressed(t *testing.T, img *Image, i int, with func(io.Writer) io.WriteCloser) {
	t.Helper()
	plain, err := os.ReadFile(img.Layers[i].Path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := with(&out)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	img.Layers[i].Size = int64(out.Len())
	if err := os.WriteFile(img.Layers[i].Path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func gzipped(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }

func zstded(w io.Writer) io.WriteCloser {
	z, _ := zstd.NewWriter(w)
	return z
}

// try unpacks into a new store, which it returns.
func try(t *testing.T, img *Image, o UnpackOptions) ([]LayerDir, *Store, error) {
	t.Helper()
	needRoot(t)
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Unpack(context.Background(), img, o)
	return d, s, err
}

func TestCompressions(t *testing.T) {
	text := strings.Repeat("some text that compresses ", 100_000)
	img := stacked(t, newBall(t).file("plain", text).bytes(), newBall(t).file("gzip", text).bytes(), newBall(t).file("zstd", text).bytes(), newBall(t).file("members", text).bytes())
	compressed(t, img, 1, gzipped)
	compressed(t, img, 2, zstded)
	// Several gzip members in one blob, as pigz and stargz write it.
	compressed(t, img, 3, func(w io.Writer) io.WriteCloser { return &members{w: w} })
	dirs, _, err := try(t, img, UnpackOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"plain", "gzip", "zstd", "members"} {
		if read(t, dirs[i].Path, name) != text {
			t.Errorf("%s is not what was packed", name)
		}
	}
}

type members struct{ w io.Writer }

func (m *members) Write(b []byte) (int, error) {
	for part := range slices.Chunk(b, 100_000) {
		z := gzip.NewWriter(m.w)
		_, _ = z.Write(part)
		_ = z.Close()
	}
	return len(b), nil
}

func (m *members) Close() error { return nil }

func TestWrongCompression(t *testing.T) {
	img := stacked(t, []byte("BZh91AY&SY not a layer"))
	if _, _, err := try(t, img, UnpackOptions{}); err == nil || !strings.Contains(err.Error(), "bzip2 or xz") {
		t.Errorf("error %v", err)
	}
}

func TestDigestOfTheTar(t *testing.T) {
	b := newBall(t).file("f", "f").bytes()
	// What follows the end of the tar is in the digest too.
	b = append(bytes.Clone(b), bytes.Repeat([]byte("trailing"), 50_000)...)
	img := stacked(t, b)
	compressed(t, img, 0, gzipped)
	if _, _, err := try(t, img, UnpackOptions{}); err != nil {
		t.Error(err)
	}
	img.Layers[0].DiffID = fmt.Sprintf("sha512:%x", sha512.Sum512(b))
	if _, _, err := try(t, img, UnpackOptions{}); err != nil {
		t.Error(err)
	}
	img.Layers[0].DiffID = fmt.Sprintf("sha256:%x", sha256.Sum256([]byte("else")))
	_, s, err := try(t, img, UnpackOptions{})
	if err == nil || !strings.Contains(err.Error(), "its tar has the digest") {
		t.Errorf("error %v", err)
	}
	nothingLeft(t, s, 0)
	img.Layers[0].DiffID = "md5:00"
	if _, _, err := try(t, img, UnpackOptions{}); err == nil || !strings.Contains(err.Error(), "neither sha256 nor sha512") {
		t.Errorf("error %v", err)
	}
}

func TestTruncated(t *testing.T) {
	for name, with := range map[string]func(io.Writer) io.WriteCloser{"plain": nil, "gzip": gzipped, "zstd": zstded} {
		for _, part := range []int{4, 2} {
			var noise strings.Builder
			for i := range 50_000 {
				fmt.Fprint(&noise, i*i)
			}
			img := stacked(t, newBall(t).file("a", "a").file("f", noise.String()).bytes())
			if with != nil {
				compressed(t, img, 0, with)
			}
			fi, err := os.Stat(img.Layers[0].Path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(img.Layers[0].Path, fi.Size()*int64(part-1)/int64(part)); err != nil {
				t.Fatal(err)
			}
			_, s, err := try(t, img, UnpackOptions{})
			if err == nil || !strings.Contains(err.Error(), "in the middle") || !strings.Contains(err.Error(), "pull it again") {
				t.Errorf("%s: error %v", name, err)
			}
			nothingLeft(t, s, 0)
		}
	}
}

func TestBombs(t *testing.T) {
	zeros := strings.Repeat("\x00", 8<<20)
	img := stacked(t, newBall(t).file("z", zeros).bytes())
	compressed(t, img, 0, gzipped)
	if _, _, err := try(t, img, UnpackOptions{MaxBytes: 4 << 20}); err == nil || !strings.Contains(err.Error(), "more than 4194304 bytes") {
		t.Errorf("error %v", err)
	}
	// Behind the end of the tar.
	img = stacked(t, append(newBall(t).file("z", "").bytes(), zeros...))
	compressed(t, img, 0, zstded)
	if _, _, err := try(t, img, UnpackOptions{MaxBytes: 4 << 20}); err == nil || !strings.Contains(err.Error(), "more than 4194304 bytes") {
		t.Errorf("error %v", err)
	}
	// The limit is the image's, not a layer's.
	img = stacked(t, newBall(t).file("a", zeros[:3<<20]).bytes(), newBall(t).file("b", zeros[:3<<20]).bytes())
	if _, _, err := try(t, img, UnpackOptions{MaxBytes: 4 << 20}); err == nil || !strings.Contains(err.Error(), "more than 4194304 bytes") {
		t.Errorf("error %v", err)
	}
	if _, _, err := try(t, img, UnpackOptions{MaxBytes: 8 << 20}); err != nil {
		t.Error(err)
	}
	// Names, listed and implied.
	img = stacked(t, newBall(t).file(strings.Repeat("d/", 50)+"f", "").bytes())
	if _, _, err := try(t, img, UnpackOptions{MaxEntries: 50}); err == nil || !strings.Contains(err.Error(), "more than 50 names") {
		t.Errorf("error %v", err)
	}
	if _, _, err := try(t, img, UnpackOptions{MaxEntries: 51}); err != nil {
		t.Error(err)
	}
	// A file that is one hole, and copies of one file below.
	img = stacked(t, sparseTar(t, "--format=gnu", 1<<30))
	if _, _, err := try(t, img, UnpackOptions{MaxBytes: 512 << 20}); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("error %v", err)
	}
}

// sparseTar packs with GNU tar a file of this size that is all but a hole.
func sparseTar(t *testing.T, format string, size int64, opts ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	hole(t, dir, size)
	out, err := exec.Command("tar", append(opts, format, "--sparse", "-C", dir, "-cf", "-", "sparse")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	if len(out) > 1<<20 {
		t.Fatalf("tar did not pack the hole: %d bytes", len(out))
	}
	return out
}

// hole makes a file "sparse" of this size, with three bytes in its middle.
func hole(t *testing.T, dir string, size int64) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "sparse"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt([]byte("mid"), size/2)
	if err := errors.Join(err, f.Truncate(size), f.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestSparse(t *testing.T) {
	const size = 64 << 20
	want := make([]byte, size)
	copy(want[size/2:], "mid")
	for name, b := range map[string][]byte{
		"gnu":     sparseTar(t, "--format=gnu", size),
		"pax 0.0": sparseTar(t, "--format=posix", size, "--sparse-version=0.0"),
		"pax 0.1": sparseTar(t, "--format=posix", size, "--sparse-version=0.1"),
		"pax 1.0": sparseTar(t, "--format=posix", size),
	} {
		d := unpacked(t, UnpackOptions{}, b)[0]
		if read(t, d.Path, "sparse") != string(want) {
			t.Errorf("%s: the content differs", name)
		}
		if st := stat(t, d.Path, "sparse"); st.Blocks*512 > 1<<20 {
			t.Errorf("%s: %d bytes are allocated", name, st.Blocks*512)
		}
	}
}

// TestLargeSizes reads headers of a file that is larger than octal digits can tell:
// base 256 in GNU's format, a record in PAX.
func TestLargeSizes(t *testing.T) {
	for _, format := range []string{"--format=gnu", "--format=posix"} {
		d := unpacked(t, UnpackOptions{}, sparseTar(t, format, 9<<30))[0]
		st := stat(t, d.Path, "sparse")
		if st.Size != 9<<30 || st.Blocks*512 > 1<<20 {
			t.Errorf("%s: %d bytes, %d allocated", format, st.Size, st.Blocks*512)
		}
		f, err := os.Open(filepath.Join(d.Path, "sparse"))
		if err != nil {
			t.Fatal(err)
		}
		var mid [3]byte
		_, err = f.ReadAt(mid[:], 9<<29)
		_ = f.Close()
		if err != nil || string(mid[:]) != "mid" {
			t.Errorf("%s: %q %v", format, mid, err)
		}
	}
}

func TestUnpackFullDisk(t *testing.T) {
	needRoot(t)
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("needs a tmpfs: %s", out)
	}
	defer func() { _ = unix.Unmount(disk, 0) }()
	s, err := Open(filepath.Join(disk, "store"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Unpack(context.Background(), stacked(t, newBall(t).file("big", strings.Repeat("x", 4<<20)).bytes()), UnpackOptions{})
	if err == nil || !strings.Contains(err.Error(), "is full") || !strings.Contains(err.Error(), "glassbox rmi") || !errors.Is(err, unix.ENOSPC) {
		t.Errorf("error %v", err)
	}
	nothingLeft(t, s, 0)
}
