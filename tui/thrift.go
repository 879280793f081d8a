package tui

import (
	"bytes"
	"strings"
)

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

// lean appends p to to without the resets behind which only the cursor moves before
// another colour is set: the renderer ends each row with one.
func lean(to, p []byte) []byte {
	const reset, other = "\x1b[m", "?"
	pen := other  // the sequence that is in force, if it sets a colour and nothing else
	held := false // a reset that may be left out
	let := func() {
		if held {
			to, pen, held = append(to, reset...), "", false
		}
	}
	for i := 0; i < len(p); {
		n := csiAt(p[i:])
		seq := p[i : i+max(n, 1)]
		i += len(seq)
		switch {
		case n == 0 && (seq[0] == '\r' || seq[0] == '\n'):
		case n == 0:
			let()
		case string(seq) == reset:
			if held = pen != "" && pen != other; held {
				continue
			}
			pen = ""
		case seq[n-1] == 'm' && colours(seq) && pen != other:
			same := held && pen == string(seq)
			if pen, held = string(seq), false; same {
				continue
			}
		case seq[n-1] == 'm':
			let()
			pen = other
		case seq[n-1] == 'H' || seq[n-1] == 'G' || seq[n-1] == 'd' || seq[n-1] == 'C': // CUP, CHA, VPA, CUF
		default:
			let()
		}
		to = append(to, seq...)
	}
	let()
	return to
}

// colours says that a sequence sets one of 256 colours for letters, and nothing else.
func colours(seq []byte) bool {
	n, ok := bytes.CutPrefix(seq, []byte("\x1b[38;5;"))
	return ok && !bytes.ContainsAny(n, ";")
}

// sgrAt is the length of the SGR sequence that s begins with, 0 if there is none.
func sgrAt(s string) int {
	n := csiAt(s)
	if n == 0 || s[n-1] != 'm' || strings.Trim(s[2:n-1], "0123456789;") != "" {
		return 0
	}
	return n
}

// csiAt is the length of the control sequence that s begins with (ECMA-48, 5.4), 0 if
// there is none.
func csiAt[T string | []byte](s T) int {
	if len(s) < 3 || s[0] != 0x1b || s[1] != '[' {
		return 0
	}
	for i := 2; i < len(s); i++ {
		if s[i] >= 0x40 && s[i] <= 0x7e {
			return i + 1
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
