package tui

import (
	"strings"
	"testing"

	"glassbox/runtime/journal"
)

// TestOutputLines holds that lines of two streams that are written in parts stay whole,
// and that empty ones are those that the program wrote.
func TestOutputLines(t *testing.T) {
	for _, c := range []struct{ wrote, want string }{
		{"o:ready|e:late\n|o:\n", "o ready/e late"},
		{"o:a\n\n|e:b\n|o:c", "o a/o /e b/o c"},
		{"o:re|e:la|o:ady\nmo|e:te\n|o:re\n", "o ready/e late/o more"},
		{"t:a\r\n|t:b\r\n", "t a/t b"},
		{"o:" + strings.Repeat("x", longest+1) + "|o:y|o:\n|o:z\n", "o " + strings.Repeat("x", longest) + "…/o z"},
	} {
		var chunks []journal.Chunk
		for w := range strings.SplitSeq(c.wrote, "|") {
			stream, text, _ := strings.Cut(w, ":")
			chunks = append(chunks, journal.Chunk{Stream: stream, Data: []byte(text)})
		}
		b := lines{sc: &Scene{S: &journal.State{Output: chunks}, Theme: NewTheme("none", false), Text: textOf(EN)}}
		output(&b)
		var got []string
		for _, l := range b.out {
			got = append(got, l.Source+" "+l.Out.Text)
		}
		if s := strings.Join(got, "/"); s != c.want {
			t.Errorf("%q: %q, not %q", c.wrote, s, c.want)
		}
	}
}

// TestOutputThatIsGone holds that the pane says so where it has not all that was written.
func TestOutputThatIsGone(t *testing.T) {
	for _, c := range []struct {
		text  string
		bytes int64 // written in all
		gone  bool
	}{
		{"all\n", 4, false},
		{"the end\n", 1 << 20, true},
		{strings.Repeat("x\n", mostOutput+1), 2 * (mostOutput + 1), true},
	} {
		b := lines{sc: &Scene{S: &journal.State{
			Output: []journal.Chunk{{Stream: "stdout", Data: []byte(c.text)}}, Counts: journal.Counts{OutputBytes: c.bytes},
		}, Theme: NewTheme("none", false), Text: textOf(EN)}}
		output(&b)
		if got := b.out[0].Out.Text == textOf(EN).OutputCut; got != c.gone {
			t.Errorf("of %d bytes %d are there: the first row is %q", c.bytes, len(c.text), b.out[0].Out.Text)
		}
	}
}
