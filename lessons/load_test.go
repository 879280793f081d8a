package lessons

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// head is a front matter that nothing is wrong with: six lines.
const head = "---\ntitle: A test\nminutes: 5\nlevel: beginner\nrun: {args: [sleep, \"60\"]}\n---\n"

// stop is a step that has begun a run: five lines more.
const stop = "\n## One\n\n```stop\nat: running\n```\n"

// write writes a lesson's file and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// broken are lessons that are wrong, and what is said of each on which line.
var broken = []struct {
	name, text string
	line       int
	want       string
}{
	{"no front matter", "# Hello\n", 1, "no front matter"},
	{"open front matter", "---\ntitle: x\n", 1, "no front matter"},
	{"malformed YAML", "---\ntitle: [x\nminutes: 5\n---\n\n## A\n", 2, "did not find expected"},
	{"unknown field", strings.Replace(head, "minutes", "minuts", 1) + stop, 3, `unknown field "minuts", did you mean minutes?`},
	{"missing field", strings.Replace(head, "level: beginner\n", "", 1) + stop, 2, `the field "level" is missing`},
	{"unknown word", strings.Replace(head, "beginner", "begginer", 1) + stop, 4, `unknown word "begginer", did you mean beginner?`},
	{"wrong type", strings.Replace(head, "minutes: 5", "minutes: soon", 1) + stop, 3, `"soon" is no whole number`},
	{"alias", strings.Replace(head, "title: A test", "title: &a x\ntags: [*a]", 1) + stop, 2, "anchors and aliases"},
	{"twice", strings.Replace(head, "minutes: 5", "minutes: 5\nminutes: 6", 1) + stop, 4, "is there twice"},
	{"no step", head + "\nprose\n", 0, "there is no step"},
	{"unknown stage", head + "\n## A\n\n```stop\nbefore: namspaces\n```\n", 11, `unknown word "namspaces", did you mean namespaces?`},
	{"two places", head + "\n## A\n\n```stop\nbefore: clone\nat: running\n```\n", 10, "a stop has one of"},
	{"back in time", head + stop + "\n```stop\nbefore: clone\n```\n", 14, "a run can't go back"},
	{"unknown call", head + "\n## A\n\n```stop\ncall: pivot_rot . .\n```\n", 10, `glassbox makes no call "pivot_rot", did you mean pivot_root?`},
	{"unknown block", head + stop + "\n```chek\ntrue\n```\n", 14, `unknown block "chek", did you mean check?`},
	{"include", head + stop + "\n```include\nother.md\n```\n", 14, "includes no other file"},
	{"open block", head + stop + "\n```do\ntrue\n", 14, "never closed"},
	{"block that takes the next one", head + stop + "\n```note\nSay it.\n\n```do\ntrue\n```\n", 14, "not closed before line 17"},
	{"code that takes a block", head + stop + "\n```\ncode\n\n```do\ntrue\n```\n", 14, "not closed before line 17"},
	{"heading without words", head + stop + "\n##\n\n```do\ntrue\n```\n", 14, "a step without a title"},
	{"nested block", head + stop + "\n- item\n\n  ```do\n  true\n  ```\n", 16, "inside a list"},
	{"block before a step", head + "\n```do\ntrue\n```\n", 8, "before the first step"},
	{"unknown fact", head + stop + "\n```look\nfact: proc.ns.utz\n```\n", 14, "unknown fact proc.ns.utz, did you mean proc.ns.uts?"},
	{"unknown cgroup file", head + stop + "\n```look\nfact: cgroup.memory.mox\n```\n", 14, "did you mean cgroup.memory.max?"},
	{"wrong side", head + stop + "\n```look\nfact: fs.upper\nside: inside\n```\n", 14, "read outside alone"},
	{"unknown pane", head + stop + "\n```look\npane: mount\n```\n", 15, "did you mean mounts?"},
	{"before the run", head + "\n## A\n\n```do\ntrue\n```\n", 10, "no stop has started the run"},
	{"unknown run", head + "\n## A\n\n```stop\nrun: other\nat: running\n```\n", 10, `there is no run "other"; it can be main`},
	{"check without solve", head + stop + "\n```check\nfalse\n```\n", 14, "without a solve"},
	{"solve without check", head + stop + "\n```solve\ntrue\n```\n", 14, "without a check"},
	{"hint without check", head + stop + "\n```hint\nthink\n```\n", 14, "a hint without a check"},
	{"two checks", head + stop + "\n```check\nfalse\n```\n\n```check\nfalse\n```\n\n```solve\ntrue\n```\n", 18, "a second check"},
	{"shell", head + stop + "\n```do\necho ok\nif true; then\n```\n", 16, "the shell does not take this"},
	{"not POSIX", head + stop + "\n```do\na=(1 2)\n```\n", 15, "the shell does not take this"},
	{"unknown attribute", head + stop + "\n```do outsid\ntrue\n```\n", 14, `unknown word "outsid" behind do, did you mean outside?`},
	{"duration", head + stop + "\n```do timeout=5\ntrue\n```\n", 14, "is no duration"},
	{"limit", strings.Replace(head, "{args:", "{limits: {memory: 64Mx}, args:", 1) + stop, 2, `runs: memory: "64Mx" is no quantity: 64Mi, 200m`},
	{"request", strings.Replace(head, "{args:", "{requests: {cpu: half}, args:", 1) + stop, 2, `runs: cpu: "half" is no quantity`},
	{"flag", strings.Replace(head, "{args:", "{flags: [--hostnam, x], args:", 1) + stop, 2, "takes no flag --hostnam, did you mean --hostname?"},
	{"flag of ours", strings.Replace(head, "{args:", "{flags: [--record, x], args:", 1) + stop, 2, "takes no flag --record"},
	{"tag", strings.Replace(head, "level:", "tags: [cka:kubeadmn]\nlevel:", 1) + stop, 2, "did you mean cka:kubeadm?"},
	{"joins", strings.Replace(head, "run: {args: [sleep, \"60\"]}", "runs: [{name: a, joins: {net: b}}, {name: b}]", 1) + stop, 2, `joins the net of "b", which is no run before it`},
	{"broken link", head + stop + "\nSee [this](other.md).\n", 14, "no such file lies beside"},
	{"link out", head + stop + "\nSee [this](../../etc/passwd).\n", 14, "leads out of the lesson's directory"},
	{"link to a script", head + stop + "\n[x](javascript:alert)\n", 14, "goes nowhere here"},
	{"NUL", head + stop + "\na\x00b\n", 14, "a NUL byte"},
	{"escape in prose", head + stop + "\n\x1b]52;c;eA==\x07\n", 14, "an escape character"},
	{"bidi", head + stop + "\n`rm \u202e fr-`\n", 14, "an invisible character (U+202E)"},
	{"C1", head + stop + "\na\u009bb\n", 14, "a control character"},
	{"no UTF-8", head + stop + "\n\xff\n", 14, "no UTF-8"},
	{"NFD", head + stop + "\n\u1100\u1161\n", 14, "not composed"},
	{"huge", head + strings.Repeat("x", MaxFile), 0, "262144 bytes at most"},
	{"500 steps", head + strings.Repeat("\n## A\n\nprose\n", 500), 6 + 2 + 4*100, "500 steps; a lesson has 100 at most"},
}

