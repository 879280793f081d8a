package image

import (
	"archive/tar"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestKinds(t *testing.T) {
	b := newBall(t).
		dir("./", 0o711).
		dir("d", 0o1777).
		add(tar.Header{Name: "d/suid", Mode: 0o6755, Uid: 12, Gid: 3_000_000, PAXRecords: map[string]string{
			"SCHILY.xattr.security.capability": "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
			"SCHILY.xattr.user.note":           "hello",
		}}, "program").
		hard("d/again", "d/suid").
		sym("d/link", "../../../etc/passwd").
		hard("d/symagain", "d/link").
		add(tar.Header{Name: "d/null", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 3, Mode: 0o666}, "").
		add(tar.Header{Name: "d/disk", Typeflag: tar.TypeBlock, Devmajor: 259, Devminor: 700_000, Mode: 0o660, Gid: 6}, "").
		add(tar.Header{Name: "d/fifo", Typeflag: tar.TypeFifo, Mode: 0o600, Uid: 7}, "").
		dir("ro", 0o555).
		file("ro/f", "in a directory that can't be written")
	d := unpacked(t, UnpackOptions{}, b.bytes())[0]
	tr := tree(t, d.Path)
	at := fmt.Sprintf("%d.123456789", stamp.Unix())
	for p, want := range map[string]string{
		".":      "40711 0:0 " + at,
		"d":      "41777 0:0 " + at,
		"d/link": "120777 0:0 " + at + " -> ../../../etc/passwd",
		"d/null": "20666 0:0 " + at + " 1:3",
		"d/disk": "60660 0:6 " + at + " 259:700000",
		"d/fifo": "10600 7:0 " + at,
		"ro":     "40555 0:0 " + at,
	} {
		if tr[p] != want {
			t.Errorf("%s is %q, not %q", p, tr[p], want)
		}
	}
	suid := tr["d/suid"]
	if !strings.HasPrefix(suid, "106755 12:3000000 "+at+" 7 ") || !strings.Contains(suid, "security.capability=") || !strings.Contains(suid, `user.note="hello"`) {
		t.Errorf("d/suid is %q", suid)
	}
	if stat(t, d.Path, "d/suid").Ino != stat(t, d.Path, "d/again").Ino || stat(t, d.Path, "d/link").Ino != stat(t, d.Path, "d/symagain").Ino {
		t.Error("hard links are not one file")
	}
	if d.Added != 10 || d.Replaced != 0 || d.Removed != 0 {
		t.Errorf("counts %d %d %d", d.Added, d.Replaced, d.Removed)
	}
}

func TestLastEntryWins(t *testing.T) {
	b := newBall(t).
		file("f", "one").hard("g", "f").file("f", "two").
		dir("d", 0o755).file("d/x", "x").file("d", "now a file").
		file("e", "file").dir("e", 0o700).file("e/y", "y").
		sym("s", "e").file("s/z", "through").file("s", "own").file("e/w", "w").
		dir("k", 0o700).file("k/kept", "k").dir("k", 0o711).
		sym("to", "e").dir("to", 0o755).file("to/v", "v")
	d := unpacked(t, UnpackOptions{}, b.bytes())[0]
	for p, want := range map[string]string{"f": "two", "g": "one", "d": "now a file", "e/y": "y", "e/z": "through", "s": "own", "e/w": "w", "k/kept": "k", "to/v": "v"} {
		if got := read(t, d.Path, p); got != want {
			t.Errorf("%s holds %q, not %q", p, got, want)
		}
	}
	if got := names(t, d.Path, "e"); got != "w y z" {
		t.Errorf("e holds %q", got)
	}
	if st := stat(t, d.Path, "k"); st.Mode != unix.S_IFDIR|0o711 || st.Mtim.Nsec != 123456789 {
		t.Errorf("k: %o %v", st.Mode, st.Mtim)
	}
	if want := 12; d.Added != want {
		t.Errorf("added %d, not %d", d.Added, want)
	}
}

func TestWhiteouts(t *testing.T) {
	base := newBall(t).
		dir("d", 0o700).file("d/a", "a").file("d/b", "b").dir("d/sub", 0o755).file("d/sub/s", "s").
		dir("o", 0o755).file("o/old", "old").dir("o/in", 0o755).file("o/in/deep", "deep").
		file("file", "f").dir("dir", 0o755).file("dir/x", "x").
		dir("new", 0o755).file("new/old", "old").
		dir("late", 0o755).file("late/old", "old").file(".wh.nothing", "").
		bytes()
	top := newBall(t).
		file("d/.wh.a", "").file("d/.wh.sub", "").file("d/.wh.not-there", "").
		dir("o", 0o750).file("o/fresh", "fresh").file("o/.wh..wh..opq", "").file("o/.wh.old", "").
		file(".wh.file", "").dir("file", 0o755).file("file/now", "dir").
		file(".wh.dir", "").file("dir", "now a file").
		file(".wh.new", "").file("new/entry", "below a whiteout").
		dir("late", 0o711).file("late/entry", "e").file(".wh.late", "").
		file(".wh..wh.plnk/1.2", "aufs").file(".wh..wh.aufs", "aufs").
		bytes()
	dirs := unpacked(t, UnpackOptions{}, base, top)
	m := overlaid(t, dirs)
	if got := names(t, m); got != "d dir file late new o" {
		t.Errorf("/ holds %q", got)
	}
	for dir, want := range map[string]string{"d": "b", "o": "fresh", "file": "now", "new": "entry", "late": "entry"} {
		if got := names(t, m, dir); got != want {
			t.Errorf("%s holds %q, not %q", dir, got, want)
		}
	}
	if read(t, m, "dir") != "now a file" {
		t.Error("dir is no file")
	}
	if st := stat(t, m, "d"); st.Mode != unix.S_IFDIR|0o700 || st.Mtim.Nsec != 123456789 {
		t.Errorf("the implied directory d has %o %v", st.Mode, st.Mtim)
	}
	if st := stat(t, m, "new"); st.Mode != unix.S_IFDIR|0o755 {
		t.Errorf("new has %o", st.Mode)
	}
	if names(t, dirs[1].Path, "d") != "a sub" {
		t.Errorf("a whiteout that hides nothing is kept: %q", names(t, dirs[1].Path, "d"))
	}
	if names(t, dirs[0].Path) != "d dir file late new o" {
		t.Errorf("the base holds %q", names(t, dirs[0].Path))
	}
	if got := dirs[1]; got.Added != 4 || got.Replaced != 2 || got.Removed != 9 {
		t.Errorf("counts %d %d %d", got.Added, got.Replaced, got.Removed)
	}
}

func TestOpaqueRoot(t *testing.T) {
	base := newBall(t).file("a", "a").dir("d", 0o755).file("d/x", "x").file("b", "b").bytes()
	mid := newBall(t).file("c", "c").file(".wh.a", "").bytes()
	top := newBall(t).file(".wh..wh..opq", "").file("d/y", "y").file("n", "n").file(".wh.b", "").bytes()
	m := overlaid(t, unpacked(t, UnpackOptions{}, base, mid, top))
	if got := names(t, m); got != "d n" {
		t.Errorf("/ holds %q", got)
	}
	if got := names(t, m, "d"); got != "y" {
		t.Errorf("d holds %q", got)
	}
}

func TestImpliedDirectories(t *testing.T) {
	base := newBall(t).
		add(tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o751, Uid: 5}, "").
		add(tar.Header{Name: "a", Typeflag: tar.TypeDir, Mode: 0o2750, Uid: 1, Gid: 2, PAXRecords: map[string]string{"SCHILY.xattr.user.x": "1"}}, "").
		dir("a/b", 0o700).bytes()
	mid := newBall(t).file("a/b/mid", "m").bytes()
	top := newBall(t).file("a/b/c/d/top", "t").dir("a/b/c", 0o711).bytes()
	dirs := unpacked(t, UnpackOptions{}, base, mid, top)
	for _, d := range dirs[1:] {
		tr := tree(t, d.Path)
		want := tree(t, dirs[0].Path)
		for _, p := range []string{".", "a", "a/b"} {
			if tr[p] != want[p] {
				t.Errorf("%s: %s is %q, not %q", d.Path, p, tr[p], want[p])
			}
		}
	}
	if got := tree(t, dirs[2].Path)["a/b/c/d"]; got != "40755 0:0 0.000000000" {
		t.Errorf("a/b/c/d is %q", got)
	}
	if got := tree(t, dirs[2].Path)["a/b/c"]; !strings.HasPrefix(got, "40711 ") {
		t.Errorf("a/b/c is %q", got)
	}
}

