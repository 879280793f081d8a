package lessons

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The bounds of a lesson.
const (
	MaxFile  = 256 << 10 // bytes of one file
	MaxSteps = 100
	MaxItems = 200 // of one step
	maxDepth = 12  // of nested YAML
)

// safe says the first thing in a file that no lesson has: a lesson is UTF-8 text
// that commands no terminal. Bytes and marks that could hide or reorder what a
// person is asked to trust are refused, wherever they stand.
func safe(file string, b []byte) (f Faults) {
	if len(b) > MaxFile {
		f.add(file, 0, "the file is too large: a lesson has %d bytes at most", MaxFile)
		return f
	}
	line := 1
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if said := unsafeRune(r, n); said != "" {
			f.add(file, line, "%s: a lesson is plain UTF-8 text", said)
			return f
		}
		if r == '\n' {
			line++
		}
		i += n
	}
	if at := norm.NFC.QuickSpan(b); at < len(b) && !norm.NFC.IsNormal(b) {
		f.add(file, 1+bytes.Count(b[:at], []byte("\n")), "the text is not composed (NFC): save it composed, or Hangul will not line up")
	}
	return f
}

func unsafeRune(r rune, n int) string {
	switch {
	case r == utf8.RuneError && n == 1:
		return "a byte that is no UTF-8"
	case r == 0:
		return "a NUL byte"
	case r == 0x1b:
		return "an escape character"
	case r == '\n' || r == '\t':
		return ""
	case r == '\r':
		return "a carriage return: lines end in a newline alone"
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return fmt.Sprintf("a control character (U+%04X)", r)
	case r == 0xfeff:
		return "a byte order mark"
	case unicode.Is(unicode.Cf, r) || r == 0x2028 || r == 0x2029:
		return fmt.Sprintf("an invisible character (U+%04X)", r)
	case r >= 0x1f000 && r <= 0x1ffff, r >= 0xfe00 && r <= 0xfe0f:
		return fmt.Sprintf("an emoji (U+%04X), which corrupts rows of some terminals", r)
	}
	return ""
}