// TestFaults holds what is said of each thing that can be wrong with a file.
func TestFaults(t *testing.T) {
	for _, c := range broken {
		t.Run(c.name, func(t *testing.T) {
			file := write(t, "lesson.md", c.text)
			_, err := Open(file)
			var faults Faults
			if !errors.As(err, &faults) {
				t.Fatalf("no fault is found; error: %v", err)
			}
			for _, f := range faults {
				if f.Line == c.line && strings.Contains(f.Text, c.want) && f.File == file {
					return
				}
			}
			t.Errorf("want line %d: …%s…\nhave:\n%v", c.line, c.want, err)
		})
	}
}

// TestUnknownRunIsToldOnce: what follows from a name that is spelled wrong is not told of a
// run that the author never named.
func TestUnknownRunIsToldOnce(t *testing.T) {
	_, err := Open(write(t, "lesson.md", head+stop+"\n```do run=mian\ntrue\n```\n"))
	var faults Faults
	if !errors.As(err, &faults) || len(faults) != 1 || !strings.Contains(faults[0].Text, `no run "mian", did you mean main?`) {
		t.Errorf("want one fault, have %v", err)
	}
}

// predict is a question with what a test puts in its place.
func predict(value, choices string) string {
	return head + stop + "\n```predict\nask: Why?\nvalue: " + value + "\nchoices:\n" + choices + "```\n"
}