func TestHardLinksToLayersBelow(t *testing.T) {
	base := newBall(t).
		dir("lib", 0o750).
		add(tar.Header{Name: "lib/prog", Mode: 0o4711, Uid: 9, PAXRecords: map[string]string{"SCHILY.xattr.user.x": "1"}}, "content").
		sym("lib/sym", "prog").
		add(tar.Header{Name: "lib/dev", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 5, Mode: 0o600}, "").
		file("lib/two", "old two").bytes()
	mid := newBall(t).file("lib/two", "two").bytes()
	top := newBall(t).
		hard("bin/prog", "lib/prog").hard("bin/prog2", "bin/prog").hard("bin/prog3", "lib/prog").
		hard("sym", "lib/sym").hard("sym2", "sym").hard("dev", "lib/dev").
		hard("two", "lib/two").file("lib/two", "newest").
		hard("gone", "lib/prog").file("gone", "own").bytes()
	dirs := unpacked(t, UnpackOptions{}, base, mid, top)
	m := overlaid(t, dirs)
	tr := tree(t, m)
	if p := tr["bin/prog"]; !strings.HasPrefix(p, "104711 9:0 ") || !strings.Contains(p, " 7 ") || !strings.Contains(p, `user.x="1"`) {
		t.Errorf("bin/prog is %q", p)
	}
	for _, p := range []string{"bin/prog2", "bin/prog3", "lib/prog"} {
		if stat(t, m, p).Ino != stat(t, m, "bin/prog").Ino {
			t.Errorf("%s is not the file of bin/prog", p)
		}
	}
	if tr["sym"] != tr["lib/sym"] || stat(t, m, "sym").Ino != stat(t, m, "sym2").Ino || stat(t, m, "sym").Ino != stat(t, m, "lib/sym").Ino {
		t.Errorf("sym is %q, lib/sym %q", tr["sym"], tr["lib/sym"])
	}
	if tr["dev"] != tr["lib/dev"] || !strings.HasSuffix(tr["dev"], "1:5") {
		t.Errorf("dev is %q", tr["dev"])
	}
	if read(t, m, "two") != "two" || read(t, m, "lib/two") != "newest" || read(t, m, "gone") != "own" {
		t.Errorf("two %q, lib/two %q, gone %q", read(t, m, "two"), read(t, m, "lib/two"), read(t, m, "gone"))
	}
	if st := stat(t, m, "lib"); st.Mode != unix.S_IFDIR|0o750 || st.Mtim.Nsec != 123456789 {
		t.Errorf("lib has %o %v", st.Mode, st.Mtim)
	}
	for p, l := range tree(t, dirs[2].Path) {
		if strings.Contains(l, "glassbox") {
			t.Errorf("%s keeps a mark: %s", p, l)
		}
	}
}

