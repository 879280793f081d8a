package image

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/pgzip"
)

// BenchmarkUnpack unpacks three gzip layers, 265 MB in 19,500 entries of this
// machine's own files, beside `zcat | tar` of the same layers in parallel.
//
//	go test -run - -bench Unpack ./runtime/image
//
// Both run by turns, since the machine's load changes; x-wall and x-cpu are the
// ratios of the medians, MiB-rss the peak memory of the process that unpacks. Where
// others use the machine x-wall is unfair: the shell has six processes that ask
// for a share, glassbox one with as many threads as there are CPUs. It works on
// /dev/shm: on ext4, unpacking right after removing a similar tree measures the
// journal.
func BenchmarkUnpack(b *testing.B) {
	needRoot(b)
	img := benchImage(b)
	var wall, cpu [2][]time.Duration
	var peak float64
	for b.Loop() {
		dir := shm(b)
		for i, run := range []func(*testing.B, *Image, string) ([]byte, *os.ProcessState){benchChild, benchShell} {
			start := time.Now()
			out, p := run(b, img, dir)
			wall[i] = append(wall[i], time.Since(start))
			cpu[i] = append(cpu[i], p.UserTime()+p.SystemTime())
			var kib float64
			if n, _ := fmt.Sscanf(string(out), "peak %f", &kib); n == 1 {
				peak = max(peak, kib/1024)
			}
		}
		if err := os.RemoveAll(dir); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(median(wall[0]).Milliseconds()), "ms-glassbox")
	b.ReportMetric(float64(median(wall[1]).Milliseconds()), "ms-zcat-tar")
	b.ReportMetric(float64(median(wall[0]))/float64(median(wall[1])), "x-wall")
	b.ReportMetric(float64(median(cpu[0]))/float64(median(cpu[1])), "x-cpu")
	b.ReportMetric(peak, "MiB-rss")
	b.ReportMetric(0, "ns/op")
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func shm(b *testing.B) string {
	dir, err := os.MkdirTemp("/dev/shm", "glassbox-bench-")
	if err != nil {
		b.Skip("needs /dev/shm: ", err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// benchChild unpacks in a process of its own, so that its memory can be told.
func benchChild(b *testing.B, img *Image, dir string) ([]byte, *os.ProcessState) {
	return unpackChild(b, img, dir).finish(b)
}

// child is another process that unpacks.
type child struct {
	cmd *exec.Cmd
	out bytes.Buffer
}

func unpackChild(t testing.TB, img *Image, dir string) *child {
	t.Helper()
	j, err := json.Marshal(img.Layers)
	if err != nil {
		t.Fatal(err)
	}
	c := &child{cmd: exec.Command("/proc/self/exe", "-test.run=^TestUnpackChild$")}
	c.cmd.Env = append(os.Environ(), "GLASSBOX_UNPACK="+dir, "GLASSBOX_LAYERS="+string(j))
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.out
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *child) finish(t testing.TB) ([]byte, *os.ProcessState) {
	t.Helper()
	if err := c.cmd.Wait(); err != nil {
		t.Fatalf("the other process: %v: %s", err, c.out.Bytes())
	}
	return c.out.Bytes(), c.cmd.ProcessState
}

// TestUnpackChild is the process that benchChild and others start.
func TestUnpackChild(t *testing.T) {
	dir := os.Getenv("GLASSBOX_UNPACK")
	if dir == "" {
		t.Skip("is the other process of tests and benchmarks")
	}
	img := &Image{Ref: "bench"}
	if err := json.Unmarshal([]byte(os.Getenv("GLASSBOX_LAYERS")), &img.Layers); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Unpack(context.Background(), img, UnpackOptions{}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	fmt.Printf("peak %s\n", strings.Fields(rest)[0])
}

func benchShell(b *testing.B, img *Image, dir string) ([]byte, *os.ProcessState) {
	var script strings.Builder
	for i, l := range img.Layers {
		fmt.Fprintf(&script, "mkdir %s/%d; zcat %s | tar -xf - -C %s/%d --numeric-owner -p & ", dir, i, l.Path, dir, i)
	}
	cmd := exec.Command("sh", "-c", script.String()+"wait")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return nil, cmd.ProcessState
}

// benchImage makes the layers from files of /usr.
func benchImage(b *testing.B) *Image {
	b.Helper()
	const layers, entries, size = 3, 6500, 265_000_000 / 3
	dir := shm(b)
	img := &Image{Ref: "bench"}
	var paths []string
	_ = filepath.WalkDir("/usr", func(p string, d fs.DirEntry, err error) error {
		if err == nil && (d.Type().IsRegular() || d.IsDir() || d.Type()&fs.ModeSymlink != 0) {
			paths = append(paths, p)
		}
		return nil
	})
	for i := range layers {
		img.Layers = append(img.Layers, benchLayer(b, filepath.Join(dir, fmt.Sprint(i)), &paths, entries, size))
	}
	return img
}

func benchLayer(b *testing.B, path string, from *[]string, entries int, size int64) Layer {
	b.Helper()
	out, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	blob, diff := sha256.New(), sha256.New()
	z := pgzip.NewWriter(io.MultiWriter(out, blob))
	w := tar.NewWriter(io.MultiWriter(z, diff))
	n := 0
	for ; n < entries && len(*from) > 0; *from = (*from)[1:] {
		p := (*from)[0]
		fi, err := os.Lstat(p)
		// So that both counts come out: large files as long as there is room.
		if err != nil || fi.Mode().IsRegular() && fi.Size() > max(2*size/int64(entries-n), 4000) {
			continue
		}
		link, _ := os.Readlink(p)
		h, err := tar.FileInfoHeader(fi, link)
		if err != nil {
			continue
		}
		h.Name, h.Format = p[1:], tar.FormatPAX
		if !fi.Mode().IsRegular() {
			h.Size = 0
		}
		if err := w.WriteHeader(h); err != nil {
			b.Fatal(err)
		}
		if fi.Mode().IsRegular() {
			f, err := os.Open(p)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(w, f); err != nil {
				b.Fatal(err)
			}
			_ = f.Close()
		}
		size -= h.Size
		n++
	}
	benchRest(b, w, size)
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	fi, _ := out.Stat()
	_ = out.Close()
	b.Logf("%s: %d entries, %d bytes of gzip", path, n, fi.Size())
	return Layer{Digest: "sha256:" + hex.EncodeToString(blob.Sum(nil)), DiffID: "sha256:" + hex.EncodeToString(diff.Sum(nil)), Size: fi.Size(), Path: path}
}

// benchRest adds what is missing in bytes as one file, half compressible as the rest.
func benchRest(b *testing.B, w *tar.Writer, size int64) {
	b.Helper()
	if size <= 0 {
		return
	}
	if err := w.WriteHeader(&tar.Header{Name: "rest", Typeflag: tar.TypeReg, Mode: 0o644, Size: size}); err != nil {
		b.Fatal(err)
	}
	exe, err := os.Open("/proc/self/exe")
	if err != nil {
		b.Fatal(err)
	}
	defer exe.Close() //nolint:errcheck // Read only.
	for size > 0 {
		_, _ = exe.Seek(0, io.SeekStart)
		n, err := io.CopyN(w, exe, size)
		if err != nil && !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
		size -= n
	}
}
