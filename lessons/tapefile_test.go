package lessons

import (
	"archive/tar"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tapedLesson = head + stop + "\n```do outside\necho hello\n```\n"

const itsTape = `{"lesson":"another-name"}
{"run":"main","event":{"format":1,"stages":["namespaces"]}}
{"run":"main","did":"start"}
{"run":"main","did":"go","to":"running"}
{"run":"main","did":"state"}
{"run":"main","did":"do","do":{"Outside":true,"Text":"echo hello"},"out":"hello\n"}
`

func besides(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mine")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestTapeBesideALesson plays a stranger's lesson on the recording that lies beside it: of
// a directory, a file of it, a tarball. What does not fit is told.
func TestTapeBesideALesson(t *testing.T) {
	dir := besides(t, map[string]string{"en.md": tapedLesson, TapeFile: itsTape})
	for _, what := range []string{dir, filepath.Join(dir, "en.md"), tarball(t, file("mine/en.md", tapedLesson), file("mine/"+TapeFile, itsTape))} {
		set, err := Open(what)
		if err != nil {
			t.Fatal(err)
		}
		if f := set.TapeFaults(t.Context()); f != nil {
			t.Errorf("%s: %v", what, f)
		}
		m, err := OpenTape(set.Lessons[0])
		if err != nil {
			t.Fatal(err)
		}
		if p := Prove(context.Background(), set.Lessons[0], m); p.Result != Skip || !strings.Contains(p.Points[len(p.Points)-1].Say, "hello") {
			t.Errorf("%s: %+v", what, p)
		}
	}
	set, err := Open(besides(t, map[string]string{"en.md": tapedLesson}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenTape(set.Lessons[0]); !errors.Is(err, ErrNoTape) || set.TapeFaults(t.Context()) != nil {
		t.Errorf("without a recording: %v", err)
	}
}

// TestBadTapes holds what a stranger's recording may try.
func TestBadTapes(t *testing.T) {
	for name, c := range map[string]struct{ tape, want string }{
		"another lesson's": {strings.Replace(itsTape, "echo hello", "echo other", 1), "does not fit"},
		"no tape":          {"hello\n", "no recording"},
		"no JSON":          {"{\"lesson\":\"x\"}\nhello\n", "does not fit"},
		"no header":        {strings.Replace(itsTape, `{"format":1,"stages":["namespaces"]}`, "null", 1), "does not fit"},
		"another file":     {strings.ReplaceAll(itsTape, `"run":"main"`, `"run":"../../x"`), `a run "../../x"`},
		"no command":       {strings.Replace(itsTape, `"do":{"Outside":true,"Text":"echo hello"},`, "", 1), "which command"},
		"cut":              {itsTape[:len(itsTape)-30], "does not fit"},
	} {
		set, err := Open(besides(t, map[string]string{"en.md": tapedLesson, TapeFile: c.tape}))
		if err != nil {
			t.Fatal(err)
		}
		if f := set.TapeFaults(t.Context()); c.want == "no recording" && f != nil || c.want != "no recording" && (len(f) != 1 || !strings.Contains(f.Error(), c.want)) {
			t.Errorf("%s: want %q, have: %v", name, c.want, f)
		}
	}
	big := tarball(t, file("en.md", tapedLesson), tar.Header{Typeflag: tar.TypeReg, Name: TapeFile, Linkname: strings.Repeat("x", maxTape+1)})
	if _, err := Open(big); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a large one in a tarball: %v", err)
	}
	if _, err := Open(besides(t, map[string]string{"en.md": tapedLesson, TapeFile: strings.Repeat("x", maxTape+1)})); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a large one: %v", err)
	}
	dir := besides(t, map[string]string{"en.md": tapedLesson})
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, TapeFile)); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("a link out of the directory was followed")
	}
}
