package lessons

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// scene writes a scenario's folder.
func scene(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestImport(t *testing.T) {
	dir := scene(t, map[string]string{
		"index.json": `{"title":"Files: a start","time":"15 minutes","difficulty":"Intermediate","backend":{"imageid":"ubuntu"},
			"details":{"intro":{"text":"intro.md"},"steps":[{"title":"Make it","text":"step1.md","verify":"verify.sh","solution":"solve.sh"},
			{"title":"Again","text":"step1.md","verify":"verify.sh"}],"finish":{"text":"intro.md"}}}`,
		"intro.md": "Welcome.\r\n", "step1.md": "# Do\n\nRun `touch /tmp/x`{{exec}}.\n\n```\n# a remark\n```\n",
		"verify.sh": "#!/bin/bash\n[ -e /tmp/x ] || { echo \"there is no x\"; exit 1; }\n", "solve.sh": "touch /tmp/x\n",
	})
	out := t.TempDir()
	file, todo, err := Import(dir, out, "files")
	if err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(todo, "\n"); !strings.Contains(all, "environment ubuntu") || !strings.Contains(all, "step 2 (Again) has a check and no solution") || len(todo) != 2 {
		t.Errorf("to do:\n%s", all)
	}
	set, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	l := set.Lessons[0]
	if l.Title != "Files: a start" || l.Minutes != 15 || l.Level != "intermediate" || len(l.Steps) != 3 || l.Tasks() != 2 || l.Intro != "Welcome." {
		t.Errorf("%+v", l)
	}
	s := l.Steps[0]
	if s.Items[0].Stop == nil || !strings.Contains(s.Items[1].Prose, "### Do") || strings.Contains(s.Items[1].Prose, "exec") || !strings.Contains(s.Items[1].Prose, "\n# a remark") {
		t.Errorf("%+v", s.Items)
	}
	if s.Items[2].Check.Text != `[ -e /tmp/x ] || { echo "there is no x"; exit 1; }` || s.Solve.Text != "touch /tmp/x" {
		t.Errorf("check %q, solve %q", s.Items[2].Check.Text, s.Solve.Text)
	}
}

// TestImportKeepsScripts: what the introduction, a step and the end run is kept, in that order.
func TestImportKeepsScripts(t *testing.T) {
	dir := scene(t, map[string]string{
		"index.json": `{"title":"Scripts","details":{"intro":{"text":"a.md","background":"1.sh","foreground":"2.sh"},
			"steps":[{"title":"Do","text":"a.md","background":"3.sh","foreground":"4.sh"}],"finish":{"text":"a.md","foreground":"5.sh"}}}`,
		"a.md": "Run `ps`{{execute T1}} or `ls`{{exec interrupt}}.", "1.sh": "#!/bin/bash\necho 1", "2.sh": "echo 2", "3.sh": "echo 3", "4.sh": "echo 4", "5.sh": "echo 5",
	})
	file, _, err := Import(dir, t.TempDir(), "scripts")
	if err != nil {
		t.Fatal(err)
	}
	set, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range set.Lessons[0].Steps {
		for _, i := range s.Items {
			if i.Do != nil {
				all = append(all, i.Do.Text)
			}
			if strings.Contains(i.Prose, "{{") {
				t.Errorf("what only Killercoda understands is left: %q", i.Prose)
			}
		}
	}
	if got := strings.Join(all, ", "); got != "echo 1, echo 2, echo 3, echo 4, echo 5" {
		t.Errorf("it runs %s", got)
	}
}

func TestImportRefuses(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no index":  {},
		"no JSON":   {"index.json": "{"},
		"no steps":  {"index.json": "{}"},
		"leads out": {"index.json": `{"details":{"steps":[{"text":"../../etc/passwd"}]}}`},
		"absolute":  {"index.json": `{"details":{"steps":[{"text":"/etc/passwd"}]}}`},
		"missing":   {"index.json": `{"details":{"steps":[{"text":"no.md"}]}}`},
	} {
		out := t.TempDir()
		if _, _, err := Import(scene(t, files), out, "x"); err == nil {
			t.Errorf("%s: it was imported", name)
		}
		if _, err := os.Stat(filepath.Join(out, "x")); err == nil {
			t.Errorf("%s: a directory was left", name)
		}
	}
}

// TestImportSaysWhy: of a name that is taken, and of a file that is elsewhere, it is said so.
func TestImportSaysWhy(t *testing.T) {
	out := t.TempDir()
	if err := os.Mkdir(filepath.Join(out, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	for verify, want := range map[string]string{"a.md": "taken is there already: nothing was written", "../evil.sh": `"../evil.sh" leads out of its folder`, "/etc/passwd": `"/etc/passwd" leads out of its folder`} {
		dir := scene(t, map[string]string{"index.json": `{"title":"T","details":{"steps":[{"title":"A","text":"a.md","verify":"` + verify + `"}]}}`, "a.md": "Do."})
		if _, _, err := Import(dir, out, "taken"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", verify, err)
		}
	}
}
