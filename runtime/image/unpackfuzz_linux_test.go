package image

import (
	"archive/tar"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What programs of FuzzUnpack are made of: names that clash, lead over links, hide
// and point outside. Mutated bytes of a tar would seldom get past its checksums.
var (
	fuzzNames = []string{
		"a", "b", "a/b", "a/b/c", "b/a", "l", "l/a", "l/b/c", "m/l/a", "a/l", "a/l/b", ".", "/", "a/", "..",
		"../outside/victim", "/outside/victim", "../../outside/new", "a/../../outside/x", "l/victim", "l/outside/victim",
		".wh.a", ".wh.b", ".wh.l", "a/.wh.b", "a/b/.wh.c", "l/.wh.a", ".wh..wh..opq", "a/.wh..wh..opq", "a/b/.wh..wh..opq",
		"l/.wh..wh..opq", ".wh..wh.plnk", ".wh...", ".wh.", ".wh.a/b", "l/.wh.victim",
	}
	fuzzLinks = []string{
		"a", "b", "a/b", "a/b/c", "l", "l/a", "..", "../..", "../../..", "../../../outside", "/", "/a", "/outside", "../../../../outside/victim",
		"/proc/self/root", "/proc/self/cwd", ".", "b/a", "l/l", "m", "nowhere",
	}
	fuzzKinds = []byte{
		tar.TypeReg, tar.TypeReg, tar.TypeDir, tar.TypeDir, tar.TypeSymlink, tar.TypeSymlink, tar.TypeLink, tar.TypeLink,
		tar.TypeChar, tar.TypeBlock, tar.TypeFifo, tar.TypeCont, 'Z',
	}
	fuzzAttrs = []string{"", "", "user.x", "trusted.overlay.opaque", "trusted.overlay.redirect", "trusted.overlay.glassbox.pending", "security.capability", "bad"}
)

// fuzzTar makes a tar of a program: five bytes an entry. One that begins with 0xff
// is a blob as it is.
func fuzzTar(t *testing.T, p []byte) []byte {
	if len(p) > 0 && p[0] == 0xff {
		return p[1:]
	}
	b := newBall(t)
	for op := range slices.Chunk(p, 5) {
		if len(op) < 5 {
			break
		}
		pick := func(i, n int) int { return int(op[i]) % n }
		h := tar.Header{Typeflag: fuzzKinds[pick(0, len(fuzzKinds))], Name: fuzzNames[pick(1, len(fuzzNames))], Mode: int64(op[3]) << 4, Devmajor: int64(op[3] % 2), Uid: int(op[3])}
		body := ""
		switch h.Typeflag {
		case tar.TypeReg, tar.TypeCont:
			body = strings.Repeat("x", int(op[3]))
		case tar.TypeSymlink, tar.TypeLink:
			h.Linkname = fuzzLinks[pick(2, len(fuzzLinks))]
		}
		if a := fuzzAttrs[pick(4, len(fuzzAttrs))]; a != "" {
			h.PAXRecords = map[string]string{paxXattr + a: "y"}
		}
		h.Size, h.Format, h.ModTime = int64(len(body)), tar.FormatPAX, stamp
		if b.w.WriteHeader(&h) != nil {
			continue // no tar can hold it
		}
		_, _ = b.w.Write([]byte(body))
	}
	return b.bytes()
}

// FuzzUnpack unpacks three layers of programs: whatever they hold, nothing outside
// is touched, nothing panics, nothing half made is left, and no mark stays.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte{2, 0, 0, 9, 0, 0, 3, 0, 9, 0}, []byte{0, 24, 0, 0, 0, 6, 1, 2, 0, 0}, []byte{0, 27, 0, 0, 0})
	f.Add([]byte{4, 5, 9, 0, 0, 0, 19, 0, 1, 0, 0, 20, 0, 1, 0}, []byte{4, 5, 7, 0, 0, 0, 35, 0, 0, 0}, []byte{0, 15, 0, 3, 0, 0, 17, 0, 3, 0})
	f.Add([]byte{8, 0, 0, 0, 0, 10, 1, 0, 0, 0}, []byte{6, 2, 1, 0, 0, 6, 3, 2, 0, 0}, []byte{2, 0, 0, 7, 3, 2, 1, 0, 7, 4})
	f.Add([]byte("\xff\x1f\x8b\x08"), []byte{0xff, 0x28, 0xb5, 0x2f, 0xfd, 0}, []byte{})
	f.Fuzz(func(t *testing.T, a, b, c []byte) {
		needRoot(t)
		top, err := os.MkdirTemp(fastDisk(), "glassbox-fuzz-")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = removeTree(top) }()
		outside := filepath.Join(top, "outside")
		if err := os.Mkdir(outside, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(outside, "victim"), []byte("whole"), 0o600); err != nil {
			t.Fatal(err)
		}
		before := tree(t, outside)
		s, err := Open(filepath.Join(top, "store"))
		if err != nil {
			t.Fatal(err)
		}
		img := stacked(t, fuzzTar(t, a), fuzzTar(t, b), fuzzTar(t, c))
		dirs, err := s.Unpack(t.Context(), img, UnpackOptions{MaxBytes: 16 << 20, MaxEntries: 10_000})
		differ(t, "outside", tree(t, outside), before)
		if got := names(t, top); got != "outside store" {
			t.Errorf("beside the store: %q", got)
		}
		es, _ := os.ReadDir(s.layers(""))
		if slices.ContainsFunc(es, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), newPrefix) }) {
			t.Errorf("left: %v", es)
		}
		if err != nil {
			return
		}
		for _, d := range dirs {
			for p, line := range tree(t, d.Path) {
				if strings.Contains(line, " trusted.overlay.glassbox.") {
					t.Errorf("%s keeps a mark: %s", p, line)
				}
			}
		}
		everyNameIsThere(t, overlaid(t, dirs))
	})
}

// everyNameIsThere walks an overlay: a whiteout that overlayfs does not take for one
// is a name that is listed and can't be looked at, where tree fails.
func everyNameIsThere(t *testing.T, m string) {
	for p, line := range tree(t, m) {
		if strings.HasPrefix(line, "2") && strings.HasSuffix(line, " 0:0") {
			t.Errorf("%s is a whiteout: %s", p, line)
		}
	}
}

// fastDisk is where fuzzing does not wait for a journal.
func fastDisk() string {
	if fi, err := os.Stat("/dev/shm"); err == nil && fi.IsDir() {
		return "/dev/shm"
	}
	return ""
}