func TestDirectoryAndFileTakeTurns(t *testing.T) {
	base := newBall(t).dir("a", 0o755).file("a/x", "x").file("b", "b").bytes()
	mid := newBall(t).file("a", "file").dir("b", 0o755).file("b/y", "y").bytes()
	top := newBall(t).file("a/z", "z").file("b", "file again").bytes()
	dirs := unpacked(t, UnpackOptions{}, base, mid, top)
	m := overlaid(t, dirs)
	if names(t, m, "a") != "z" || read(t, m, "b") != "file again" {
		t.Errorf("a holds %q, b %q", names(t, m, "a"), read(t, m, "b"))
	}
	if dirs[1].Replaced != 2 || dirs[1].Added != 1 || dirs[2].Replaced != 2 || dirs[2].Added != 1 {
		t.Errorf("%+v %+v", dirs[1], dirs[2])
	}
}

func TestOverlayAttributesCantBePlanted(t *testing.T) {
	base := newBall(t).dir("d", 0o755).file("d/lower", "l").file("secret", "s").bytes()
	top := newBall(t).
		add(tar.Header{Name: "d", Typeflag: tar.TypeDir, Mode: 0o755, PAXRecords: map[string]string{"SCHILY.xattr.trusted.overlay.opaque": "y"}}, "").
		add(tar.Header{Name: "e", Typeflag: tar.TypeDir, Mode: 0o755, PAXRecords: map[string]string{"SCHILY.xattr.trusted.overlay.redirect": "/d"}}, "").
		add(tar.Header{Name: "f", PAXRecords: map[string]string{"SCHILY.xattr.trusted.overlay.metacopy": "", "SCHILY.xattr.trusted.overlay.glassbox.pending": "y"}}, "").
		bytes()
	dirs := unpacked(t, UnpackOptions{}, base, top)
	m := overlaid(t, dirs)
	if names(t, m, "d") != "lower" || names(t, m, "e") != "" {
		t.Errorf("d holds %q, e %q", names(t, m, "d"), names(t, m, "e"))
	}
	if got := attrsOf(t, filepath.Join(dirs[1].Path, "d")); got != ` trusted.overlay.overlay.opaque="y"` {
		t.Errorf("d has %q", got)
	}
	user := unpacked(t, UnpackOptions{UserXattr: true}, base, newBall(t).
		add(tar.Header{Name: "d", Typeflag: tar.TypeDir, Mode: 0o755, PAXRecords: map[string]string{"SCHILY.xattr.user.overlay.opaque": "y"}}, "").bytes())
	if got := attrsOf(t, filepath.Join(user[1].Path, "d")); got != ` user.overlay.overlay.opaque="y"` {
		t.Errorf("d has %q", got)
	}
}

