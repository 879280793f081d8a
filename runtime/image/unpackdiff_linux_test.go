package image

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	ocilayout "github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/sys/unix"
)

// TestAgainstGNUTar packs trees of this machine with GNU tar in its formats, and
// compares what tar makes of them with what we make.
func TestAgainstGNUTar(t *testing.T) {
	needRoot(t)
	src := t.TempDir()
	script := `set -e
cp -a /etc /sbin/. . 2>/dev/null || true
mkdir -p dev d/sticky; chmod 1777 d/sticky; chmod 2755 d
mknod dev/null c 1 3; mknod dev/disk b 8 1; mkfifo -m 600 dev/fifo
cp /bin/true d/suid; chown 1:2 d/suid; chmod 6755 d/suid; ln d/suid d/again
cp /bin/true d/cap
truncate -s 3M d/sparse; printf mid | dd of=d/sparse bs=1 seek=1500000 conv=notrunc status=none
ln -s /etc/passwd d/abs; ln -s nowhere d/dangling; chown -h 3:4 d/dangling
touch -d '1969-12-31 23:59:58.25 UTC' d/old; touch -d '2106-02-07 06:28:17.5 UTC' d/late
mkdir -p "$(printf 'long%.0s' $(seq 60))/$(printf 'name%.0s' $(seq 60))"
touch "d/with space" "$(printf 'd/new\nline')" "$(printf 'd/\303\251')" "$(printf 'd/\377raw')"`
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = src
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, x := range []struct{ path, name, value string }{
		{"d/cap", "security.capability", "\x01\x00\x00\x02\x00\x20" + strings.Repeat("\x00", 14)}, // cap_net_raw+ep
		{"d/cap", "user.a", "b"},
		{"d", "user.dir", "c"},
	} {
		if err := unix.Setxattr(filepath.Join(src, x.path), x.name, []byte(x.value), 0); err != nil {
			t.Fatalf("%s of %s: %v", x.name, x.path, err)
		}
	}
	for _, args := range [][]string{{"--format=gnu"}, {"--format=posix", "--xattrs", "--xattrs-include=*"}, {"--format=posix", "--sparse", "--xattrs"}, {"--format=gnu", "--sparse"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			var b, stderr bytes.Buffer
			pack := exec.Command("tar", append(args, "--numeric-owner", "-C", src, "-cf", "-", ".")...)
			pack.Stdout, pack.Stderr = &b, &stderr
			if err := pack.Run(); err != nil {
				t.Fatalf("%v: %s", err, stderr.Bytes())
			}
			theirs := t.TempDir()
			get := exec.Command("tar", "--numeric-owner", "--same-owner", "--xattrs", "--xattrs-include=*", "-C", theirs, "-xpf", "-")
			get.Stdin = bytes.NewReader(b.Bytes())
			if out, err := get.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			d := unpacked(t, UnpackOptions{}, b.Bytes())[0]
			got, want := tree(t, d.Path), tree(t, theirs)
			if len(want) < 100 {
				t.Fatalf("only %d names", len(want))
			}
			differ(t, "tar", got, want)
		})
	}
}

// TestAgainstUmoci makes images by chance, and compares what umoci unpacks with an
// overlay of what we do.
func TestAgainstUmoci(t *testing.T) {
	needRoot(t)
	if _, err := exec.LookPath("umoci"); err != nil {
		t.Skip("needs umoci")
	}
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			g := &chance{r: rand.New(rand.NewPCG(seed, 2)), has: map[string]byte{}}
			var tars [][]byte
			img := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
			for range 2 + int(seed) {
				b := g.layer(t)
				tars = append(tars, b)
				l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }, tarball.WithMediaType(types.OCILayer))
				if err != nil {
					t.Fatal(err)
				}
				if img, err = mutate.AppendLayers(img, l); err != nil {
					t.Fatal(err)
				}
			}
			dir := t.TempDir()
			p, err := ocilayout.Write(filepath.Join(dir, "oci"), empty.Index)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.AppendImage(img, ocilayout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": "x"})); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command("umoci", "raw", "unpack", "--image", filepath.Join(dir, "oci")+":x", filepath.Join(dir, "rootfs")).CombinedOutput(); err != nil {
				t.Fatalf("umoci: %v: %s", err, out)
			}
			m := overlaid(t, unpacked(t, UnpackOptions{}, tars...))
			differ(t, "umoci", tree(t, m), tree(t, filepath.Join(dir, "rootfs")))
		})
	}
}

