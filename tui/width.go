package tui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// blanks is cut from when rows are padded.
const blanks = "                                                                                                                                " +
	"                                                                                                                                "

// Spaces returns n blanks; none if n is negative.
func Spaces(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blanks):
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

// Width is the number of cells that s takes, SGR sequences not counted. It is
// x/ansi's measure, with a short way for what rows mostly hold: runewidth counts
// lines as two cells in a Korean locale, and is not to be used.
func Width(s string) int {
	n := 0
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= 0x20 && c < 0x7f:
			n++
			i++
		case c == 0x1b && i+1 < len(s) && s[i+1] == '[':
			i += 2
			for i < len(s) && (s[i] < 0x40 || s[i] > 0x7e) {
				i++
			}
			i++
		case c < 0x80:
			return ansi.StringWidth(s)
		default:
			r, k := utf8.DecodeRuneInString(s[i:])
			w := quick(r)
			if w < 0 {
				return ansi.StringWidth(s)
			}
			n += w
			i += k
		}
	}
	return n
}

// quick is the width of runes that never join with a neighbour; -1 for the others.
func quick(r rune) int {
	switch {
	case r >= 0xac00 && r <= 0xd7a3: // Hangul syllables
		return 2
	case r >= 0x2500 && r <= 0x259f, r >= 0x2190 && r <= 0x2199, r == '·', r == '…', r == '–', r == '—', r == '’', r == '“', r == '”':
		return 1
	case r >= 0xa1 && r <= 0x17f && r != 0xa9 && r != 0xad && r != 0xae:
		return 1
	}
	return -1
}

// Cut returns at most w cells of s, with "…" for what was left out. A cut that
// falls into a wide character leaves that out and may return w-1 cells.
func Cut(s string, w int) string { return cut(s, w, "…") }

// CutPlain is Cut without a sign for what was left out.
func CutPlain(s string, w int) string { return cut(s, w, "") }

func cut(s string, w int, sign string) string {
	if w <= 0 {
		return ""
	}
	if len(s) <= w {
		return s
	}
	part := enough(s, w)
	if Width(part) <= w {
		return s
	}
	return ansi.Truncate(part, w, sign)
}

