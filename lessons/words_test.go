package lessons

import "testing"

func TestWordAt(t *testing.T) {
	for _, c := range []struct {
		text, word string
		want       int
	}{
		{"Seccomp_filters: 1\nSeccomp: 2", "Seccomp", 19},
		{"Seccomp_filters", "Seccomp", -1},
		{"NSpid Pid", "Pid", 6},
		{"-rw 12 app/www/logo.txt", "logo.txt", 15},
		{"logo.txt.bak logo.txts", "logo.txt", 0},
		{"oom_kill 1", "oom_kill ", 0},
		{"aaa aa", "aa", 4},
		{"한글을 한글", "한글", 10},
		{"", "x", -1},
		{"x", "", 0},
		{"xx", "", 0},
	} {
		if got := WordAt(c.text, c.word); got != c.want {
			t.Errorf("%q in %q: %d, not %d", c.word, c.text, got, c.want)
		}
	}
}
