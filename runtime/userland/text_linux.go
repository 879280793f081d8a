package userland

import (
	"fmt"
	"io"
	"os"
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
