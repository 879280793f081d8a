package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"glassbox/runtime/journal"
)

// realRecording is the built-in recording: what a machine really said.
func realRecording(t testing.TB) string {
	t.Helper()
	path, remove, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(remove)
	return path
}

// TestGoldenFrames compares each stage's frame, at each size and in each
// language, with the one that a person has looked at. Write them anew with
// `go test ./tui -run GoldenFrames -update`, and look at what changed.
func TestGoldenFrames(t *testing.T) {
	path := realRecording(t)
	for _, size := range []struct {
		w, h int
		talk bool
	}{{80, 24, false}, {120, 40, false}, {200, 60, false}, {100, 30, true}, {60, 20, false}} {
		for _, lang := range Langs() {
			name := fmt.Sprintf("%dx%d-%s", size.w, size.h, lang)
			if size.talk {
				name = "talk-" + name
			}
			t.Run(name, func(t *testing.T) {
				d := opened(t, path, size.w, size.h, Options{Lang: lang, Talk: size.talk, Theme: "none"})
				var b strings.Builder
				for _, stage := range journal.Stages() {
					fmt.Fprintf(&b, "== %s\n", stage)
					for _, row := range d.frame() {
						b.WriteString(strings.TrimRight(ansi.Strip(row), " ") + "\n")
					}
					d.keys("space")
				}
				golden(t, filepath.Join("testdata", "frames", name+".txt"), b.String())
			})
		}
	}
}

// TestGoldenPanes is each pane at the end of exec, side by side.
func TestGoldenPanes(t *testing.T) {
	d := opened(t, realRecording(t), 120, 40, Options{Theme: "none"})
	for range 8 {
		d.keys("space")
	}
	d.m.sc.Zoom = true
	var b strings.Builder
	for i := range paneCount {
		d.keys(itoa((i + 1) % 10))
		fmt.Fprintf(&b, "== %s\n", textEN.Panes[i])
		for _, row := range d.frame() {
			b.WriteString(strings.TrimRight(ansi.Strip(row), " ") + "\n")
		}
	}
	golden(t, filepath.Join("testdata", "frames", "panes.txt"), b.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: make it with -update", err)
	}
	want, have := strings.Split(string(b), "\n"), strings.Split(got, "\n")
	for i := range max(len(want), len(have)) {
		w, h := "", ""
		if i < len(want) {
			w = want[i]
		}
		if i < len(have) {
			h = have[i]
		}
		if w != h {
			t.Fatalf("%s:%d\nwant %q\ngot  %q", file, i+1, w, h)
		}
	}
}