// chance makes layers as image builders do: each directory on the way is listed,
// what is removed was there.
type chance struct {
	r   *rand.Rand
	has map[string]byte // what the image shows so far: 'd' for directories
	n   int
}

func (g *chance) paths() []string {
	out := []string{}
	for p := range g.has {
		out = append(out, p)
	}
	sort.Strings(out)
	return out
}

// layer makes one: removals first, as an overlay's diff lists nothing twice.
func (g *chance) layer(t *testing.T) []byte {
	b := newBall(t)
	touched := map[string]bool{}
	parents := func(p string) {
		for i := range p {
			if d := p[:i]; p[i] == '/' && !touched[d] {
				touched[d], g.has[d] = true, 'd'
				b.add(g.owned(tar.Header{Name: d + "/", Typeflag: tar.TypeDir, Mode: 0o755}), "")
			}
		}
	}
	b.add(g.owned(tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o755}), "")
	for _, p := range g.paths() {
		if _, ok := g.has[p]; !ok || g.r.IntN(6) != 0 {
			continue
		}
		parents(p)
		dir, base := splitPath(p)
		kind := g.has[p]
		g.forget(p)
		if kind == 'd' && g.r.IntN(2) == 0 {
			touched[p], g.has[p] = true, 'd'
			b.add(g.owned(tar.Header{Name: p, Typeflag: tar.TypeDir, Mode: 0o700}), "")
			b.file(p+"/.wh..wh..opq", "")
			continue
		}
		touched[p] = true
		b.file(joinPath(dir, whPrefix+base), "")
	}
	var files []string
	for range 25 {
		dir := ""
		for range g.r.IntN(4) {
			dir = joinPath(dir, "d"+fmt.Sprint(g.r.IntN(4)))
		}
		p := joinPath(dir, fmt.Sprint("f", g.r.IntN(12)))
		if touched[p] || g.blocked(dir, touched) {
			continue
		}
		parents(p)
		touched[p], g.has[p] = true, 'f'
		g.n++
		switch g.r.IntN(6) {
		case 0:
			b.sym(p, fmt.Sprint("../target", g.n))
		case 1:
			if len(files) > 0 {
				b.hard(p, files[g.r.IntN(len(files))])
				continue
			}
			fallthrough
		case 2:
			b.add(g.owned(tar.Header{Name: p, Typeflag: tar.TypeChar, Devmajor: 1, Devminor: int64(3 + g.n%5), Mode: 0o640}), "")
		default:
			b.add(g.owned(tar.Header{Name: p, Mode: int64(0o400 + g.r.IntN(0o400)), PAXRecords: map[string]string{"SCHILY.xattr.user.n": fmt.Sprint(g.n)}}), strings.Repeat(fmt.Sprint(g.n), g.r.IntN(5000)))
			files = append(files, p)
		}
	}
	return b.bytes()
}

// blocked says that a directory's name was removed in this layer.
func (g *chance) blocked(dir string, touched map[string]bool) bool {
	parts := strings.Split(dir, "/")
	for i := range parts {
		if d := strings.Join(parts[:i+1], "/"); touched[d] && g.has[d] != 'd' {
			return true
		}
	}
	return false
}

func (g *chance) forget(p string) {
	for q := range g.has {
		if q == p || strings.HasPrefix(q, p+"/") {
			delete(g.has, q)
		}
	}
}

func (g *chance) owned(h tar.Header) tar.Header {
	h.Uid, h.Gid = g.r.IntN(3), g.r.IntN(3)
	h.ModTime = stamp.AddDate(0, 0, g.r.IntN(1000))
	return h
}