// enough is s or, of a long one, a beginning that takes more than w cells: a
// program's line may have a megabyte, and nobody sees its end.
func enough(s string, w int) string {
	n := 1<<10 + 8*w
	if len(s) <= n || strings.IndexByte(s, 0x1b) >= 0 { // what ends a style must stay
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	if Width(s[:n]) <= w+2 {
		return s
	}
	return s[:n]
}

// CutLeft keeps the end of s, as is right for paths, in at most w cells.
func CutLeft(s string, w int) string {
	n := Width(s)
	if n <= w {
		return s
	}
	if w <= 1 {
		return CutPlain("…", w)
	}
	return ansi.TruncateLeft(s, n-w+1, "…")
}

// CutPath is CutLeft for paths: it keeps whole names where one fits.
func CutPath(s string, w int) string {
	n := Width(s)
	if n <= w {
		return s
	}
	for i := 1; i < len(s); i++ {
		if s[i] == '/' && i+1 < len(s) && 1+Width(s[i:]) <= w {
			return "…" + s[i:]
		}
	}
	return CutLeft(s, w)
}

// CutRef is Cut for an image's reference: its last name stays, which says what image it is,
// and what kind of reference it is: `oci:…/python`. A digest goes before them.
func CutRef(s string, w int) string {
	if Width(s) <= w {
		return s
	}
	if name, _, ok := strings.Cut(s, "@"); ok {
		if Width(name) < w {
			return Cut(s, w)
		}
		return CutRef(name, w-1) + "…"
	}
	kind, path, ok := strings.Cut(s, ":/")
	if !ok || Width(kind)+12 > w {
		return CutPath(s, w)
	}
	return kind + ":" + CutPath("/"+path, w-Width(kind)-1)
}

// CutShell is Cut for a command that ends with a path: the file's name stays, and of
// the directories before it as many of the first as fit: `cat /sys/fs/…/pids.max`.
func CutShell(s, path string, w int) string {
	head, ok := strings.CutSuffix(s, path)
	name := strings.LastIndexByte(path, '/')
	room := w - Width(head)
	if !ok || name < 1 || Width(s) <= w {
		return Cut(s, w)
	}
	for i := name - 1; i > 0; i-- {
		if path[i] == '/' && Width(path[:i+1])+1+Width(path[name:]) <= room {
			return head + path[:i+1] + "…" + path[name:]
		}
	}
	return Cut(s, w)
}

// CutName is Cut for a name in parts: the first one, which others share, goes first:
// `…memsw.limit_in_bytes`.
func CutName(s string, w int) string {
	if i := strings.IndexByte(s, '.'); i > 1 && Width(s) > w {
		s = "…" + s[i+1:]
	}
	return Cut(s, w)
}

// CutCall is Cut for a call, of which the result stays: `clone(CLONE_NEWPID|…) = 325`.
func CutCall(s string, w int) string {
	i := strings.LastIndex(s, ") = ")
	if i < 0 || w-Width(s[i:]) < 6 {
		return Cut(s, w)
	}
	return Cut(s[:i], w-Width(s[i:])) + s[i:]
}

// CutWords is Cut between words, or between the options of a list.
func CutWords(s string, w int) string {
	if Width(s) <= w {
		return s
	}
	head := CutPlain(s, w-1)
	if i := strings.LastIndexAny(head, " ,"); i >= len(head)/3 && !strings.HasPrefix(s[len(head):], " ") {
		head = head[:i+1]
	}
	if strings.HasSuffix(head, "   ") {
		return strings.TrimRight(head, " ") // behind an empty column the next one is left out whole
	}
	return strings.TrimRight(head, " ") + "…"
}

// Pad returns s in exactly w cells: cut if it is longer, filled with blanks if shorter.
func Pad(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := Width(s)
	if n > w {
		s = ansi.Truncate(s, w, "…")
		n = Width(s)
	}
	return s + Spaces(w-n)
}

// PadLeft is Pad with s at the right end.
func PadLeft(s string, w int) string {
	n := Width(s)
	if n > w {
		return Pad(s, w)
	}
	return Spaces(w-n) + s
}

// Center is Pad with s in the middle.
func Center(s string, w int) string {
	n := Width(s)
	if n >= w {
		return Pad(s, w)
	}
	return Spaces((w-n)/2) + s + Spaces(w-n-(w-n)/2)
}

// Wrap breaks plain text into rows of at most w cells, at blanks where it can,
// else at cell edges. Korean is broken between words as well, as is usual in
// Korean typesetting.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	var rows []string
	for line := range strings.SplitSeq(s, "\n") {
		rows = append(rows, wrapLine(line, w)...)
	}
	return rows
}

func wrapLine(line string, w int) []string {
	var rows []string
	row, n := "", 0
	for _, word := range strings.Fields(line) {
		k := Width(word)
		if n > 0 && n+1+k > w {
			rows = append(rows, row)
			row, n = "", 0
		}
		if n > 0 {
			row, n = row+" ", n+1
		}
		for n+k > w { // only a word that is wider than a row
			head := atName(CutPlain(word, w-n))
			if head == "" {
				break
			}
			rows = append(rows, row+head)
			word = word[len(head):]
			row, n, k = "", 0, Width(word)
		}
		if n+k <= w {
			row, n = row+word, n+k
		}
	}
	return append(rows, row)
}

// atName is what a row takes of a word that is wider: a path breaks between its
// names, where one ends not far from the edge.
func atName(head string) string {
	if i := strings.LastIndexAny(head, "/,:=") + 1; i > len(head)/2 {
		return head[:i]
	}
	return head
}

// Break breaks s into rows of exactly at most w cells at cell edges, for text
// whose blanks matter.
func Break(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	if Width(s) <= w {
		return []string{s}
	}
	return strings.Split(ansi.Hardwrap(s, w, true), "\n")
}
