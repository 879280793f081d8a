package userland

import (
	"bytes"
	"os"
	"strings"
)

// echo prints its words. Only -n, -e and -E, alone or together, are options.
func echo(args []string) int {
	newline, escapes := true, false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		newline = newline && !strings.Contains(args[0], "n")
		if i := strings.LastIndexAny(args[0], "eE"); i >= 0 {
			escapes = args[0][i] == 'e'
		}
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		text, newline = unescape(text, newline)
	}
	if newline {
		text += "\n"
	}
	if _, err := os.Stdout.WriteString(text); err != nil {
		return fail("echo", err)
	}
	return 0
}

// unescape replaces backslash sequences; \c ends the output at once.
func unescape(s string, newline bool) (string, bool) {
	var b bytes.Buffer
	simple := map[byte]byte{'a': 7, 'b': 8, 'e': 27, 'f': 12, 'n': '\n', 'r': '\r', 't': '\t', 'v': 11, '\\': '\\'}
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == 'c':
			return b.String(), false
		case simple[c] != 0:
			b.WriteByte(simple[c])
		case c == '0' || c == 'x':
			base, digits := 8, s[i+1:min(len(s), i+4)]
			if c == 'x' {
				base, digits = 16, s[i+1:min(len(s), i+3)]
			}
			n, used := value(digits, base)
			if used == 0 && c == 'x' {
				b.WriteString(`\x`)
				continue
			}
			b.WriteByte(n)
			i += used
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String(), newline
}

// value reads digits as long as they are digits.
func value(s string, base int) (n byte, used int) {
	for used < len(s) {
		d := strings.IndexByte("0123456789abcdef", s[used]|0x20)
		if s[used] >= '0' && s[used] <= '9' {
			d = int(s[used] - '0')
		}
		if d < 0 || d >= base {
			break
		}
		n = n*byte(base) + byte(d)
		used++
	}
	return n, used
}
