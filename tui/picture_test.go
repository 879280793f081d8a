package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"glassbox/runtime/journal"
)

var update = flag.Bool("update", false, "write the goldens anew")

// check holds a picture to its bounds, and to what may reach a terminal.
func check(t *testing.T, rows []string, w, h int, what string) {
	t.Helper()
	if len(rows) > h {
		t.Fatalf("%s: %d rows in %d", what, len(rows), h)
	}
	for y, row := range rows {
		if n := ansi.StringWidth(row); n != w {
			t.Fatalf("%s: row %d has %d cells, not %d: %q", what, y, n, w, row)
		}
		text := ansi.Strip(row)
		for _, r := range text {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || hidden(r) {
				t.Fatalf("%s: row %d holds %U: %q", what, y, r, text)
			}
		}
	}
}

func TestPictureStaysInBounds(t *testing.T) {
	themes := []*Theme{NewTheme("dark", false), NewTheme("none", true)}
	for _, stage := range journal.Stages() {
		s := stateAt(t, stage)
		for w := 1; w <= 130; w += apart(1) {
			for h := 1; h <= 45; h += 1 + h/12 {
				th, lang := themes[(w+h)%2], Langs()[(w/2+h)%2]
				what := fmt.Sprintf("%s %dx%d %s %s", stage, w, h, lang, th.Name)
				check(t, Picture(stage, s, w, h, th, lang), w, h, what)
			}
		}
	}
}

func TestPictureOfNothing(t *testing.T) {
	empty := journal.NewState(journal.Header{})
	th := NewTheme("dark", false)
	for _, stage := range append(journal.Stages(), "", "later", "\x1b[2J") {
		for _, lang := range Langs() {
			for _, size := range [][2]int{{1, 1}, {20, 3}, {100, 30}} {
				check(t, Picture(stage, empty, size[0], size[1], th, lang), size[0], size[1], stage)
			}
			if Sentence(stage, empty, lang) == "" {
				t.Errorf("%q in %s has no sentence before it began", stage, lang)
			}
		}
	}
	if got := Picture("pull", nil, 10, 10, th, EN); got != nil {
		t.Errorf("a picture without a state: %q", got)
	}
	if got := Picture("pull", empty, 0, 10, th, EN); got != nil {
		t.Errorf("a picture without width: %q", got)
	}
}

// hostile are strings that a stranger's image, container or recording may hold.
var hostile = []string{
	"\x1b]0;owned\x07\x1b[2J\x1b[31m", "\u202eevil\u202c\u200b\u2066", "\x00\x01\x7f\u0085\u009b31m", "가나다라마바사아자차카타파하", "e\u0301\u0301\u0301\U0001F469\u200d\U0001F469\u200d\U0001F467",
	"\xff\xfe\xc3", "a\nb\r\nc\td", strings.Repeat("가", 1<<19), strings.Repeat("\x1b[", 1<<19), strings.Repeat("9", 400), "-1", "",
}

// TestPictureOfHostility replaces every string of a state, one kind after the other.
func TestPictureOfHostility(t *testing.T) {
	th := NewTheme("dark", false)
	for _, stage := range journal.Stages() {
		for i, evil := range hostile {
			s := stateAt(t, stage)
			poison(s, evil)
			for _, size := range [][2]int{{1, 1}, {7, 2}, {24, 3}, {41, 9}, {60, 12}, {100, 30}} {
				for _, lang := range Langs() {
					what := fmt.Sprintf("%s with hostile string %d at %v", stage, i, size)
					check(t, Picture(stage, s, size[0], size[1], th, lang), size[0], size[1], what)
					clean(t, Sentence(stage, s, lang), what)
				}
			}
		}
	}
}