// TestUserXattr mounts in a user namespace what was unpacked for one.
func TestUserXattr(t *testing.T) {
	base := newBall(t).dir("o", 0o755).file("o/old", "x").file("gone", "x").bytes()
	top := newBall(t).file(".wh.gone", "").file("o/.wh..wh..opq", "").file("o/new", "x").bytes()
	m := overlaid(t, unpacked(t, UnpackOptions{UserXattr: true}, base, top), "userxattr")
	if names(t, m) != "o" || names(t, m, "o") != "new" {
		t.Errorf("/ holds %q, o %q", names(t, m), names(t, m, "o"))
	}
}

func TestRawWhiteoutDevice(t *testing.T) {
	zero := tar.Header{Name: "f", Typeflag: tar.TypeChar}
	dirs := unpacked(t, UnpackOptions{}, newBall(t).add(zero, "").file("f", "f").file("g", "g").bytes(), newBall(t).add(zero, "").bytes())
	if got := names(t, overlaid(t, dirs)); got != "g" {
		t.Errorf("/ holds %q", got)
	}
	if dirs[1].Removed != 1 || dirs[1].Added != 0 {
		t.Errorf("%+v", dirs[1])
	}
}

func TestOwnersThatCantBeKept(t *testing.T) {
	var log seen
	d := unpacked(t, UnpackOptions{Emit: &log, MapID: func(id int) (int, bool) { return 0, id == 0 }},
		newBall(t).add(tar.Header{Name: "a", Uid: 33, Gid: 33}, "").file("b", "").bytes())[0]
	if st := stat(t, d.Path, "a"); st.Uid != 0 || st.Gid != 0 {
		t.Errorf("a belongs to %d:%d", st.Uid, st.Gid)
	}
	found := false
	for _, e := range log.events {
		found = found || e.Note != nil && e.Note.Key == "unpack.owner" && e.Note.Args["count"] == "1"
	}
	if !found {
		t.Error("no note says so")
	}
}

// TestWithoutOpenat2 does the same where the kernel, or a seccomp filter, has no
// openat2(2).
func TestWithoutOpenat2(t *testing.T) {
	noOpenat2.Store(true)
	defer noOpenat2.Store(false)
	t.Run("outside", TestNothingIsMadeOutside)
	t.Run("hard links", TestHardLinksToLayersBelow)
	t.Run("whiteouts", TestWhiteouts)
	t.Run("implied", TestImpliedDirectories)
}

