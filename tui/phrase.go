package tui

import "strings"

// Phrase is a sentence of the engine's in the reader's language: what to do after
// a failure, why a stage is skipped, why a call is shown and not made. One that is
// not among phrasesKO stays as it is.
func Phrase(text string, lang Lang) string {
	if lang != KO {
		return text
	}
	for _, p := range phrasesKO {
		if got, ok := match(p[0], text); ok {
			return blend(p[1], got)
		}
	}
	return text
}

// match compares text with a form, in which {} stands for anything, and returns
// what stands there.
func match(form, text string) (got []string, ok bool) {
	parts := strings.Split(form, "{}")
	text, ok = strings.CutPrefix(text, parts[0])
	for i, part := range parts[1:] {
		end := strings.Index(text, part)
		if i == len(parts)-2 { // the last one reaches to the end
			end = len(text) - len(part)
			ok = ok && strings.HasSuffix(text, part)
		}
		if !ok || end < 0 {
			return nil, false
		}
		got, text = append(got, text[:end]), text[end+len(part):]
	}
	return got, ok && text == ""
}

// blend puts what was found into a sentence, one {} after the other. What was
// found is not filled again: it may hold a {} of its own.
func blend(text string, got []string) string {
	before, after, ok := strings.Cut(text, "{}")
	if !ok || len(got) == 0 {
		return text
	}
	return before + got[0] + blend(after, got[1:])
}