func TestPredictFaults(t *testing.T) {
	const good = "  - {text: a, when: same, right: true}\n  - {text: b, when: else, wrong: so}\n"
	for _, c := range []struct{ name, value, choices, want string }{
		{"no against", "{fact: proc.ns.net}", good, "compares with `against`"},
		{"one choice", "{fact: proc.ns.net}", "  - {text: a, when: present, right: true}\n", "1 choices; a question has 2 to 6"},
		{"no misconception", "{fact: proc.ns.net}", "  - {text: a, when: present, right: true}\n  - {text: b, when: absent}\n", "names no misconception"},
		{"nothing right", "{fact: proc.ns.net}", "  - {text: a, when: present, wrong: x}\n  - {text: b, when: absent, wrong: y}\n", "no choice is marked"},
		{"all right", "{fact: proc.ns.net}", "  - {text: a, when: present, right: true}\n  - {text: b, when: absent, right: true}\n", "that is no question"},
		{"condition", "{fact: proc.ns.net}", "  - {text: a, when: presnt, right: true}\n  - {text: b, when: absent, wrong: x}\n", "did you mean present?"},
		{"number", "{fact: proc.ns.net}", "  - {text: a, when: \"> many\", right: true}\n  - {text: b, when: else, wrong: x}\n", "is no number"},
		{"regexp", "{fact: proc.ns.net, find: \"(\"}", "  - {text: a, when: present, right: true}\n  - {text: b, when: absent, wrong: x}\n", "missing closing"},
		{"two sources", "{fact: proc.ns.net, exit: code}", "  - {text: a, when: present, right: true}\n  - {text: b, when: absent, wrong: x}\n", "value has one of"},
		{"no source", "{}", "  - {text: a, when: present, right: true}\n  - {text: b, when: absent, wrong: x}\n", "value has one of"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(write(t, "lesson.md", predict(c.value, c.choices)))
			if err == nil || !strings.Contains(err.Error(), ":14: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want line 14: …%s…\nhave: %v", c.want, err)
			}
		})
	}
}

