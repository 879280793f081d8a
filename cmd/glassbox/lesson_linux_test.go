package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"glassbox/lessons"
)

// lessonCmd runs a lesson command with a home of its own.
func lessonCmd(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	c := exec.Command(program, append([]string{"lesson"}, args...)...)
	c.Env = append(os.Environ(), "XDG_STATE_HOME="+t.TempDir(), "LANG=C.UTF-8", "LC_ALL=")
	c.Stdin = strings.NewReader(stdin)
	return runCmd(t, c)
}

// fewLessons are those that are played with -short: what they are about differs most
// from one machine to another: layers, namespaces, memory, mounts, network.
var fewLessons = []string{"03-overlay", "05-namespaces", "09-memory", "11-volumes", "13-network"}

// TestLessonsAreTrue plays every lesson that is shipped, in each language, on this
// kernel; with -short in another place, as in the virtual machine, in one language. A
// lesson that needs what the machine has not is skipped, and named.
func TestLessonsAreTrue(t *testing.T) {
	dirs, langs := lessons.Shipped(), lessons.Langs()
	if testing.Short() {
		langs = langs[:1]
	}
	if testing.Short() && os.Getenv("GLASSBOX_PLACE") == "" {
		dirs = fewLessons
	}
	for _, dir := range dirs {
		for _, lang := range langs {
			t.Run(dir+"/"+lang, func(t *testing.T) { proven(t, dir, lang) })
		}
	}
}

// proven plays one lesson in one language, and holds the report.
func proven(t *testing.T, dir, lang string) {
	r := lessonCmd(t, "", "check", "--run", "--json", "--lang", lang, dir)
	var report checkReport
	if err := json.Unmarshal([]byte(r.out), &report); err != nil {
		t.Fatalf("the report is no JSON: %v\n%s\n%s", err, r.out, r.err)
	}
	if len(report.Lessons) != 1 || len(report.Faults) > 0 {
		t.Fatalf("not one lesson was played: %+v", report)
	}
	p := report.Lessons[0]
	if (r.code == 0) != (p.Result != lessons.Fail) {
		t.Errorf("exit status %d with the result %s", r.code, p.Result)
	}
	switch p.Result {
	case lessons.Skip:
		t.Skipf("needs what this machine lacks: %s", strings.Join(p.Why, "; "))
	case lessons.Pass:
		if len(p.Points) == 0 {
			t.Error("it passes, and nothing was held")
		}
	default:
		t.Errorf("%s\n%s", p.File, strings.Join(p.Why, "\n"))
	}
}

// TestCollect: what a command has printed is there when it has ended, though what
// it left running holds the pipe, and no time is left.
func TestCollect(t *testing.T) {
	for range 200 {
		r, w, err := os.Pipe()
		must(t, err)
		said := collect(r)
		_, err = w.WriteString("all of it\n")
		must(t, err)
		if got := said(0); got != "all of it\n" {
			t.Errorf("it said %q", got)
		}
		must(t, w.Close())
		must(t, r.Close())
	}
}

// TestLessonThatIsWrong plays a lesson whose author errs about the kernel, and one
// whose check is of no use.
func TestLessonThatIsWrong(t *testing.T) {
	needRoot(t)
	const head = "---\ntitle: x\nminutes: 1\nlevel: beginner\nrun: {args: [sleep, \"60\"], flags: [--network, none]}\n---\n\n## A\n\n"
	for name, c := range map[string]struct{ text, want string }{
		"answer": {
			head + "```stop\nafter: namespaces\n```\n\n```predict\nask: x\nvalue: {fact: proc.ns.uts}\nagainst: {fact: host.ns.uts}\nchoices:\n" +
				"  - {text: a, when: same, right: true}\n  - {text: b, when: differs, wrong: c}\n```\n",
			"en.md:14: /proc/",
		},
		"check":   {head + "```stop\nat: running\n```\n\n```check\necho fine\n```\n\n```solve\ntrue\n```\n", "the check passes before the task is done"},
		"endless": {head + "```stop\nat: running\n```\n\n```do timeout=500ms\nwhile true; do sleep 1; done\n```\n", "did not end in time"},
		"host":    {head + "```stop\nat: running\n```\n\n```do outside timeout=500ms\nsleep 1000\n```\n", "did not end in time"},
		"exited":  {head + "```stop\nat: exited\ntimeout: 1s\n```\n", "it took too long"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "mine")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "en.md"), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			r := lessonCmd(t, "", "check", "--run", "--trust", dir)
			if r.code != 1 || !strings.Contains(r.out, c.want) {
				t.Errorf("status %d, want 1 and %q\n%s%s", r.code, c.want, r.out, r.err)
			}
		})
	}
}