func TestNothingIsMadeOutside(t *testing.T) {
	needRoot(t)
	out := t.TempDir()
	if err := os.WriteFile(filepath.Join(out, "victim"), []byte("whole"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := newBall(t).
		file("../../../../../../../../.."+out+"/dots", "x").
		file(out+"/absolute", "x").
		sym("esc", out).file("esc/through", "x").
		sym("up", "../../../../../../../../.."+out).file("up/through", "x").
		sym("magic", "/proc/self/root").file("magic/tmp/x", "x").
		sym("victim", out+"/victim").file("victim", "replaced").
		sym("v2", out+"/victim").add(tar.Header{Name: "v2", Typeflag: tar.TypeDir, Mode: 0o777}, "").
		sym("d", out).dir("d/made", 0o777).
		sym("w", out).file("w/.wh.victim", "").file("w/.wh..wh..opq", "").
		sym("loop/a/b", "../../..").file("loop/a/b/c", "x").
		bytes()
	dirs := unpacked(t, UnpackOptions{}, newBall(t).file("x", "").bytes(), b)
	if got := names(t, out); got != "victim" {
		t.Errorf("outside holds %q", got)
	}
	if read(t, out, "victim") != "whole" {
		t.Error("the file outside was written")
	}
	if got := names(t, dirs[1].Path, out); got != "absolute dots made through victim" && got != "absolute dots made through" {
		t.Errorf("inside holds %q", got)
	}
}

func TestRefused(t *testing.T) {
	long := strings.Repeat("a", 200)
	for name, c := range map[string]struct {
		ball  *ball
		words string
	}{
		"long name":      {newBall(t).file(strings.Repeat(long+"/", 22)+"x", ""), "longer than Linux takes"},
		"long part":      {newBall(t).file(strings.Repeat("a", 256), ""), "longer than Linux takes"},
		"4096":           {newBall(t).file(strings.Repeat("a/", 2047)+"xx", ""), "longer than Linux takes"},
		"long link":      {newBall(t).sym("l", strings.Repeat(long+"/", 22)), "longer than Linux takes"},
		"link out":       {newBall(t).hard("p", "../../../../etc/passwd"), "no layer has"},
		"link absolute":  {newBall(t).hard("p", "/etc/passwd"), "no layer has"},
		"link to dir":    {newBall(t).dir("d", 0o755).hard("p", "d"), "is a directory"},
		"link to root":   {newBall(t).hard("p", "/"), "root directory"},
		"link below":     {newBall(t).file("d/x", "").hard("d", "d/x"), "lies below it"},
		"whiteout up":    {newBall(t).file("d/.wh...", ""), "names no file"},
		"whiteout dot":   {newBall(t).file("d/.wh..", ""), "names no file"},
		"whiteout empty": {newBall(t).file("d/.wh.", ""), "names no file"},
		"below whiteout": {newBall(t).file(".wh.d/x", ""), "below a whiteout"},
		"symlink loop":   {newBall(t).sym("a", "b").sym("b", "a").file("a/x", ""), "loop"},
		"below file":     {newBall(t).file("f", "").file("f/x", ""), "not a directory"},
		"root as file":   {newBall(t).sym("./", "x"), "no directory"},
		"device number":  {newBall(t).add(tar.Header{Name: "x", Typeflag: tar.TypeChar, Devmajor: 1 << 13, Devminor: 1}, ""), "no device"},
		"unknown type":   {newBall(t).add(tar.Header{Name: "x", Typeflag: 'Z'}, ""), "type"},
		"uid":            {newBall(t).add(tar.Header{Name: "x", Uid: 1 << 33}, ""), "no user or group"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, UnpackOptions{}, c.words, c.ball.bytes()) })
	}
	t.Run("link to nothing below", func(t *testing.T) {
		refused(t, UnpackOptions{}, "no layer has", newBall(t).file("a", "").bytes(), newBall(t).hard("p", "nowhere/a").bytes())
	})
	t.Run("link to what is gone", func(t *testing.T) {
		refused(t, UnpackOptions{}, "no layer has", newBall(t).file("a", "").bytes(), newBall(t).file(".wh.a", "").hard("p", "a").bytes())
	})
}

