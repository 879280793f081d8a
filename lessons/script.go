package lessons

import (
	"errors"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// script reads a shell text. Shells on hosts and in images differ, so that only
// POSIX is taken.
func script(text string) (*syntax.File, error) {
	return syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
}

// scriptFault says what is wrong with the form of a shell text, and in which of
// its lines, from 1; 0 if nothing is.
func scriptFault(text string) (line int, what string) {
	_, err := script(text)
	if err == nil {
		return 0, ""
	}
	var at syntax.ParseError
	if errors.As(err, &at) {
		return int(at.Pos.Line()), at.Text
	}
	var lang syntax.LangError
	if errors.As(err, &lang) {
		return int(lang.Pos.Line()), lang.Feature + " is not POSIX: sh has no such thing everywhere"
	}
	return 1, err.Error()
}

// unsaid is a script without what it says to a person, to be held against another
// language's: of the quoted words of echo and printf only the commands in them are
// left, in no order; languages differ in how often they name a variable.
func unsaid(text string) string {
	f, err := script(text)
	if err != nil {
		return text
	}
	var said []*syntax.Word
	syntax.Walk(f, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 1 && (c.Args[0].Lit() == "echo" || c.Args[0].Lit() == "printf") {
			for _, w := range c.Args[1:] {
				if slices.ContainsFunc(w.Parts, isQuoted) {
					said = append(said, w)
				}
			}
			return false
		}
		return true
	})
	slices.SortFunc(said, func(a, b *syntax.Word) int { return int(a.Pos().Offset()) - int(b.Pos().Offset()) })
	var out strings.Builder
	at := 0
	for _, w := range said {
		out.WriteString(text[at:w.Pos().Offset()] + "…" + strings.Join(expansions(text, w), ""))
		at = int(w.End().Offset())
	}
	return out.String() + text[at:]
}

func isQuoted(p syntax.WordPart) bool {
	switch p.(type) {
	case *syntax.SglQuoted, *syntax.DblQuoted:
		return true
	}
	return false
}

// expansions are what the shell does to make a word, each once, sorted.
func expansions(text string, w *syntax.Word) []string {
	var list []string
	syntax.Walk(w, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ParamExp:
			if n.Exp == nil { // "$name"; not "${name:=$(command)}"
				return false
			}
		case *syntax.CmdSubst, *syntax.ArithmExp:
		default:
			return true
		}
		list = append(list, text[n.Pos().Offset():n.End().Offset()])
		return false
	})
	slices.Sort(list)
	return slices.Compact(list)
}