// TestLessonEndsAtAGate leaves a lesson while its run waits before a stage, the
// last one too: all is undone.
func TestLessonEndsAtAGate(t *testing.T) {
	needRoot(t)
	dir := filepath.Join(t.TempDir(), "mine")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, stage := range []string{"overlay", "namespaces", "network", "exec", "exit"} {
		text := "---\ntitle: x\nminutes: 1\nlevel: beginner\nrun: {args: [\"true\"]}\n---\n\n## A\n\n```stop\nbefore: " + stage + "\n```\n"
		if err := os.WriteFile(filepath.Join(dir, "en.md"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := lessonCmd(t, "", "check", "--run", "--trust", dir); r.code != 0 {
			t.Errorf("before %s: status %d\n%s%s", stage, r.code, r.out, r.err)
		}
	}
}

// TestStrangersLesson holds that nothing of a stranger's lesson is run unasked.
func TestStrangersLesson(t *testing.T) {
	dir := t.TempDir()
	mark := filepath.Join(dir, "mark")
	c := exec.Command(program, "lesson", "new", "mine")
	c.Dir = dir
	if r := runCmd(t, c); r.code != 0 {
		t.Fatal(r.err)
	}
	file := filepath.Join(dir, "mine", "en.md")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(b), "nsenter --uts=/proc", "touch "+mark+"; nsenter --uts=/proc", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{file}, {"check", "--run", file}} {
		r := lessonCmd(t, "", args...)
		if os.Geteuid() == 0 && (r.code != 125 || !strings.Contains(r.err, "touch "+mark) || !strings.Contains(r.err, "--trust")) {
			t.Errorf("%q: status %d\n%s", args, r.code, r.err)
		}
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("a stranger's command was run unasked")
	}
}

// TestLessonPlain plays the teacher's template in words: a wrong answer, a hint,
// a command of the learner's own, the solution; and goes on where it was left.
func TestLessonPlain(t *testing.T) {
	needRoot(t)
	needTool(t, "nsenter")
	home, dir := t.TempDir(), t.TempDir()
	play := func(stdin string, flags ...string) result {
		c := exec.Command(program, append([]string{"lesson", "--plain", "--trust", "--lang", "en", "./mine"}, flags...)...)
		c.Dir, c.Stdin = dir, strings.NewReader(stdin)
		c.Env = append(os.Environ(), "XDG_STATE_HOME="+home)
		return runCmd(t, c)
	}
	c := exec.Command(program, "lesson", "new", "mine")
	c.Dir = dir
	if r := runCmd(t, c); r.code != 0 {
		t.Fatal(r.err)
	}
	r := play("ls\n\n9\n1\n\nq\n")
	for _, want := range []string{"numbered from 1 to ", "no container runs yet", `Not so: "One clone()`, "It is: The host's, still.", "2/4", "What is done is kept"} {
		if r.code != 0 || !strings.Contains(r.out, want) {
			t.Errorf("status %d, no %q in:\n%s%s", r.code, want, r.out, r.err)
		}
	}
	r = play("\n\n\n\nh\necho I-am-$(whoami)\n\ns\n")
	for _, want := range []string{"Going on at step 4", "I-am-demo", "Not yet: The host name inside is still", "Done: The name is mine.", "The lesson is over: 0 of 1 predictions right, 1 of 1 tasks solved"} {
		if r.code != 0 || !strings.Contains(r.out, want) {
			t.Errorf("status %d, no %q in:\n%s%s", r.code, want, r.out, r.err)
		}
	}
	c = exec.Command(program, "lesson", "progress", "--json")
	c.Env = append(os.Environ(), "XDG_STATE_HOME="+home)
	var all []lessons.Score
	if r := runCmd(t, c); json.Unmarshal([]byte(r.out), &all) != nil || len(all) != 1 || !all[0].Done || all[0].Tasks[0].Tries < 2 || all[0].Tasks[0].Title == "" || !all[0].Tasks[0].Shown {
		t.Errorf("progress: %s", r.out)
	}
	r = play("\ng\n1\nㅎ\n\nq\n", "--fresh")
	for _, want := range []string{"? The container's first process", "? 컨테이너의 첫 프로세스가", "아닙니다: clone()", "2/4 The real thing", "What is done is kept"} {
		if r.code != 0 || !strings.Contains(r.out, want) {
			t.Errorf("status %d, no %q in:\n%s%s", r.code, want, r.out, r.err)
		}
	}
}

// TestLessonRecording plays a lesson's recording, in both languages: it asks, shows
// and checks, runs nothing of the learner's, and counts for nothing.
func TestLessonRecording(t *testing.T) {
	for lang, want := range map[string][]string{
		"en": {"This is a recording", "Right: ", "It was not recorded", "Not yet: It is stopped still: State", "Done: It goes on: ", "of 4 predictions right"},
		"ko": {"이 학습의 녹화입니다", "맞습니다: ", "녹화되어 있지 않습니다", "안 됐습니다: ", "됐습니다: ", "예측 4개 중"},
	} {
		home := t.TempDir()
		answer := "2\n" + strings.Repeat("\n", 12) + "touch /tmp/mine\ns\n\n"
		c := exec.Command(program, "lesson", "process", "--recording", "--plain", "--lang", lang)
		c.Env = append(os.Environ(), "XDG_STATE_HOME="+home)
		c.Stdin = strings.NewReader(answer)
		r := runCmd(t, c)
		for _, w := range want {
			if r.code != 0 || !strings.Contains(r.out, w) {
				t.Errorf("%s: status %d, no %q in:\n%s%s", lang, r.code, w, r.out, r.err)
			}
		}
		c = exec.Command(program, "lesson", "progress", "--json")
		c.Env = append(os.Environ(), "XDG_STATE_HOME="+home)
		if r := runCmd(t, c); strings.TrimSpace(r.out) != "[]" {
			t.Errorf("%s: a recording counts: %s", lang, r.out)
		}
	}
}

// TestLessonFlags holds the flags that lessons may use against those that there are.
func TestLessonFlags(t *testing.T) {
	f := &runFlags{}
	s := pflag.NewFlagSet("run", pflag.ContinueOnError)
	f.register(s)
	for name, value := range lessons.Flags() {
		have := s.Lookup(strings.TrimPrefix(name, "--"))
		if len(name) == 2 {
			have = s.ShorthandLookup(name[1:])
		}
		if have == nil {
			t.Errorf("glassbox run has no flag %s", name)
			continue
		}
		if value != (have.NoOptDefVal == "") {
			t.Errorf("%s takes a value: %v here, %v there", name, value, have.NoOptDefVal == "")
		}
	}
}
