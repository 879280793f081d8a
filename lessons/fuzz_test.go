package lessons

import "testing"

// FuzzLesson reads whatever as a stranger's lesson: it is taken or told to be
// wrong, and nothing else happens.
func FuzzLesson(f *testing.F) {
	for _, s := range []string{"", "---\n", "---\ntitle: a\n---\n# a\n\n```sh\nls\n```\n", "---\ntitle: [\n---\n", "# \xff\n\n```check\nfact: proc.status\n```\n"} {
		f.Add([]byte(s))
	}
	if b, err := shipped.ReadFile("00-container/en.md"); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l, faults := parse("en.md", b)
		if l == nil && len(faults) == 0 {
			t.Fatal("neither a lesson nor a fault")
		}
		_ = Faults(faults).Error()
	})
}
