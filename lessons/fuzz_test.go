package lessons

import (
	"testing"
	"time"
)

// FuzzLesson reads whatever as a stranger's lesson: it is taken or told to be
// wrong, soon, and nothing else happens. testdata/fuzz keeps what was slow once.
func FuzzLesson(f *testing.F) {
	for _, s := range []string{"", "---\n", "---\ntitle: a\n---\n# a\n\n```sh\nls\n```\n", "---\ntitle: [\n---\n", "# \xff\n\n```check\nfact: proc.status\n```\n"} {
		f.Add([]byte(s))
	}
	if b, err := shipped.ReadFile("00-container/en.md"); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		began := time.Now()
		l, faults := parse("en.md", b)
		if l == nil && len(faults) == 0 {
			t.Fatal("neither a lesson nor a fault")
		}
		if len(faults) == 0 {
			faults = lint(l)
			for _, s := range l.Steps {
				for _, i := range s.Items {
					Prose(i.Prose)
				}
			}
			for _, w := range l.Will() {
				unsaid(w.Text)
			}
		}
		_ = Faults(faults).Error()
		if d := time.Since(began); d > 10*time.Second {
			t.Fatalf("it took %s", d)
		}
	})
}
