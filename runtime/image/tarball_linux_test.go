package image

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// stamp is the time of every entry of the tests' tars; its nanoseconds need PAX.
var stamp = time.Date(2020, 3, 4, 5, 6, 7, 123456789, time.UTC)

// ball is a tar in the making.
type ball struct {
	t   testing.TB
	buf bytes.Buffer
	w   *tar.Writer
}

func newBall(t testing.TB) *ball {
	b := &ball{t: t}
	b.w = tar.NewWriter(&b.buf)
	return b
}

func (b *ball) add(h tar.Header, body string) *ball {
	b.t.Helper()
	if h.Typeflag == 0 {
		h.Typeflag = tar.TypeReg
	}
	if h.ModTime.IsZero() {
		h.ModTime = stamp
	}
	if h.Mode == 0 {
		h.Mode = 0o644
	}
	h.Size = int64(len(body))
	h.Format = tar.FormatPAX
	if err := b.w.WriteHeader(&h); err != nil {
		b.t.Fatalf("header of %q: %v", h.Name, err)
	}
	if _, err := io.WriteString(b.w, body); err != nil {
		b.t.Fatalf("body of %q: %v", h.Name, err)
	}
	return b
}

func (b *ball) file(name, body string) *ball { return b.add(tar.Header{Name: name}, body) }

func (b *ball) dir(name string, mode int64) *ball {
	return b.add(tar.Header{Name: name, Typeflag: tar.TypeDir, Mode: mode}, "")
}

func (b *ball) sym(name, to string) *ball {
	return b.add(tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: to}, "")
}

func (b *ball) hard(name, to string) *ball {
	return b.add(tar.Header{Name: name, Typeflag: tar.TypeLink, Linkname: to}, "")
}

func (b *ball) bytes() []byte {
	b.t.Helper()
	if err := b.w.Close(); err != nil {
		b.t.Fatal(err)
	}
	return b.buf.Bytes()
}

// stacked makes an image of plain tars.
func stacked(t testing.TB, tars ...[]byte) *Image {
	t.Helper()
	dir := t.TempDir()
	img := &Image{Ref: "test"}
	for i, b := range tars {
		p := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(p, b, 0o600); err != nil {
			t.Fatal(err)
		}
		d := fmt.Sprintf("sha256:%x", sha256.Sum256(b))
		img.Layers = append(img.Layers, Layer{Digest: d, DiffID: d, Size: int64(len(b)), Path: p, By: fmt.Sprintf("line %d", i)})
	}
	return img
}

// needRoot skips where owners, devices and mounts can't be tested.
func needRoot(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: owners, devices and overlay mounts are tested")
	}
}

// unpacked unpacks an image that must be fine.
func unpacked(t testing.TB, o UnpackOptions, tars ...[]byte) []LayerDir {
	t.Helper()
	needRoot(t)
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dirs, err := s.Unpack(context.Background(), stacked(t, tars...), o)
	if err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, s, len(tars))
	return dirs
}

// nothingLeft checks that the store holds whole layers and no more.
func nothingLeft(t testing.TB, s *Store, layers int) {
	t.Helper()
	es, _ := os.ReadDir(s.layers(""))
	n := 0
	for _, e := range es {
		if e.Name() == ".lock" {
			continue
		}
		n++
		var names []string
		in, _ := os.ReadDir(s.layers(e.Name()))
		for _, f := range in {
			names = append(names, f.Name())
		}
		if got := strings.Join(names, " "); got != "fs layer.json" {
			t.Errorf("%s holds %q", e.Name(), got)
		}
	}
	if n != layers {
		t.Errorf("the store holds %d layers, not %d: %v", n, layers, es)
	}
}

// refused unpacks an image that must fail with these words, and leave nothing.
func refused(t *testing.T, o UnpackOptions, words string, tars ...[]byte) {
	t.Helper()
	needRoot(t)
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Unpack(context.Background(), stacked(t, tars...), o)
	if err == nil || !strings.Contains(err.Error(), words) {
		t.Fatalf("error %v; want one with %q", err, words)
	}
	es, _ := os.ReadDir(s.layers(""))
	for _, e := range es {
		if strings.HasPrefix(e.Name(), ".new-") {
			t.Errorf("%s is left", e.Name())
		}
	}
}

