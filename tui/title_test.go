package tui

import (
	"testing"
	"time"
)

// TestSecondsOf: a short delay is not told as none.
func TestSecondsOf(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 10 * time.Millisecond: "10ms", 500 * time.Millisecond: "0.5s", 3 * time.Second: "3s", 1500 * time.Millisecond: "1.5s",
	} {
		if got := secondsOf(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
