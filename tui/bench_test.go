package tui

import (
	"testing"

	"glassbox/runtime/journal"
)

// BenchmarkFrameCold draws a frame of 200x60 from the state alone: a Korean one, of
// which the renderer gets halves.
func BenchmarkFrameCold(b *testing.B) {
	d := opened(b, demoRecording(b), 200, 60, Options{Lang: KO})
	h := &halving{Model: d.m, w: 200}
	for range 6 {
		d.keys("space")
	}
	for b.Loop() {
		d.m.drawn, d.m.sc.memo, h.from = false, memo{}, nil
		_ = h.View()
	}
}

// BenchmarkFrameWarm is what a message costs that changes nothing of the state: a
// key that moves the cursor.
func BenchmarkFrameWarm(b *testing.B) {
	d := opened(b, demoRecording(b), 200, 60, Options{Lang: KO})
	h := &halving{Model: d.m, w: 200}
	d.keys("space", "space", "space", "space", "space", "space", "5")
	k := []string{"down", "up"}
	i := 0
	for b.Loop() {
		_, _ = h.Update(press(k[i%2]))
		i++
		_ = h.View()
	}
}

// BenchmarkFrameOutput draws the output pane with as much as a State keeps.
func BenchmarkFrameOutput(b *testing.B) {
	d := opened(b, demoRecording(b), 200, 60, Options{})
	s := d.m.sc.S.Clone()
	line := []byte("127.0.0.1 - - [01/Aug/2026:09:00:00 +0000] \"GET / HTTP/1.1\" 200 615\n")
	for range journal.KeepOutput / len(line) {
		s.Output = append(s.Output, journal.Chunk{Stream: "stdout", Data: line})
	}
	d.m.sc.S, d.m.sc.Pane = s, PaneOutput
	for b.Loop() {
		d.m.drawn = false
		_ = d.m.View()
	}
}