// poison puts evil wherever a state has text: whole facts, the fields of kernel
// lines, names, paths.
func poison(s *journal.State, evil string) {
	s.Header.Image = evil
	for k, f := range s.Facts {
		text := evil
		if len(evil) < 1000 {
			old := string(f.Value.Bytes())
			switch k.Fact {
			case factAddrs, factRoutes:
				quoted := strings.NewReplacer("\\", "", "\"", "", "\n", " ", "\x00", "", "\x01", "", "\x1b", "\\u001b", "\x07", "", "\r", "", "\t", " ").Replace(evil)
				text = strings.NewReplacer("eth0", quoted, "ens3", quoted, "10.66.160", quoted, "default", quoted).Replace(old)
			case factStatus:
				text = strings.NewReplacer("nginx", evil, "glassbox-init", evil, "4711", evil).Replace(old)
			default:
				text = strings.NewReplacer("/", evil, "overlay", evil, "1", evil, " a", evil).Replace(old)
			}
		}
		f.Value.Text, f.Value.B64 = nil, []byte(text)
		f.Value.Source = "/" + evil
		s.Facts[k] = f
	}
	for i := range s.Progress {
		p := &s.Progress[i]
		p.ID, p.By, p.Path = evil, evil, evil
		p.Done, p.Total, p.Entries, p.Added = -p.Done, p.Total*1<<40, -5, 1<<60
		if i%2 == 0 {
			p.What, p.State, p.Done = evil, evil, 1<<62
		}
	}
	for i := range s.Undo {
		s.Undo[i].Op, s.Undo[i].Target, s.Undo[i].Err = evil, evil, evil
	}
	if s.Exit != nil {
		s.Exit.Signal, s.Exit.OOMSource, s.Exit.UserUS = evil, evil, -1
	}
}

func clean(t *testing.T, text, what string) {
	t.Helper()
	for _, r := range text {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || hidden(r) {
			t.Fatalf("%s: the sentence holds %U: %.200q", what, r, text)
		}
	}
	if len(text) > 4096 {
		t.Fatalf("%s: a sentence of %d bytes", what, len(text))
	}
}

// plainPicture is a picture as text, with its sentence and the chain.
func plainPicture(stage string, s *journal.State, w, h int, lang Lang) string {
	th := NewTheme("dark", false)
	rows := Picture(stage, s, w, h, th, lang)
	rows = append(append([]string{Sentence(stage, s, lang)}, rows...), Chain(stage, w, th, lang)...)
	for i := range rows {
		rows[i] = strings.TrimRight(ansi.Strip(rows[i]), " ")
	}
	return strings.Join(rows, "\n") + "\n"
}

func TestPictureGoldens(t *testing.T) {
	for _, stage := range journal.Stages() {
		for _, lang := range Langs() {
			s := stateAt(t, stage)
			var b strings.Builder
			for _, size := range [][2]int{{100, 30}, {58, 13}, {34, 6}, {20, 3}} {
				fmt.Fprintf(&b, "== %dx%d\n%s", size[0], size[1], plainPicture(stage, s, size[0], size[1], lang))
			}
			file := filepath.Join("testdata", "picture", stage+"."+string(lang)+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v (go test -run Goldens -update ./tui writes it)", err)
			}
			if b.String() != string(want) {
				t.Errorf("%s in %s is not what %s has; look at it, then -update:\n%s", stage, lang, file, b.String())
			}
		}
	}
}

// TestPictureInAnyTheme: themes change looks, never text.
func TestPictureInAnyTheme(t *testing.T) {
	for _, stage := range journal.Stages() {
		s := stateAt(t, stage)
		want := ""
		for _, name := range Themes() {
			text := ansi.Strip(strings.Join(Picture(stage, s, 100, 30, NewTheme(name, false), EN), "\n"))
			if want == "" {
				want = text
			}
			if text != want {
				t.Errorf("%s in theme %s:\n%s\nnot:\n%s", stage, name, text, want)
			}
		}
		ascii := NewTheme("none", true)
		for y, row := range ascii.sent(Picture(stage, s, 100, 30, ascii, EN)) {
			for _, r := range ansi.Strip(row) {
				if r >= 0x80 {
					t.Errorf("%s, row %d: %q is not ASCII", stage, y, r)
				}
			}
		}
	}
}
