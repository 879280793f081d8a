package tui

import (
	"strings"
	"testing"
)

// TestTalkZoom: on a projector, too, zoom shows one part alone, and tab goes to no part
// that is not there.
func TestTalkZoom(t *testing.T) {
	d := opened(t, realRecording(t), 100, 30, Options{Talk: true})
	d.keys("space", "space", "space", "space", "space")
	d.has("What happens")
	d.has("4Cgroup")
	d.hasNot("write …/glassbox-bfc33fd7426f/cpu.weight")
	d.keys("z")
	d.has("What happens")
	d.has("write …/glassbox-bfc33fd7426f/cpu.weight")
	d.hasNot("4Cgroup")
	d.keys("tab")
	d.hasNot("What happens")
	d.has("4Cgroup")
	d.keys("tab")
	d.has("What happens")
	d.keys("z")
	d.has("4Cgroup")
	for _, w := range []int{72, 80, 100, 160} {
		for _, h := range []int{16, 24, 30, 50} {
			for _, focus := range []Focus{OnStory, OnPane} {
				d.m.sc.Zoom, d.m.sc.Focus = true, focus
				rows := d.m.sc.Frame(w, h, nil)
				whole(t, "zoomed talk", rows, w, h)
				if !strings.Contains(rows[h-1], "quit") {
					t.Errorf("%dx%d: the footer is not the last row: %q", w, h, rows[h-1])
				}
			}
		}
	}
}