// overlaid mounts an overlay of layers, read-only: an upper directory would bring
// its own root.
func overlaid(t testing.TB, dirs []LayerDir, opts ...string) string {
	t.Helper()
	tmp := t.TempDir()
	lower := []string{filepath.Join(tmp, "w")} // the kernel wants two, without an upper one
	for _, d := range dirs {
		lower = append([]string{d.Path}, lower...)
	}
	for _, d := range []string{"w", "m"} {
		if err := os.Mkdir(filepath.Join(tmp, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	m := filepath.Join(tmp, "m")
	data := "lowerdir=" + strings.Join(lower, ":")
	if len(opts) > 0 {
		data += "," + strings.Join(opts, ",")
	}
	if out, err := exec.Command("mount", "-t", "overlay", "overlay", "-o", data, m).CombinedOutput(); err != nil {
		t.Fatalf("mount: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", m).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return m
}

// tree describes all that lies below a directory, one line a name: type, mode,
// owner, time of modification, size and content or device, attributes, and the
// names of the same file.
func tree(t testing.TB, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	same := map[uint64][]string{}
	err := filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var st unix.Stat_t
		if err := unix.Lstat(p, &st); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		rel, _ := filepath.Rel(root, p)
		line := fmt.Sprintf("%o %d:%d %d.%09d", st.Mode, st.Uid, st.Gid, st.Mtim.Sec, st.Mtim.Nsec)
		switch st.Mode & unix.S_IFMT {
		case unix.S_IFREG:
			b, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %d %.8x", st.Size, sha256.Sum256(b))
			if st.Nlink > 1 {
				same[st.Ino] = append(same[st.Ino], rel)
			}
		case unix.S_IFLNK:
			to, err := os.Readlink(p)
			if err != nil {
				return err
			}
			line += " -> " + to
		case unix.S_IFCHR, unix.S_IFBLK:
			line += fmt.Sprintf(" %d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))
		}
		out[rel] = line + attrsOf(t, p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Not st_nlink: an overlay counts names that upper layers removed.
	for _, names := range same {
		if len(names) == 1 {
			continue
		}
		for _, p := range names {
			out[p] += " = " + strings.Join(names, " = ")
		}
	}
	return out
}

func attrsOf(t testing.TB, p string) string {
	buf := make([]byte, 64<<10)
	n, err := unix.Llistxattr(p, buf)
	if errors.Is(err, unix.ENOTSUP) {
		return ""
	}
	if err != nil {
		t.Fatalf("%s: list attributes: %v", p, err)
	}
	var all []string
	for name := range strings.SplitSeq(strings.TrimSuffix(string(buf[:n]), "\x00"), "\x00") {
		if name == "" {
			continue
		}
		v := make([]byte, 64<<10)
		n, err := unix.Lgetxattr(p, name, v)
		if err != nil {
			t.Fatalf("%s: attribute %s: %v", p, name, err)
		}
		all = append(all, fmt.Sprintf(" %s=%q", name, v[:n]))
	}
	sort.Strings(all)
	return strings.Join(all, "")
}

// differ reports where two trees differ.
func differ(t testing.TB, what string, got, want map[string]string) {
	t.Helper()
	n := 0
	for p, w := range want {
		if got[p] != w {
			if n++; n < 20 {
				t.Errorf("%s: %s\n got  %s\n want %s", what, p, got[p], w)
			}
		}
	}
	for p, g := range got {
		if _, ok := want[p]; !ok {
			if n++; n < 20 {
				t.Errorf("%s: %s is one too many: %s", what, p, g)
			}
		}
	}
}

func read(t testing.TB, parts ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func stat(t testing.TB, parts ...string) unix.Stat_t {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Lstat(filepath.Join(parts...), &st); err != nil {
		t.Fatalf("%s: %v", filepath.Join(parts...), err)
	}
	return st
}

func names(t testing.TB, parts ...string) string {
	t.Helper()
	es, err := os.ReadDir(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range es {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}
