package tui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// tabStop is where tabulators end in what programs print.
const tabStop = 8

// Clean makes one line of foreign text safe to show: what a container, an image
// or a file name says must never command the terminal. Control bytes are made
// visible (^[ for escape, as cat -v does), C1 and bidirectional marks as <U+202E>,
// bytes that are no UTF-8 as <FF>; tabulators are expanded; Hangul is composed.
// Newlines are shown too: split text into lines before.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	s = norm.NFC.String(s)
	var b strings.Builder
	col := 0
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < 0x7f {
			b.WriteByte(c)
			col++
			i++
			continue
		}
		r, k := utf8.DecodeRuneInString(s[i:])
		out := show(r, k, s[i], col)
		b.WriteString(out)
		col += Width(out)
		i += k
	}
	return b.String()
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

func show(r rune, k int, raw byte, col int) string {
	switch {
	case r == utf8.RuneError && k <= 1:
		return "<" + hex(uint32(raw), 2) + ">"
	case r == '\t':
		return Spaces(tabStop - col%tabStop)
	case r < 0x20:
		return "^" + string(r+0x40)
	case r == 0x7f:
		return "^?"
	case hidden(r):
		return "<U+" + hex(uint32(r), 4) + ">"
	}
	return string(r)
}

// hidden says whether a rune must not reach the terminal: C1 controls, format
// characters (bidirectional marks, joiners, tags), private use, unassigned, the
// line separators, and fillers that are seen as nothing. Emoji and what widens
// them go as well, since they corrupt rows in tmux.
func hidden(r rune) bool {
	switch {
	case r < 0x80:
		return false
	case r < 0xa0:
		return true
	case r >= 0x1100 && r <= 0x11ff, unicode.Is(unicode.M, r): // what NFC could not compose
		return true
	case r == 0x3164 || r == 0xffa0 || r == 0x2800 || r == 0x2028 || r == 0x2029:
		return true
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0x1f000 && r <= 0x1ffff:
		return true
	}
	return !unicode.IsPrint(r) && r != 0xa0
}

func hex(n uint32, digits int) string {
	const set = "0123456789ABCDEF"
	var b [8]byte
	i := len(b)
	for n > 0 || digits > 0 {
		i--
		b[i] = set[n&15]
		n >>= 4
		digits--
	}
	return string(b[i:])
}

// Lines splits foreign text into cleaned lines, at most limit of them (0: all).
// A carriage return before a newline is dropped; any other one begins a line
// anew, as a terminal would, but what was there stays to be read.
func Lines(s string, limit int) []string {
	s = strings.TrimSuffix(s, "\n")
	if s == "" {
		return nil
	}
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		out = append(out, Clean(strings.TrimSuffix(line, "\r")))
		if limit > 0 && len(out) == limit {
			break
		}
	}
	return out
}