// TestLanguages holds where two languages are out of step.
func TestLanguages(t *testing.T) {
	const task = "\n```check\necho \"not yet\"; false\n```\n\n```solve\ntrue\n```\n"
	for _, c := range []struct{ name, en, ko, want string }{
		{"same", head + stop + task, strings.Replace(head, "A test", "시험", 1) + stop + strings.Replace(task, "not yet", "아직", 1), ""},
		{"a step less", head + stop + stop[:8] + "prose\n", head + stop, "1 steps, where"},
		{"a block less", head + stop + "\n```look\npane: mounts\n```\n", head + stop, "has no look, as line 14 of"},
		{"another block", head + stop + "\n```look\npane: mounts\n```\n", head + stop + "\n```do\ntrue\n```\n", "do, where line 14 of"},
		{"another script", head + stop + task, head + stop + strings.Replace(task, "false", "true", 1), "this check is not the one in line 14"},
		{"another need", head + stop, strings.Replace(head, "run:", "needs: {root: true}\nrun:", 1) + stop, "needs is not what"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{"en.md": c.en, "ko.md": c.ko} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			set, err := Open(dir)
			if c.want == "" {
				if err != nil || len(set.Lessons) != 2 || set.In("ko").Title != "시험" {
					t.Fatalf("set %+v, error %v", set, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "ko.md:") {
				t.Errorf("want %q of ko.md, have: %v", c.want, err)
			}
		})
	}
}

// TestTemplate holds the lesson that `lesson new` writes against its own check.
func TestTemplate(t *testing.T) {
	dir := t.TempDir()
	if _, err := New(dir, "mine"); err != nil {
		t.Fatal(err)
	}
	set, err := Open(filepath.Join(dir, "mine"))
	if err != nil {
		t.Fatal(err)
	}
	if l := set.In("en"); l.Predictions() != 1 || l.Tasks() != 1 || len(l.Steps) != 4 || set.Shipped {
		t.Errorf("%d questions, %d tasks, %d steps, shipped %v", l.Predictions(), l.Tasks(), len(l.Steps), set.Shipped)
	}
	if _, err := New(dir, "mine"); err == nil {
		t.Error("a lesson that is there already was written over")
	}
	if _, err := New(dir, "../mine"); err == nil {
		t.Error("a name that leads out of the directory was taken")
	}
}

// TestShipped loads what is shipped: every lesson is well written in both languages.
func TestShipped(t *testing.T) {
	for _, dir := range Shipped() {
		set, err := Open(dir)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if !set.Shipped || len(set.Lessons) != 2 || set.Number < 0 {
			t.Errorf("%s: shipped %v, %d languages, number %d", dir, set.Shipped, len(set.Lessons), set.Number)
		}
		for _, l := range set.Lessons {
			if l.Tasks() == 0 || l.Predictions() == 0 || len(l.Read) == 0 {
				t.Errorf("%s: %d tasks, %d questions, %d places to read on", l.File, l.Tasks(), l.Predictions(), len(l.Read))
			}
		}
	}
}

// tarball makes a gzipped tarball of entries.
func tarball(t *testing.T, list ...tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range list {
		body := h.Linkname
		if h.Typeflag == tar.TypeReg {
			h.Size, h.Linkname = int64(len(body)), ""
		}
		h.Mode, h.ModTime = 0o644, time.Unix(0, 0)
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte(body)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return write(t, "mine.tar.gz", b.String())
}

// file is an entry; its text is carried in Linkname.
func file(name, text string) tar.Header {
	return tar.Header{Typeflag: tar.TypeReg, Name: name, Linkname: text}
}

func TestTarball(t *testing.T) {
	set, err := Open(tarball(t, tar.Header{Typeflag: tar.TypeDir, Name: "07-mine/"}, file("07-mine/en.md", head+stop+"\n[a](note.txt)\n"), file("07-mine/note.txt", "x")))
	if err != nil {
		t.Fatal(err)
	}
	if set.Name != "mine" || set.Number != 7 || set.Shipped {
		t.Errorf("name %q, number %d, shipped %v", set.Name, set.Number, set.Shipped)
	}
	many := make([]tar.Header, maxEntries+1)
	for i := range many {
		many[i] = file(fmt.Sprintf("d/%d", i), "")
	}
	for name, c := range map[string]struct {
		list []tar.Header
		want string
	}{
		"path traversal": {[]tar.Header{file("../../etc/cron.d/x", "x")}, "leads out of it"},
		"absolute":       {[]tar.Header{file("/etc/x", "x")}, "leads out of it"},
		"symlink":        {[]tar.Header{{Typeflag: tar.TypeSymlink, Name: "en.md", Linkname: "/etc/shadow"}}, "a link or a device"},
		"hard link":      {[]tar.Header{{Typeflag: tar.TypeLink, Name: "en.md", Linkname: "x"}}, "a link or a device"},
		"no lesson":      {[]tar.Header{file("readme", "x")}, "neither en.md nor ko.md"},
		"two lessons":    {[]tar.Header{file("a/en.md", head+stop), file("b/en.md", head+stop)}, "2 lessons"},
		"large":          {[]tar.Header{file("en.md", strings.Repeat("x", MaxFile+1))}, "too large"},
		"many":           {many, "more than 100 entries"},
	} {
		if _, err := Open(tarball(t, c.list...)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: want %q, have: %v", name, c.want, err)
		}
	}
	if _, err := Open(write(t, "x.tar.gz", "no tar")); err == nil {
		t.Error("what is no tarball was taken")
	}
}

// TestOutOfDirectory holds that a link in a lesson's directory leads nowhere.
func TestOutOfDirectory(t *testing.T) {
	secret := write(t, "secret", head+stop)
	dir := t.TempDir()
	if err := os.Symlink(secret, filepath.Join(dir, "en.md")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("a symbolic link out of the directory was followed")
	}
	if err := os.Symlink("ko.md", filepath.Join(dir, "ko.md")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "en.md")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("a link to itself was loaded")
	}
}

func TestFind(t *testing.T) {
	for word, want := range map[string]string{"5": "05-namespaces", "05-namespaces": "05-namespaces", "namespaces": "05-namespaces", "overl": "03-overlay", "nothing": ""} {
		if got, _ := find(word); got != want {
			t.Errorf("%q finds %q, want %q", word, got, want)
		}
	}
	if _, err := Open("namespcaes"); err == nil || !strings.Contains(err.Error(), "did you mean namespaces?") {
		t.Errorf("a misspelt name: %v", err)
	}
}
