package userland

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"
)

func image(t *testing.T) v1.Image {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	img, err := Image(exe)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestValid checks every digest, diff ID and size against the bytes.
func TestValid(t *testing.T) {
	img := image(t)
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := img.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if len(layers) < 4 || len(config.RootFS.DiffIDs) != len(layers) || len(manifest.Layers) != len(layers) {
		t.Fatalf("%d layers, %d diff IDs, %d descriptors", len(layers), len(config.RootFS.DiffIDs), len(manifest.Layers))
	}
	sum := func(open func() (io.ReadCloser, error)) (v1.Hash, int64) {
		r, err := open()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		h, n, err := hash(r)
		if err != nil {
			t.Fatal(err)
		}
		return h, n
	}
	for i, layer := range layers {
		if h, n := sum(layer.Compressed); h != manifest.Layers[i].Digest || n != manifest.Layers[i].Size {
			t.Errorf("layer %d: %s, %d bytes; the manifest says %s, %d", i, h, n, manifest.Layers[i].Digest, manifest.Layers[i].Size)
		}
		if h, _ := sum(layer.Uncompressed); h != config.RootFS.DiffIDs[i] {
			t.Errorf("layer %d: diff ID %s; the config says %s", i, h, config.RootFS.DiffIDs[i])
		}
	}
	steps := 0
	for _, h := range config.History {
		if !h.EmptyLayer {
			steps++
		}
	}
	if steps != len(layers) {
		t.Errorf("%d lines of history for %d layers", steps, len(layers))
	}
}

// unpacked pulls the image with skopeo and unpacks it with umoci: a bundle.
func unpacked(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"skopeo", "umoci"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s on this machine", tool)
		}
	}
	addr, stop, err := Serve(image(t))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	dir := t.TempDir()
	tool := func(args ...string) {
		t.Helper()
		if text, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, text)
		}
	}
	// skopeo decompresses the layers first, for Debian's umoci knows no zstd.
	tool("skopeo", "copy", "-q", "--src-tls-verify=false", "--dest-decompress", "docker://"+addr+"/demo:latest", "dir:"+dir+"/dir")
	tool("skopeo", "copy", "-q", "dir:"+dir+"/dir", "oci:"+dir+"/oci:latest")
	args := []string{"umoci", "unpack", "--image", dir + "/oci:latest", dir + "/bundle"}
	if os.Geteuid() != 0 {
		args = append(args, "--rootless")
	}
	tool(args...)
	return dir + "/bundle"
}

// TestUnpacked looks at what must have come through.
func TestUnpacked(t *testing.T) { look(t, filepath.Join(unpacked(t), "rootfs")) }

// look checks an unpacked root file system.
func look(t *testing.T, root string) {
	t.Helper()
	at := func(name string) string { return filepath.Join(root, name) }
	read := func(name string) string {
		b, err := os.ReadFile(at(name))
		if err != nil {
			t.Error(err)
		}
		return string(b)
	}
	if !strings.Contains(read("app/www/index.html"), "Version 2") {
		t.Error("index.html was not replaced")
	}
	for _, gone := range []string{"app/README", "app/old/plan-a.txt", "app/old/plan-b.txt"} {
		if _, err := os.Lstat(at(gone)); err == nil {
			t.Errorf("%s is still there", gone)
		}
	}
	read("app/old/plan-c.txt")
	for _, name := range Names() {
		if target, err := os.Readlink(at("bin/" + name)); target != self {
			t.Errorf("bin/%s is no link to the programs: %v", name, err)
		}
	}
	exe, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if read("bin/"+self) != string(exe) {
		t.Error("the executable came out different")
	}
	var a, b unix.Stat_t
	if unix.Stat(at("app/www/logo.txt"), &a) != nil || unix.Stat(at("app/www/logo-copy.txt"), &b) != nil || a.Ino != b.Ino {
		t.Error("the hard link is none")
	}
	if os.Geteuid() == 0 {
		privileged(t, at)
	}
}

// privileged checks what only root can unpack.
func privileged(t *testing.T, at func(string) string) {
	t.Helper()
	for name, want := range map[string]uint32{
		"usr/bin/asroot": unix.S_IFREG | 0o4755, "tmp": unix.S_IFDIR | 0o1777, "app/data": unix.S_IFDIR | 0o2775,
		"home/demo": unix.S_IFDIR | 0o700,
	} {
		var st unix.Stat_t
		if err := unix.Lstat(at(name), &st); err != nil || st.Mode != want {
			t.Errorf("%s has mode %o, want %o (%v)", name, st.Mode, want, err)
		}
	}
	buf := make([]byte, 64)
	n, err := unix.Lgetxattr(at("usr/bin/mystatus"), "security.capability", buf)
	if err != nil || string(buf[:n]) != bindService() {
		t.Errorf("the file capability is %x (%v)", buf[:max(n, 0)], err)
	}
}

// TestSameAgain makes the image twice.
func TestSameAgain(t *testing.T) {
	a, err := image(t).Digest()
	if err != nil {
		t.Fatal(err)
	}
	b, err := image(t).Digest()
	if err != nil {
		t.Fatal(err)
	}
	if a != b {
		t.Errorf("one executable, two digests: %s and %s", a, b)
	}
}

// TestSmall makes and serves an image of an executable of 256 MiB, and asks the
// kernel how much memory this process had at most meanwhile.
func TestSmall(t *testing.T) {
	exe := filepath.Join(t.TempDir(), "large")
	copyExecutable(t, exe)
	if err := os.Truncate(exe, 256<<20); err != nil {
		t.Fatal(err)
	}
	debug.FreeOSMemory()                                                              // what the tests before had
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200); err != nil { // the peak is now: proc(5)
		t.Fatal(err)
	}
	img, err := Image(exe)
	if err != nil {
		t.Fatal(err)
	}
	addr, stop, err := Serve(img)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	m, err := img.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get("http://" + addr + "/v2/demo/blobs/" + m.Layers[0].Digest.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	h, n, err := hash(resp.Body)
	if err != nil || h != m.Layers[0].Digest || n < 256<<20 {
		t.Errorf("%s, %d bytes: %v", h, n, err)
	}
	peak, err := strconv.Atoi(strings.TrimSuffix(status(t, os.Getpid(), "VmHWM"), " kB"))
	if err != nil || peak > 64<<10 {
		t.Errorf("%d KiB at its peak (%v)", peak, err)
	}
	t.Logf("peak %d KiB", peak)
}

// BenchmarkImage is what each start of the demo pays: one pass of SHA-256.
func BenchmarkImage(b *testing.B) {
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	if info, err := os.Stat(exe); err == nil {
		b.SetBytes(info.Size())
	}
	for b.Loop() {
		if _, err := Image(exe); err != nil {
			b.Fatal(err)
		}
	}
}

// TestNoExecutable refuses what can't be started in a container.
func TestNoExecutable(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "script")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{script, dir, filepath.Join(dir, "nothing")} {
		if _, err := Image(path); err == nil {
			t.Errorf("an image was made of %s", path)
		}
	}
}
