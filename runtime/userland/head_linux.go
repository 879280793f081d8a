package userland

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

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
