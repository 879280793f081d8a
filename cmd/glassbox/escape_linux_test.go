package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// escape is one way out, as it was published, or found here, tried against our engine.
type escape struct {
	name string // the advisory, or what it is
	try  func(t *testing.T)
}

// TestEscapes tries them. The README lists the same names.
func TestEscapes(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	listed := err == nil // elsewhere than in the repository there is none
	for _, list := range [][]escape{imageEscapes(), mountEscapes(), bundleEscapes(), programEscapes(), joinEscapes(), hostEscapes()} {
		for _, e := range list {
			t.Run(strings.ReplaceAll(e.name, " ", "_"), e.try)
			if listed && !bytes.Contains(readme, []byte(e.name)) {
				t.Errorf("the README does not list %q", e.name)
			}
		}
	}
}

// file is one entry of an image's layer.
type file struct {
	name, link, body string
	kind             byte // of tar; 0 is a regular file
	mode             int64
	major, minor     int64
}

// stranger makes an OCI layout whose image holds busybox and what a stranger put
// in, and returns its reference.
func stranger(t *testing.T, cfg v1.Config, files ...file) string {
	t.Helper()
	box, err := os.ReadFile(needTool(t, "busybox"))
	if err != nil {
		t.Fatal(err)
	}
	all := []file{{name: "bin/", kind: tar.TypeDir, mode: 0o755}, {name: "tmp/", kind: tar.TypeDir, mode: 0o1777}, {name: "bin/busybox", body: string(box), mode: 0o755}}
	for _, n := range []string{"sh", "cat", "ls", "true", "echo", "sleep", "chmod", "mount", "umount", "readlink", "id", "head", "mknod", "ln", "rm", "mkdir", "stat", "touch", "grep", "mkfifo", "mv", "test", "seq", "kill", "wc", "date", "basename"} {
		all = append(all, file{name: "bin/" + n, kind: tar.TypeSymlink, link: "busybox"})
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range append(all, files...) {
		h := &tar.Header{Name: f.name, Linkname: f.link, Typeflag: f.kind, Mode: f.mode, Size: int64(len(f.body)), Devmajor: f.major, Devminor: f.minor}
		if f.kind == 0 {
			h.Typeflag = tar.TypeReg
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return layoutOf(t, cfg, b.Bytes())
}

func layoutOf(t *testing.T, cfg v1.Config, layer []byte) string {
	t.Helper()
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(layer)), nil })
	if err != nil {
		t.Fatal(err)
	}
	img, err := mutate.AppendLayers(empty.Image, l)
	if err != nil {
		t.Fatal(err)
	}
	c, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	c = c.DeepCopy()
	c.OS, c.Architecture, c.Config = "linux", architecture(t), cfg
	if img, err = mutate.ConfigFile(img, c); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	p, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.AppendImage(img, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": "latest"})); err != nil {
		t.Fatal(err)
	}
	return "oci:" + dir
}

func architecture(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("uname", "-m").Output()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"x86_64": "amd64", "aarch64": "arm64"}[strings.TrimSpace(string(out))]
}

// own is where these tests keep images, so that nothing of a stranger's stays in the host's store.
func own(t *testing.T) []string {
	t.Helper()
	dir, err := os.MkdirTemp("", "escape") // the name of a test may have a comma in it, which overlayfs can't take
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return []string{"--root", filepath.Join(dir, "store")}
}

// caged runs a stranger's image, as root and without a network, and returns how it went.
func caged(t *testing.T, image string, flags []string, args ...string) result {
	t.Helper()
	all := append([]string{"run", "--quiet", "--network", "none", "-u", "0"}, own(t)...)
	all = append(append(all, flags...), image)
	return run(t, append(all, args...)...)
}

// refusedWith asserts that glassbox says no, in one sentence with these words in it.
func refusedWith(t *testing.T, r result, words string) {
	t.Helper()
	if r.code != 125 && r.code != 126 && r.code != 127 || !strings.Contains(r.err, words) || strings.Count(strings.TrimSpace(r.err), "\n") > 0 {
		t.Errorf("status %d, says %q; want 125 and one sentence with %q", r.code, r.err, words)
	}
}

// canary is a file on the host that nothing in a container may reach.
func canary(t *testing.T) (dir string, whole func()) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "canary"), []byte("alive"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir, func() {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, "canary"))
		list, _ := os.ReadDir(dir)
		if err != nil || string(b) != "alive" || len(list) != 1 {
			t.Errorf("the host's directory was changed: %q %v, %v", b, err, list)
		}
	}
}

// captive runs a container that lives until the test's end, once it has
// printed a line "ready", and returns its name.
func captive(t *testing.T, image string, flags []string, script string) string {
	t.Helper()
	name := fmt.Sprintf("esc-%d", time.Now().UnixNano()%1e9)
	all := append([]string{"run", "--quiet", "-u", "0", "--name", name}, own(t)...)
	all = append(append(all, flags...), image, "sh", "-c", script)
	c := exec.Command(program, all...)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	c.Stderr = &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Process.Signal(os.Interrupt) // the second one does not wait
		_ = c.Wait()
	})
	line := make([]byte, 6)
	if _, err := io.ReadFull(out, line); err != nil || string(line) != "ready\n" {
		t.Fatalf("the container says %q: %v\n%s", line, err, errs.String())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return name
}
