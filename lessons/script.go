package lessons

import (
	"errors"
	"regexp"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// scriptFault says what is wrong with the form of a shell text, and in which of
// its lines, from 1; 0 if nothing is. Shells on hosts and in images differ, so
// that only POSIX is taken.
func scriptFault(text string) (line int, what string) {
	_, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
	if err == nil {
		return 0, ""
	}
	var at syntax.ParseError
	if errors.As(err, &at) {
		return int(at.Pos.Line()), at.Text
	}
	var lang syntax.LangError
	if errors.As(err, &lang) {
		return int(lang.Pos.Line()), lang.Feature + " is not POSIX: sh has no such thing everywhere"
	}
	return 1, err.Error()
}

// said is what a script says to a person: it differs between languages.
var said = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\becho\s+("[^"\n]*"|'[^'\n]*')`) })

// unsaid is a script without what it says, to be held against another language's.
func unsaid(text string) string { return said().ReplaceAllString(text, "echo …") }
