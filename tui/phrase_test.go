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
// is given to Mend, Held… and mend, to refuse, and what skips and faulty return.
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
		"Mend": true, "mend": true, "trust": true, "HeldUTS": true, "HeldMounts": true, "held": true,
	}}
	for _, top := range []string{"../stages", "../runtime/kernel", "../runtime/image"} {
		must(t, filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			// What the doctor finds is not said by Phrase.
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(d.Name(), "doctor") {
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
			if i < len(n.Rhs) && s.also[lastName(l)] {
				s.take(n.Rhs[i])
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
		if name := n.Name.Name; name == "skips" || name == "faulty" || name == "mend" || name == "usernsMend" {
			ast.Inspect(n, func(n ast.Node) bool {
				if r, ok := n.(*ast.ReturnStmt); ok {
					s.take(r.Results[len(r.Results)-1])
				}
				return true
			})
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

// take keeps a sentence; what is only handed on stands somewhere else.
func (s *phraseFinder) take(x ast.Expr) {
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

// TestEveryPhraseSpeaksKorean: what the engine says to do after a failure, why it
// skips a stage or does not make a call has a Korean sentence with the same things
// in it, and each Korean one is said.
func TestEveryPhraseSpeaksKorean(t *testing.T) {
	list := phrases(t)
	if len(list) < 80 {
		t.Errorf("only %d sentences were found: are they made otherwise now?", len(list))
	}
	for text, at := range list {
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
