package proc

import (
	"iter"
	"strconv"
	"strings"
)

// lines yields the lines of b without their ends; a last empty one is no line.
func lines(b []byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(string(b)) {
			if !yield(strings.TrimSuffix(line, "\n")) {
				return
			}
		}
	}
}

// number reads a decimal number, and 0 from what is none.
func number(s string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(s))
	return n
}

// mask reads a mask that is written in base 16.
func mask(s string) uint64 {
	n, _ := strconv.ParseUint(strings.TrimSpace(s), 16, 64)
	return n
}

// unescape turns the octal sequences back into bytes that the kernel writes for
// blank, tab, newline, backslash and a few more: `\040` is a blank. See
// proc_pid_mountinfo(5), and mangle() in the kernel's fs/seq_file.c.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				out = append(out, byte(n))
				i += 3
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}
