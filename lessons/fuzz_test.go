package lessons

import (
	"strings"
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

// FuzzTape plays a lesson on whatever as its recording: it fits or it does not, and no
// file of it is left.
func FuzzTape(f *testing.F) {
	for _, s := range []string{itsTape, "", "{\"lesson\":\"x\"}\n{}\n", strings.Replace(itsTape, `"do":{"Outside":true,"Text":"echo hello"},`, "", 1), "{\"lesson\":\"x\"}\n{\"run\":\"main\",\"event\":[]}\n"} {
		f.Add([]byte(s))
	}
	l, faults := parse("en.md", []byte(tapedLesson))
	if len(faults) > 0 {
		f.Fatal(faults)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l.tape = b
		m, err := OpenTape(l)
		if err != nil {
			return
		}
		if p := Prove(t.Context(), l, m); p.Result == Pass {
			t.Error("a recording proves something")
		}
		if m.dir != "" {
			t.Errorf("%s is left", m.dir)
		}
	})
}
