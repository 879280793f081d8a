package userland

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// grep prints lines that match. Status 0: something did, 1: nothing, 2: trouble.
// Patterns are Go's, near enough to grep -E; without -E the characters that a
// basic expression takes as they are ( ) { } | + ? are taken so.
func grep(args []string) int {
	o, rest, err := getopt(args, "EFGivncqrlowxhHse:", "ignore-case=i", "invert-match=v", "count=c", "quiet=q",
		"recursive=r", "fixed-strings=F", "extended-regexp=E", "only-matching=o", "word-regexp=w", "color", "color:")
	if err != nil {
		return misuse("grep", err)
	}
	patterns := o["e"]
	if len(patterns) == 0 {
		if len(rest) == 0 {
			return misuse("grep", nil)
		}
		patterns, rest = strings.Split(rest[0], "\n"), rest[1:]
	}
	re, err := pattern(o, patterns)
	if err != nil {
		complain("grep", "%v", err)
		return 2
	}
	g := &grepper{o: o, re: re}
	if o.has("r") {
		rest = tree(rest)
	}
	g.labels = (len(rest) > 1 || o.has("r") || o.has("H")) && !o.has("h")
	w, done := out()
	g.w = w
	if o.has("s") {
		os.Stderr = nil // Nothing is written to a file that is none.
	}
	status := open("grep", rest, g.file)
	flushed := done()
	switch {
	case g.found && o.has("q"):
		return 0
	case status != 0 || flushed != 0:
		return 2
	case g.found:
		return 0
	}
	return 1
}

// pattern makes one regular expression of all.
func pattern(o opts, patterns []string) (*regexp.Regexp, error) {
	var all []string
	for _, p := range patterns {
		switch {
		case o.has("F"):
			p = regexp.QuoteMeta(p)
		case !o.has("E"):
			p = basic(p)
		}
		if o.has("w") {
			p = `\b(?:` + p + `)\b`
		}
		if o.has("x") {
			p = `^(?:` + p + `)$`
		}
		all = append(all, "(?:"+p+")")
	}
	flags := ""
	if o.has("i") {
		flags = "(?i)"
	}
	return regexp.Compile(flags + strings.Join(all, "|"))
}

// basic turns a basic regular expression (regex(7)) into an extended one: the
// operators change places with their escaped selves.
func basic(p string) string {
	var b strings.Builder
	inSet := false
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch {
		case inSet:
			inSet = c != ']' || p[i-1] == '[' || p[i-1] == '^' && i > 1 && p[i-2] == '['
			b.WriteByte(c)
		case c == '[':
			inSet = true
			b.WriteByte(c)
		case c == '\\' && i+1 < len(p):
			i++
			if !strings.ContainsRune("(){}|+?", rune(p[i])) {
				b.WriteByte('\\')
			}
			b.WriteByte(p[i])
		case strings.ContainsRune("(){}|+?", rune(c)), c == '*' && i == 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

type grepper struct {
	o      opts
	re     *regexp.Regexp
	w      io.Writer
	labels bool
	found  bool
}

// file looks through one file.
func (g *grepper) file(name string, r io.Reader) error {
	if name == "standard input" {
		name = "(standard input)"
	}
	in := bufio.NewReader(r)
	hits := 0
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 && g.re.Match(bytes.TrimSuffix(line, []byte("\n"))) != g.o.has("v") {
			hits++
			g.found = true
			if g.o.has("q") || g.o.has("l") {
				break
			}
			if !g.o.has("c") {
				g.line(name, n, bytes.TrimSuffix(line, []byte("\n")))
			}
		}
		if err == io.EOF { //nolint:errorlint // bufio gives io.EOF itself.
			break
		}
		if err != nil {
			return err
		}
	}
	switch {
	case g.o.has("q"):
	case g.o.has("l") && hits > 0:
		_, _ = fmt.Fprintln(g.w, name)
	case g.o.has("c"):
		_, _ = fmt.Fprintf(g.w, "%s%d\n", g.label(name), hits)
	}
	return nil
}

func (g *grepper) label(name string) string {
	if g.labels {
		return name + ":"
	}
	return ""
}

func (g *grepper) line(name string, n int, line []byte) {
	label := g.label(name)
	if g.o.has("n") {
		label += fmt.Sprintf("%d:", n)
	}
	if !g.o.has("o") {
		_, _ = fmt.Fprintf(g.w, "%s%s\n", label, line)
		return
	}
	for _, m := range g.re.FindAll(line, -1) {
		if len(m) == 0 {
			continue
		}
		_, _ = fmt.Fprintf(g.w, "%s%s\n", label, m)
	}
}

// tree lists the files below paths. What can't be read is complained of when it
// is opened.
func tree(paths []string) []string {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var files []string
	for _, p := range paths {
		_ = filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Type().IsRegular() || path == p && !d.IsDir() {
				files = append(files, path)
			}
			return nil
		})
	}
	return files
}
