package tui

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// bareCommand is a mend that is a command and no more: the same in every language.
var bareCommand = regexp.MustCompile(`^(?:(?:modprobe|chmod|docker run|mount -t|firewall-cmd|systemd-run|sysctl -w|apt-get install) [^,(]*|printf .* && apparmor_parser .*)$`)

// wordless is the beginning of a sentence that has no word to say in another language:
// a flag as it was given, a name.
var wordless = regexp.MustCompile(`^(?:-[^ ]*(?: "?[a-z:]*<X>"?)?|[^a-zA-Z]*(?:<X>[^a-zA-Z]*)*): `)

// lastGap is one at the end of a chain: what stands there is an error or a list.
var lastGap = regexp.MustCompile(`: (?:<X>)+$`)

// spoken is a form as it may be said: with something in each gap, and an error in an error's.
func spoken(form string) string {
	return strings.NewReplacer("{}", "<X>", "{!}", anError).Replace(form)
}

const anError = "permission denied"

// TestEveryPhraseSpeaksKorean: what the engine says is wrong, what to do about it, why
// it skips a stage or does not make a call, what doctor finds: each has a Korean
// sentence with the same things in it.
func TestEveryPhraseSpeaksKorean(t *testing.T) {
	list := phrases(t)
	if len(list) < 600 {
		t.Errorf("only %d sentences were found: are they made otherwise now?", len(list))
	}
	for form, at := range list {
		text := spoken(form)
		for newSpeaker().chain(text).cost > 0 {
			bare := lastGap.ReplaceAllString(wordless.ReplaceAllString(text, ""), ": "+anError)
			if bare == text {
				break
			}
			text = bare
		}
		if bareCommand.MatchString(text) || text == "<X>" {
			continue
		}
		got := newSpeaker().chain(text)
		if got.cost > 0 || !hangul(got.text) || !norm.NFC.IsNormalString(got.text) ||
			strings.Count(got.text, "<X>") != strings.Count(text, "<X>") || strings.Contains(got.text, anError) {
			t.Errorf("%s: %q is in Korean %q", at, form, got.text)
		}
	}
}

// TestEveryPhraseIsSaid: each Korean sentence is that of an English one of the engine's,
// and no other one stands in its way.
func TestEveryPhraseIsSaid(t *testing.T) {
	var all strings.Builder
	for form := range phrases(t) {
		all.WriteString(": " + gaps.ReplaceAllString(form, "{}") + ": \n")
	}
	source := all.String()
	for i, list := range catalogues {
		for _, p := range list {
			en, ko := p[0], p[1]
			if i > 1 && !strings.Contains(en, "it says") && !strings.Contains(en, "; {!}") && // what others say; parts of a sentence
				!strings.Contains(source, ": "+gaps.ReplaceAllString(strings.TrimSuffix(en, ":"), "{}")+": ") {
				t.Errorf("nobody says %q", en)
			}
			if a, b := strings.Join(oneGap.FindAllString(en, -1), ""), strings.Join(oneGap.FindAllString(ko, -1), ""); a != b || strings.HasSuffix(en, ":") != strings.HasSuffix(ko, ":") {
				t.Errorf("%q and %q have not the same gaps", en, ko)
			}
			if strings.HasSuffix(en, ":") {
				en, ko = en+" {!}", ko+" {!}"
			}
			want := strings.ReplaceAll(spoken(ko), anError, Phrase(anError, KO))
			if got := Phrase(spoken(en), KO); got != want {
				t.Errorf("%q is said %q, not %q", en, got, want)
			}
		}
	}
}

var gaps, oneGap = regexp.MustCompile(`(?:\{!?\})+`), regexp.MustCompile(`\{!?\}`)
