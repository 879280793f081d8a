package tui

import "strings"

// thrift leaves resets out of a row that only blanks would show: each look costs
// the terminal eleven bytes, and on a slow line a step is as long as its bytes. A
// blank keeps the look before it, unless that is one that paints blanks.
func thrift(row string) string {
	const reset = "\x1b[m"
	var b strings.Builder
	on := ""    // the sequence that is in force
	copied := 0 // of row
	paints := false
	for i := 0; i < len(row); {
		if row[i] != 0x1b {
			i++
			continue
		}
		n := sgrAt(row[i:])
		if n == 0 {
			i++
			continue
		}
		if row[i:i+n] != reset {
			paints = paints || painted(row[i+2:i+n-1])
			on = row[i : i+n]
			i += n
			continue
		}
		end := i + n
		for end < len(row) && row[end] == ' ' {
			end++
		}
		next := sgrAt(row[end:])
		if next == 0 || paints || on == "" || row[end:end+next] == reset {
			on, paints = "", false
			i = end
			continue
		}
		if b.Cap() == 0 {
			b.Grow(len(row))
		}
		b.WriteString(row[copied:i])
		b.WriteString(row[i+n : end])
		if row[end:end+next] == on {
			i, copied = end+next, end+next
			continue
		}
		b.WriteString(reset)
		on, i, copied = "", end, end
	}
	if copied == 0 {
		return row
	}
	b.WriteString(row[copied:])
	return b.String()
}

// sgrAt is the length of the SGR sequence that s begins with, 0 if there is none.
func sgrAt(s string) int {
	if len(s) < 3 || s[0] != 0x1b || s[1] != '[' {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}

// painted says whether a look shows on blanks: underlined, reversed, struck, or
// with a background.
func painted(params string) bool {
	list := strings.Split(params, ";")
	for i := 0; i < len(list); i++ {
		switch p := list[i]; {
		case p == "38" && i+1 < len(list) && list[i+1] == "5":
			i += 2
		case p == "4" || p == "7" || p == "9" || len(p) == 2 && p[0] == '4' || p == "38":
			return true
		}
	}
	return false
}
