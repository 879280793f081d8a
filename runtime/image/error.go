package image

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrAbsent is what an Error wraps when an image is not in the store and was not to be fetched.
var ErrAbsent = errors.New("not in the store")

// Error is every failure that this package returns: a sentence for a person, and
// what they can do. A caller maps it to exit status 125.
type Error struct {
	Text string // what was tried, on what, and why it failed
	Mend string // what a person can do; may be empty
	Err  error  // the cause, for errors.Is and errors.As; may be nil
}

// Error returns the sentence and the mend.
func (e *Error) Error() string {
	if e.Mend == "" {
		return e.Text
	}
	return e.Text + ": " + e.Mend
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// refuse makes an Error. Its text is formatted; err is wrapped, not printed.
func refuse(err error, mend, format string, args ...any) *Error {
	return &Error{Text: fmt.Sprintf(format, args...), Mend: mend, Err: err}
}

// plain makes text that others wrote fit for a sentence: one line, no control
// characters, at most 200 of them.
func plain(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.TrimSpace(s) {
		switch {
		case n == 200:
			return b.String() + "…"
		case r == utf8.RuneError || !unicode.IsPrint(r):
			r = ' '
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
