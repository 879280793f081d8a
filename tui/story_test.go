package tui

import (
	"reflect"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"glassbox/runtime/journal"
)

// texts returns every string of a story.
func storyTexts(st StoryText) map[string]string {
	m := map[string]string{"Outside": st.See.Outside, "Inside": st.See.Inside}
	v := reflect.ValueOf(st)
	for i := range v.NumField() {
		if s, ok := v.Field(i).Interface().(string); ok {
			m[v.Type().Field(i).Name] = s
		}
	}
	return m
}

func TestStoriesAreCompleteInEachLanguage(t *testing.T) {
	for _, stage := range journal.Stages() {
		en, ko := storyTexts(Story(stage, EN)), storyTexts(Story(stage, KO))
		for field, text := range en {
			other := ko[field]
			if (text == "") != (other == "") || text == "" && field != "Inside" {
				t.Errorf("%s.%s: en %q, ko %q", stage, field, text, other)
			}
			if text != "" && (text == other || !hangul(other) || hangul(text)) {
				t.Errorf("%s.%s is not told in both languages: %q, %q", stage, field, text, other)
			}
			if !norm.NFC.IsNormalString(other) {
				t.Errorf("%s.%s is not NFC: %q", stage, field, other)
			}
		}
		if len(Story(stage, EN).Man) == 0 {
			t.Errorf("%s names no page to read", stage)
		}
	}
	if len(storiesEN) != len(journal.Stages()) || len(storiesKO) != len(storiesEN) {
		t.Errorf("%d English and %d Korean stories for %d stages", len(storiesEN), len(storiesKO), len(journal.Stages()))
	}
}

func hangul(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
}

// TestSentencesAndChainsSpeakBoth at the end of each stage.
func TestSentencesAndChainsSpeakBoth(t *testing.T) {
	for _, stage := range journal.Stages() {
		s := stateAt(t, stage)
		en, ko := Sentence(stage, s, EN), Sentence(stage, s, KO)
		if hangul(en) || !hangul(ko) || !norm.NFC.IsNormalString(ko) {
			t.Errorf("%s says %q and %q", stage, en, ko)
		}
		if strings.Contains(en, "nothing to be seen") {
			t.Errorf("%s sees nothing: %q", stage, en)
		}
		for w := 1; w <= 130; w++ {
			for _, lang := range Langs() {
				rows := Chain(stage, w, NewTheme("dark", false), lang)
				check(t, rows, w, 3, "chain of "+stage)
				if w >= 20 && !strings.Contains(strings.Join(rows, ""), unicodeGlyphs.Dot) {
					t.Errorf("the chain of %s at %d lights nobody", stage, w)
				}
			}
		}
	}
}

// TestSentenceOfEnds: what was skipped and what failed says so, and why.
func TestSentenceOfEnds(t *testing.T) {
	for state, want := range map[string]string{journal.Skipped: "skipped. a bundle", journal.Failed: "failed: a bundle"} {
		s := stateAt(t, "exec")
		s.Stage("unpack").State, s.Stage("unpack").Why = state, "a bundle\x1b[2J"
		if got := Sentence("unpack", s, EN); !strings.Contains(got, want) || strings.Contains(got, "\x1b") {
			t.Errorf("%s: %q", state, got)
		}
	}
}

func TestNoteText(t *testing.T) {
	n := journal.Note{Key: "published", Text: "Published: a.", Args: map[string]string{"ports": "8080->80/tcp\x1b[2J {id}", "id": "x"}}
	if got := NoteText(n, EN); got != "Published: a." {
		t.Errorf("in English %q", got)
	}
	if got, want := NoteText(n, KO), "공개한 포트: 8080->80/tcp^[[2J {id}."; got != want {
		t.Errorf("in Korean %q, not %q", got, want)
	}
	n.Args = nil
	if got := NoteText(n, KO); got != n.Text {
		t.Errorf("without its argument the Korean sentence has a hole: %q", got)
	}
	for _, lang := range Langs() {
		got := NoteText(journal.Note{Key: "unheard-of", Text: "so\x1b[2J" + strings.Repeat("x", 1<<20)}, lang)
		if strings.Contains(got, "\x1b") || len(got) > 2*mostNote {
			t.Errorf("a foreign note came through, %d bytes", len(got))
		}
	}
}
