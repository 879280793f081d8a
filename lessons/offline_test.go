package lessons

import (
	"strings"
	"testing"
)

// TestOfflineIsAskedFor: who is asked for trust is told both images that may be run.
func TestOfflineIsAskedFor(t *testing.T) {
	l := &Lesson{Front: Front{Run: &Run{Image: "nginx", Offline: "demo"}}}
	var told []string
	for _, w := range l.Will() {
		told = append(told, w.Text)
	}
	if got, want := strings.Join(told, "\n"), "glassbox run nginx\nglassbox run demo"; got != want {
		t.Errorf("it would run %q, not %q", got, want)
	}
	if l.Run.Image != "nginx" {
		t.Errorf("asking changed the lesson's image to %s", l.Run.Image)
	}
}
