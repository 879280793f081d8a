package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"glassbox/tui"
)

// TestLessonCheckSpeaks: what is wrong with a lesson is said in the teacher's language,
// and to machines in English.
func TestLessonCheckSpeaks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lesson.md")
	if err := os.WriteFile(file, []byte("---\ntitle: Bad\nminuts: 5\nlevel: begginer\n---\n\n## One\n\n```stop\nbefor: clone\n```\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	was := tongue
	t.Cleanup(func() { tongue = was })
	said := func(lang tui.Lang, machines bool) string {
		tongue = lang
		var out bytes.Buffer
		f := &checkFlags{}
		f.json = machines
		if err := f.check(t.Context(), &out, []string{file}); status(err) != 1 {
			t.Errorf("it ends with %v", err)
		}
		return strings.ReplaceAll(out.String(), file, "FILE")
	}
	for _, line := range []string{
		`FILE:2: the field "minutes" is missing: how long a learner takes`,
		`FILE:3: unknown field "minuts", did you mean minutes?`,
		`FILE:10: unknown field "befor", did you mean before?`,
		"0 of 1 lessons are well written",
	} {
		if got := said(tui.EN, false); !strings.Contains(got, line+"\n") {
			t.Errorf("%q is not in\n%s", line, got)
		}
	}
	for _, line := range []string{
		`FILE:2: 필드 "minutes"이(가) 없습니다: 배우는 데 걸리는 시간`,
		`FILE:3: 모르는 필드 "minuts"입니다. minutes 아닌가요?`,
		`FILE:4: 모르는 낱말 "begginer"입니다. beginner 아닌가요?`,
		"학습 1개 중 0개가 잘 쓰였습니다",
	} {
		if got := said(tui.KO, false); !strings.Contains(got, line+"\n") {
			t.Errorf("%q is not in\n%s", line, got)
		}
	}
	if got := said(tui.KO, true); korean(got) || !strings.Contains(got, "is missing") {
		t.Errorf("machines are told\n%s", got)
	}
}

// TestLessonNewAndImportSpeak: what is left to do with a new lesson is said in the
// teacher's language, which --lang names.
func TestLessonNewAndImportSpeak(t *testing.T) {
	scene := t.TempDir()
	if err := os.WriteFile(filepath.Join(scene, "index.json"), []byte(`{"title":"x","details":{"steps":[{"title":"A","verify":"index.json"}]},"backend":{"imageid":"ubuntu"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []tui.Lang{tui.EN, tui.KO} {
		t.Chdir(t.TempDir())
		for _, c := range []*cobra.Command{lessonNew(), lessonImport()} {
			var said bytes.Buffer
			c.SetErr(&said)
			c.SetOut(&bytes.Buffer{})
			args := []string{"mine"}
			if c.Name() == "import" {
				args = []string{scene, "theirs"}
			}
			c.SetArgs(append(args, "--lang", string(lang)))
			if err := c.Execute(); err != nil {
				t.Errorf("%s: %v", c.Name(), err)
			}
			for row := range strings.Lines(said.String()) {
				if korean(row) != (lang == tui.KO) {
					t.Errorf("%s in %s: %s", c.Name(), lang, row)
				}
			}
		}
	}
}

// TestRecordOfRecording: what would be recorded is not played, and it is said so.
func TestRecordOfRecording(t *testing.T) {
	root := newRoot()
	root.SetArgs([]string{"lesson", "pid1", "--recording", "--record", filepath.Join(t.TempDir(), "x"), "--plain"})
	if err := root.Execute(); err == nil || !strings.Contains(err.Error(), "--recording starts none") {
		t.Errorf("it said %v", err)
	}
}
