package lessons

import (
	"context"
	"strings"
	"testing"
)

// TestTapes plays every shipped lesson on its recording, in each language: it fits
// the lesson as it is now, answers whatever the lesson asks, and proves nothing.
func TestTapes(t *testing.T) {
	for _, dir := range Shipped() {
		set, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range set.Lessons {
			m, err := OpenTape(l)
			if err != nil {
				t.Errorf("%s: %v: make recordings", l.File, err)
				continue
			}
			p := Prove(context.Background(), l, m)
			if p.Result != Skip || len(p.Points) == 0 {
				t.Errorf("%s: %s %s", l.File, p.Result, strings.Join(p.Why, "; "))
			}
			if m.dir != "" {
				t.Errorf("%s: the files of the recording are left in %s", l.File, m.dir)
			}
		}
	}
}
