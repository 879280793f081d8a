package userland

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// sortLines sorts lines by their bytes, as sort does in the C locale.
func sortLines(args []string) int {
	o, files, err := getopt(args, "nru", "numeric-sort=n", "reverse=r", "unique=u")
	if err != nil {
		return misuse("sort", err)
	}
	var all [][]byte
	status := open("sort", files, func(_ string, r io.Reader) error {
		b, err := io.ReadAll(r)
		for line := range bytes.Lines(b) {
			all = append(all, bytes.TrimSuffix(line, []byte("\n")))
		}
		return err
	})
	slices.SortStableFunc(all, func(a, b []byte) int {
		c := 0
		if o.has("n") {
			c = int(leading(a)) - int(leading(b))
		}
		if c == 0 {
			c = bytes.Compare(a, b)
		}
		if o.has("r") {
			c = -c
		}
		return c
	})
	if o.has("u") {
		all = slices.CompactFunc(all, bytes.Equal)
	}
	w, done := out()
	for _, line := range all {
		_, _ = fmt.Fprintf(w, "%s\n", line)
	}
	return max(status, done())
}

// leading is the number at a line's beginning, else 0.
func leading(line []byte) int64 {
	s := strings.TrimLeft(string(line), " \t")
	end := len(s) - len(strings.TrimLeft(s, "-0123456789"))
	n, _ := strconv.ParseInt(s[:end], 10, 64)
	return n
}

// tr replaces, or with -d deletes, characters. Sets know ranges and \n, \t.
func tr(args []string) int {
	o, sets, err := getopt(args, "d", "delete=d")
	if err != nil || len(sets) == 0 || len(sets) == 1 && !o.has("d") {
		return misuse("tr", err)
	}
	from := set(sets[0])
	var to []byte
	if !o.has("d") {
		if to = set(sets[1]); len(to) == 0 {
			return misuse("tr", fmt.Errorf("the second set is empty"))
		}
	}
	in, err := io.ReadAll(os.Stdin)
	if err != nil {
		return fail("tr", err)
	}
	result := make([]byte, 0, len(in))
	for _, c := range in {
		switch i := bytes.IndexByte(from, c); {
		case i < 0:
			result = append(result, c)
		case !o.has("d"):
			result = append(result, to[min(i, len(to)-1)])
		}
	}
	if _, err := os.Stdout.Write(result); err != nil {
		return fail("tr", err)
	}
	return 0
}

func set(s string) []byte {
	s, _ = unescape(s, false)
	var all []byte
	for i := 0; i < len(s); i++ {
		if i+2 < len(s) && s[i+1] == '-' && s[i] <= s[i+2] {
			for c := int(s[i]); c <= int(s[i+2]); c++ {
				all = append(all, byte(c))
			}
			i += 2
			continue
		}
		all = append(all, s[i])
	}
	return all
}