func TestLongestName(t *testing.T) {
	name := strings.Repeat(strings.Repeat("a", 255)+"/", 15) + strings.Repeat("b", 255)
	d := unpacked(t, UnpackOptions{}, newBall(t).file(name, "x").bytes())[0]
	if d.Added != 16 {
		t.Errorf("added %d", d.Added)
	}
}

// TestFailureOfALayerBelow was found by FuzzUnpack: what lies on top of a layer that
// fails must not be finished, since it would be mended on something else.
func TestFailureOfALayerBelow(t *testing.T) {
	needRoot(t)
	img := stacked(t, newBall(t).file("d/x", strings.Repeat("x", 5000)).bytes()[:3000], newBall(t).file("d/y", "y").bytes(), newBall(t).file(".wh.d", "").bytes())
	s := newStore(t)
	if _, err := s.Unpack(t.Context(), img, UnpackOptions{Parallel: 3}); err == nil {
		t.Error("a truncated base was taken")
	}
	nothingLeft(t, s, 0)
}

// TestInAUserNamespace unpacks and mounts as a user without any privilege does: in
// a user namespace with a single ID, from whiteouts to devices that can't be made.
func TestInAUserNamespace(t *testing.T) {
	if dir := os.Getenv("GLASSBOX_USERNS"); dir != "" {
		inUserNamespace(t, dir)
		return
	}
	needRoot(t)
	dir := t.TempDir()
	const nobody = 65534
	for p := dir; p != "/" && p != os.TempDir(); p = filepath.Dir(p) {
		if err := os.Chown(p, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	exe, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "image.test")
	if err := os.WriteFile(copied, exe, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "unshare", "-Urm", copied, "-test.run=^TestInAUserNamespace$", "-test.v")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GLASSBOX_USERNS="+dir, "TMPDIR="+dir)
	out, err := cmd.CombinedOutput()
	if strings.Contains(string(out), "unshare failed") {
		t.Skipf("needs user namespaces: %s", out)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: TestInAUserNamespace") {
		t.Errorf("%v: %s", err, out)
	}
}

func inUserNamespace(t *testing.T, dir string) {
	base := newBall(t).dir("o", 0o755).file("o/old", "x").file("gone", "x").
		add(tar.Header{Name: "theirs", Uid: 33, Gid: 33, Mode: 0o4755}, "x").
		add(tar.Header{Name: "null", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 3}, "").
		dir("ro", 0o555).file("ro/f", "x").
		add(tar.Header{Name: "cap", PAXRecords: map[string]string{
			"SCHILY.xattr.security.capability": "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
			"SCHILY.xattr.trusted.x":           "y",
		}}, "x").bytes()
	top := newBall(t).file(".wh.gone", "").file("o/.wh..wh..opq", "").file("o/new", "x").hard("ro/g", "ro/f").bytes()
	s, err := Open(filepath.Join(dir, "store"))
	if err != nil {
		t.Fatal(err)
	}
	var log seen
	single := func(id int) (int, bool) { return 0, id == 0 }
	dirs, err := s.Unpack(t.Context(), stacked(t, base, top), UnpackOptions{UserXattr: true, MapID: single, Emit: &log})
	if err != nil {
		t.Fatal(err)
	}
	m := overlaid(t, dirs, "userxattr")
	if names(t, m) != "cap o ro theirs" || names(t, m, "o") != "new" || names(t, m, "ro") != "f g" {
		t.Errorf("/ holds %q, o %q, ro %q", names(t, m), names(t, m, "o"), names(t, m, "ro"))
	}
	var notes []string
	for _, e := range log.events {
		if e.Note != nil {
			notes = append(notes, e.Note.Key+" "+e.Note.Args["count"])
		}
	}
	if got := strings.Join(notes, ", "); got != "unpack.owner 1, unpack.xattr 1, unpack.device 1" {
		t.Errorf("notes: %s", got)
	}
	if !strings.Contains(tree(t, m)["cap"], "security.capability") {
		t.Error("the capability is lost")
	}
}
