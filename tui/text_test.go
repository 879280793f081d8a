package tui

import (
	"reflect"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// complete checks that both languages say all that there is to say.
func complete(t *testing.T) {
	t.Helper()
	blank := map[string]bool{"Blank": true}
	for _, l := range Langs() {
		v := reflect.ValueOf(*textOf(l))
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			f := v.Field(i)
			switch f.Kind() {
			case reflect.String:
				word(t, l, name, f.String(), blank[name])
			case reflect.Array:
				for j := range f.Len() {
					word(t, l, name, f.Index(j).String(), false)
				}
			case reflect.Map:
				for _, k := range f.MapKeys() {
					word(t, l, name, f.MapIndex(k).String(), false)
				}
			}
		}
	}
	en, ko := textOf(EN), textOf(KO)
	for _, b := range bindings {
		if en.Acts[b.Act] == "" || ko.Acts[b.Act] == "" {
			t.Errorf("act %d has no words", b.Act)
		}
	}
	for k := range en.Rows {
		if ko.Rows[k] == "" {
			t.Errorf("the row %q has no Korean", k)
		}
	}
	for k := range ko.Rows {
		if en.Rows[k] == "" {
			t.Errorf("the row %q has no English", k)
		}
	}
	for _, s := range []string{"", "begin", "done", "failed", "skipped"} {
		if en.States[s] == "" || ko.States[s] == "" {
			t.Errorf("the state %q has no words", s)
		}
	}
}

func word(t *testing.T, l Lang, name, s string, blank bool) {
	t.Helper()
	if s == "" && !blank {
		t.Errorf("%s: %s is empty", l, name)
	}
	if !norm.NFC.IsNormalString(s) {
		t.Errorf("%s: %s is not composed: %q", l, name, s)
	}
	for _, r := range s {
		if l == EN && unicode.Is(unicode.Hangul, r) && name != "Acts" {
			t.Errorf("English: %s has Hangul: %q", name, s)
		}
	}
	if n := strings.Count(textField(EN, name), "%"); n != strings.Count(textField(KO, name), "%") {
		t.Errorf("%s has other verbs in Korean", name)
	}
}

func textField(l Lang, name string) string {
	f := reflect.ValueOf(*textOf(l)).FieldByName(name)
	if f.Kind() != reflect.String {
		return ""
	}
	return f.String()
}

func TestClean(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain", "plain"},
		{"\x1b[31mred", "^[[31mred"},
		{"a\tb", "a       b"},
		{"한\tb", "한      b"},
		{"\u202eabc", "<U+202E>abc"},
		{"\u009b31m", "<U+009B>31m"},
		{"\xff", "<FF>"},
		{"\u1112\u1161\u11ab", "한"},
		{"a\rb\x00\x7f", "a^Mb^@^?"},
		{"\U0001f600", "<U+1F600>"},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("Clean(%q) is %q, want %q", c.in, got, c.want)
		}
	}
}

func TestWidths(t *testing.T) {
	for _, c := range []struct {
		s string
		n int
	}{{"", 0}, {"abc", 3}, {"한글", 4}, {"─╮", 2}, {"\x1b[1;38;5;111m한\x1b[m", 2}, {"…", 1}} {
		if got := Width(c.s); got != c.n {
			t.Errorf("Width(%q) is %d, want %d", c.s, got, c.n)
		}
	}
	if got := Pad("한글", 3); Width(got) != 3 {
		t.Errorf("Pad cuts to %d cells: %q", Width(got), got)
	}
	if got := Cut("한글말", 4); Width(got) > 4 || !strings.HasSuffix(got, "…") {
		t.Errorf("Cut is %q", got)
	}
	if got := over("가나다라", "XX", 1, 2, 8); Width(got) != 8 {
		t.Errorf("over is %d cells: %q", Width(got), got)
	}
	for _, w := range []int{1, 2, 3, 7, 20} {
		for _, row := range Wrap("컨테이너가 averyveryverylongword 에서 시작합니다", w) {
			if Width(row) > w {
				t.Errorf("a wrapped row of %d cells for %d: %q", Width(row), w, row)
			}
		}
	}
}
