package userland

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// open gives each file of names in turn to use, "-" or no name being standard
// input. What can't be opened or read is complained of; the rest is still done.
func open(name string, names []string, use func(label string, r io.Reader) error) int {
	if len(names) == 0 {
		names = []string{"-"}
	}
	status := 0
	for _, n := range names {
		if err := each(n, use); err != nil {
			status = fail(name, err)
		}
	}
	return status
}

func each(path string, use func(string, io.Reader) error) error {
	if path == "-" {
		return use("standard input", os.Stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return use(path, f)
}

// cat copies files to standard output, a chunk as soon as it is there.
func cat(args []string) int {
	_, files, err := getopt(args, "u")
	if err != nil {
		return misuse("cat", err)
	}
	return open("cat", files, func(_ string, r io.Reader) error {
		_, err := io.Copy(os.Stdout, r)
		return err
	})
}

// wc counts lines, words and bytes.
func wc(args []string) int {
	o, files, err := getopt(args, "lwc", "lines=l", "words=w", "bytes=c")
	if err != nil {
		return misuse("wc", err)
	}
	if len(o) == 0 {
		o = opts{"l": {""}, "w": {""}, "c": {""}}
	}
	type row struct {
		n    [3]int64
		name string
	}
	var rows []row
	var total row
	status := open("wc", files, func(name string, r io.Reader) error {
		n, err := count(r)
		if len(files) == 0 {
			name = ""
		}
		rows = append(rows, row{n, name})
		for i := range n {
			total.n[i] += n[i]
		}
		return err
	})
	if len(files) > 1 {
		total.name = "total"
		rows = append(rows, total)
	}
	width := len(strconv.FormatInt(max(total.n[0], total.n[1], total.n[2]), 10))
	if len(o) == 1 && len(rows) == 1 {
		width = 1
	} else if len(files) == 0 {
		width = 7
	}
	for _, r := range rows {
		var cols []string
		for i, c := range []string{"l", "w", "c"} {
			if o.has(c) {
				cols = append(cols, fmt.Sprintf("%*d", width, r.n[i]))
			}
		}
		if r.name != "" {
			cols = append(cols, r.name)
		}
		printf("%s\n", strings.Join(cols, " "))
	}
	return status
}

func count(r io.Reader) (n [3]int64, err error) {
	buf := make([]byte, 64<<10)
	inWord := false
	for {
		k, err := r.Read(buf)
		for _, c := range buf[:k] {
			if c == '\n' {
				n[0]++
			}
			space := c == ' ' || c >= '\t' && c <= '\r'
			if !space && !inWord {
				n[1]++
			}
			inWord = !space
		}
		n[2] += int64(k)
		if err == io.EOF { //nolint:errorlint // io.Reader gives io.EOF itself.
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// head prints the beginning.
func head(args []string) int {
	o, files, err := getopt(shorthand(args), "n:c:q", "lines:=n", "bytes:=c", "quiet=q")
	if err != nil {
		return misuse("head", err)
	}
	lines, err := o.number("n", 10)
	if err != nil {
		return misuse("head", err)
	}
	bytesN, err := o.number("c", -1)
	if err != nil {
		return misuse("head", err)
	}
	w, done := out()
	first := true
	status := open("head", files, func(name string, r io.Reader) error {
		if len(files) > 1 && !o.has("q") {
			title(w, name, &first)
		}
		if bytesN >= 0 {
			_, err := io.CopyN(w, r, bytesN)
			if err == io.EOF { //nolint:errorlint // CopyN gives io.EOF itself.
				err = nil
			}
			return err
		}
		in := bufio.NewReader(r)
		for range lines {
			line, err := in.ReadBytes('\n')
			_, _ = w.Write(line)
			if err == io.EOF { //nolint:errorlint // bufio gives io.EOF itself.
				return nil
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return max(status, done())
}

func title(w io.Writer, name string, first *bool) {
	if !*first {
		_, _ = fmt.Fprintln(w)
	}
	*first = false
	_, _ = fmt.Fprintf(w, "==> %s <==\n", name)
}

// shorthand turns the old -5 into -n 5.
func shorthand(args []string) []string {
	if len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "0123456789") == "" {
		return append([]string{"-n", args[0][1:]}, args[1:]...)
	}
	return args
}

// tee copies standard input to standard output and to files.
func tee(args []string) int {
	o, files, err := getopt(args, "a", "append=a")
	if err != nil {
		return misuse("tee", err)
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if o.has("a") {
		flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	}
	status := 0
	all := []io.Writer{os.Stdout}
	for _, name := range files {
		f, err := os.OpenFile(name, flags, 0o666)
		if err != nil {
			status = fail("tee", err)
			continue
		}
		defer func() { _ = f.Close() }()
		all = append(all, f)
	}
	if _, err := io.Copy(io.MultiWriter(all...), struct{ io.Reader }{os.Stdin}); err != nil {
		return fail("tee", err)
	}
	return status
}

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
