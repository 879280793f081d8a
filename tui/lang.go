package tui

import "strings"

// Lang is the language of everything that the screen itself says. What the
// kernel's files say is never translated; its errors are: see Phrase.
type Lang string

// The languages.
const (
	EN Lang = "en"
	KO Lang = "ko"
)

// Langs are all languages, the fallback first.
func Langs() []Lang { return []Lang{EN, KO} }

// ParseLang reads the value of --lang, or a locale's name such as ko_KR.UTF-8;
// anything that is not Korean is English.
func ParseLang(s string) Lang {
	s = strings.ToLower(s)
	if s == "ko" || strings.HasPrefix(s, "ko_") || strings.HasPrefix(s, "ko-") || strings.HasPrefix(s, "ko.") {
		return KO
	}
	return EN
}

// LangFrom reads the language from the environment as locale(7) orders it:
// LC_ALL, LC_MESSAGES, LANG.
func LangFrom(getenv func(string) string) Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			return ParseLang(v)
		}
	}
	return EN
}

// Say picks the language. Both stand side by side so that neither can be forgotten.
func Say(lang Lang, en, ko string) string {
	if lang == KO {
		return ko
	}
	return en
}
