package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-containerregistry/pkg/crane"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"glassbox/runtime/proc"
	"glassbox/stages"
)

// hostIDs is the range of ids that a running container has on the host.
func hostIDs(t *testing.T, name string) proc.IDMap {
	t.Helper()
	run, err := stages.FindStarted(stages.Default().State, name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/uid_map", run.Pid))
	if err != nil {
		t.Fatal(err)
	}
	maps := proc.ParseIDMap(b)
	if len(maps) != 1 {
		t.Fatalf("uid_map is %q", b)
	}
	return maps[0]
}

// TestUsernsPrivate: two containers have ranges of their own, which nobody else
// is given; the image's files belong to the container's users, what they write
// belongs to the range on the host, and the range is free again at the end.
func TestUsernsPrivate(t *testing.T) {
	needRoot(t)
	a := start(t, nil, "--userns", "private", "--network", "none", "-u", "root", "demo", "sh", "-c", "touch /made; chown 1000:1000 /made; exec sleep 1000")
	b := start(t, nil, "--userns", "private", "--network", "none", "-u", "root", "demo", "sleep", "1000")
	x, y := hostIDs(t, a.name), hostIDs(t, b.name)
	if x.Outside == y.Outside || x.Count != 65536 || y.Count != 65536 || x.Inside != 0 || x.Outside < 100000 {
		t.Errorf("the ranges are %+v and %+v", x, y)
	}
	r := run(t, "exec", a.name, "sh", "-c", "ls -ln /made; ls -ldn /etc /home/*")
	if r.code != 0 || !strings.Contains(r.out, " 1000 1000 ") || strings.Contains(r.out, "65534") {
		t.Errorf("the owners inside: %d\n%s%s", r.code, r.out, r.err)
	}
	upper := filepath.Join(stages.Default().Root, "containers", filepath.Base(a.dir), "upper", "made")
	st, err := os.Stat(upper)
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := st.Sys().(*syscall.Stat_t); !ok || s.Uid != x.Outside+1000 {
		t.Errorf("on the host %s belongs to %+v", upper, st.Sys())
	}
	a.stop()
	b.stop()
	for _, m := range []proc.IDMap{x, y} {
		f, err := os.Open(fmt.Sprintf("%s/ids/%d", stages.Default().State, m.Outside))
		if err != nil {
			continue
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil { // else another run has it by now
			t.Errorf("the claim %s is left", f.Name())
		}
		_ = f.Close()
	}
	for line := range strings.Lines(traces(t)) { // others may run beside us
		if strings.Contains(line, filepath.Base(a.dir)) || strings.Contains(line, filepath.Base(b.dir)) {
			t.Errorf("left behind: %s", line)
		}
	}
}

// TestUsernsOutOfReach: what lies where the container's root may not go on the
// host is bound all the same; its owner is nobody inside.
func TestUsernsOutOfReach(t *testing.T) {
	needRoot(t)
	dir := filepath.Join(t.TempDir(), "closed")
	if err := os.MkdirAll(filepath.Join(dir, "vol"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "vol", "file"), []byte("content\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	vol := filepath.Join(dir, "vol")
	out := quiet(t, "--userns", "private", "-u", "root", "-v", vol+":/a", "-v", vol+":/b:ro", "demo", "sh", "-c", "cat /a/file /b/file; ls -ln /a; echo x 2>/dev/null >/a/new || echo refused; echo y >/dev/stdout")
	for _, want := range []string{"content\ncontent\n", "65534", "refused", "y\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in %q", want, out)
		}
	}
}

// plainImage is an archive of an image with a static busybox and nothing that is removed.
func plainImage(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(needTool(t, "busybox"))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := tar.NewWriter(&packed)
	if err := w.WriteHeader(&tar.Header{Name: "bin/busybox", Mode: 0o755, Size: int64(len(b)), Typeflag: tar.TypeReg}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed.Bytes())), nil })
	if err != nil {
		t.Fatal(err)
	}
	img, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "image.tar")
	if err := crane.Save(img, "plain:1", file); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestFuseStandsIn: where the kernel refuses an overlay (here: on top of a
// file system in user space), fuse-overlayfs merges the layers, and a note says so.
func TestFuseStandsIn(t *testing.T) {
	needRoot(t)
	needTool(t, "fuse-overlayfs")
	needTool(t, "bindfs")
	needTool(t, "unshare")
	dir := t.TempDir()
	script := `mount -t tmpfs none "$0" && cd "$0" && mkdir l m && bindfs -f l m & b=$!
until mountpoint -q "$0/m"; do kill -0 $b || exit 9; done
"$@"; s=$?; umount -l "$0/m"; kill $b; exit $s`
	r := with(t, nil, "unshare", "-m", "sh", "-c", script,
		dir, program, "run", "--json", "--network", "none", "--root", filepath.Join(dir, "m", "store"), "--platform", "linux/"+runtime.GOARCH, "docker-archive:"+plainImage(t),
		"/bin/busybox", "sh", "-c", "echo x >/new && grep ' / / ' /proc/self/mountinfo")
	if r.code != 0 {
		t.Fatalf("status %d %s %+v", r.code, r.err, fold(parse(t, []byte(r.out))).Errors)
	}
	said, fuse := false, false
	for _, e := range parse(t, []byte(r.out)) {
		said = said || e.Note != nil && e.Note.Key == "fuse-overlayfs"
		fuse = fuse || e.Output != nil && strings.Contains(string(e.Output.Bytes()), "fuse")
	}
	if !said || !fuse {
		t.Errorf("a note: %v, a FUSE on /: %v\n%s", said, fuse, r.err)
	}
}
