package main

import (
	"slices"
	"testing"

	"glassbox/tui"
)

// TestHomeArgs: what is chosen on the home screen is all that its command gets: the
// language and the theme are flags, and no words for the program in an image.
func TestHomeArgs(t *testing.T) {
	for _, c := range []struct {
		kind string
		ref  string
		path string
		args []string
	}{
		{tui.OpenImage, "demo", "glassbox run", []string{"demo"}},
		{tui.OpenImage, "--privileged", "glassbox run", []string{"--privileged"}},
		{tui.OpenRecording, "", "glassbox replay", []string{}},
		{tui.OpenRecording, "-a.jsonl", "glassbox replay", []string{"-a.jsonl"}},
		{tui.OpenLesson, "pull", "glassbox lesson start", []string{"pull"}},
	} {
		cmd, rest, err := newRoot().Find(homeArgs(tui.Item{Kind: c.kind, Ref: c.ref}, tui.KO, "light"))
		if err != nil {
			t.Fatalf("%s %s: %v", c.path, c.ref, err)
		}
		if err := cmd.ParseFlags(rest); err != nil {
			t.Errorf("%s %s: %v", c.path, c.ref, err)
			continue
		}
		f := cmd.Flags()
		if got := f.Args(); cmd.CommandPath() != c.path || !slices.Equal(got, c.args) {
			t.Errorf("%s %s: %s with %q", c.path, c.ref, cmd.CommandPath(), got)
		}
		for name, want := range map[string]string{"lang": "ko", "theme": "light"} {
			if got := f.Lookup(name).Value.String(); got != want {
				t.Errorf("%s %s: --%s is %q", c.path, c.ref, name, got)
			}
		}
	}
}
