package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// phraseFinder finds in the engine's source each sentence that a view says by Phrase: what
// is given to Mend, Lose, Held… and mend, to refuse, and what skips, faulty and the
// functions that make mends return.
type phraseFinder struct {
	t    *testing.T
	set  *token.FileSet
	at   map[string]string // the form of a sentence, and where it stands
	also map[string]bool   // the names that hold one
}

func phrases(t *testing.T) map[string]string {
	t.Helper()
	if _, err := os.Stat("../go.mod"); err != nil {
		t.Skip("needs source: the tests were carried here without it")
	}
	s := &phraseFinder{t: t, set: token.NewFileSet(), at: map[string]string{}, also: map[string]bool{
		"Mend": true, "Lose": true, "mend": true, "trust": true, "HeldUTS": true, "HeldMounts": true, "held": true,
	}}
	for _, top := range []string{"../stages", "../runtime/kernel", "../runtime/image"} {
		must(t, filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(s.set, path, nil, 0)
			must(t, err)
			ast.Inspect(f, s.look)
			return nil
		}))
	}
	return s.at
}

func (s *phraseFinder) look(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, l := range n.Lhs {
			switch {
			case i >= len(n.Rhs):
			case s.also[lastName(l)]:
				s.take(n.Rhs[i])
			case lastName(l) == "limit":
				s.returned(n.Rhs[i])
			}
		}
	case *ast.KeyValueExpr:
		if s.also[lastName(n.Key)] {
			s.take(n.Value)
		}
	case *ast.ValueSpec:
		if len(n.Names) == 1 && n.Names[0].Name == "mends" {
			ast.Inspect(n, func(n ast.Node) bool {
				if kv, ok := n.(*ast.KeyValueExpr); ok {
					s.take(kv.Value)
				}
				return true
			})
		}
	case *ast.CompositeLit:
		if st, ok := n.Type.(*ast.ArrayType); ok {
			if f, ok := st.Elt.(*ast.StructType); ok && lastName(f.Fields.List[0].Names[len(f.Fields.List[0].Names)-1]) == "mend" {
				for _, e := range n.Elts {
					row := e.(*ast.CompositeLit).Elts
					s.take(row[len(row)-1])
				}
			}
		}
	case *ast.CallExpr:
		if lastName(n.Fun) == "refuse" && len(n.Args) > 2 {
			s.take(n.Args[1])
		}
	case *ast.FuncDecl:
		switch n.Name.Name {
		case "skips", "faulty", "mend", "usernsMend", "groupMends", "apparmor", "usernsMends":
			s.returned(n)
		}
	}
	return true
}

func lastName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}

// returned takes what a function returns, and what it appends to that.
func (s *phraseFinder) returned(f ast.Node) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ReturnStmt:
			if len(n.Results) > 0 {
				s.take(n.Results[len(n.Results)-1])
			}
		case *ast.CallExpr:
			if lastName(n.Fun) == "append" {
				for _, x := range n.Args[1:] {
					s.take(x)
				}
			}
		}
		return true
	})
}

// take keeps a sentence, or each of a list; what is only handed on stands somewhere else.
func (s *phraseFinder) take(x ast.Expr) {
	if list, ok := x.(*ast.CompositeLit); ok {
		for _, x := range list.Elts {
			s.take(x)
		}
		return
	}
	if text := form(x); strings.Trim(text, "{}") != "" {
		s.at[text] = s.set.Position(x.Pos()).String()
	}
}

var verbs = regexp.MustCompile(`%[a-z]`)

// form is the sentence that an expression makes, with {} for what is known only later.
func form(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(x.Value)
		return s
	case *ast.BinaryExpr:
		return form(x.X) + form(x.Y)
	case *ast.CallExpr:
		if lastName(x.Fun) == "Sprintf" {
			return verbs.ReplaceAllString(form(x.Args[0]), "{}")
		}
	}
	return "{}"
}

// bareCommand is a mend that is a command and no more: the same in every language.
var bareCommand = regexp.MustCompile(`^(?:(?:modprobe|chmod|docker run|mount -t|firewall-cmd|systemd-run|sysctl -w|apt-get install) [^,(]*|printf .* && apparmor_parser .*)$`)

// TestEveryPhraseSpeaksKorean: what the engine says to do after a failure, why it
// skips a stage or does not make a call has a Korean sentence with the same things
// in it, and each Korean one is said.
func TestEveryPhraseSpeaksKorean(t *testing.T) {
	list := phrases(t)
	if len(list) < 80 {
		t.Errorf("only %d sentences were found: are they made otherwise now?", len(list))
	}
	for text, at := range list {
		if bareCommand.MatchString(text) {
			continue
		}
		got := Phrase(strings.ReplaceAll(text, "{}", "<X>"), KO)
		if !hangul(got) || !norm.NFC.IsNormalString(got) || strings.Count(got, "<X>") != strings.Count(text, "{}") {
			t.Errorf("%s: %q is in Korean %q", at, text, got)
		}
	}
	for i, p := range phrasesKO {
		if list[p[0]] == "" {
			t.Errorf("nobody says %q", p[0])
		}
		if slices.ContainsFunc(phrasesKO[:i], func(q [2]string) bool { _, ok := match(q[0], p[0]); return ok }) {
			t.Errorf("%q is never found: another form takes it", p[0])
		}
	}
	if s := "words of nobody"; Phrase(s, KO) != s || Phrase("check the spelling", EN) != "check the spelling" {
		t.Error("what is not known, or is asked for in English, does not stay as it is")
	}
}
