package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"glassbox/runtime/journal"
)

// emitted is one place in the engine that makes a note.
type emitted struct {
	at    string
	about string
	key   string
	args  []string // their names
}

// emitters finds every call of Note in the engine's source, by its form: about and
// key are literals, and so is every other one of the arguments that follow the text.
func emitters(t *testing.T) (list []emitted) {
	t.Helper()
	engineSource(t, []string{"../stages", "../runtime", "../cmd"}, func(set *token.FileSet, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.CompositeLit); ok {
				if sel, ok := lit.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Note" && len(lit.Elts) > 0 {
					t.Errorf("%s makes a note without Kernel.Note: this test does not see its arguments", set.Position(n.Pos()))
				}
			}
			if call, ok := n.(*ast.CallExpr); ok {
				sel, ok := call.Fun.(*ast.SelectorExpr)
				switch {
				case !ok:
				case sel.Sel.Name == "Note" && len(call.Args) >= 3:
					list = append(list, noteOf(t, set, call))
				case sel.Sel.Name == "NewNote" && !call.Ellipsis.IsValid(): // Note hands its own arguments on
					t.Errorf("%s makes a note without Kernel.Note: this test does not see its arguments", set.Position(n.Pos()))
				}
			}
			return true
		})
	})
	return list
}

// engineSource hands over each file of the engine's source below some directories, tests left out.
func engineSource(t *testing.T, tops []string, look func(set *token.FileSet, f *ast.File)) {
	t.Helper()
	if _, err := os.Stat("../go.mod"); err != nil {
		t.Skip("needs source: the tests were carried here without it")
	}
	set := token.NewFileSet()
	for _, top := range tops {
		must(t, filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(set, path, nil, 0)
			must(t, err)
			look(set, f)
			return nil
		}))
	}
}

func noteOf(t *testing.T, set *token.FileSet, call *ast.CallExpr) emitted {
	e := emitted{at: set.Position(call.Pos()).String()}
	word := func(x ast.Expr) string {
		lit, ok := x.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			t.Errorf("%s: what it is about, its key and the names of its arguments must be literals", e.at)
			return ""
		}
		s, err := strconv.Unquote(lit.Value)
		must(t, err)
		return s
	}
	e.about, e.key = word(call.Args[0]), word(call.Args[1])
	if call.Ellipsis.IsValid() || len(call.Args)%2 == 0 {
		t.Errorf("%s: arguments go in pairs", e.at)
	}
	for i := 3; i < len(call.Args); i += 2 {
		e.args = append(e.args, word(call.Args[i]))
	}
	return e
}

// TestEveryNoteSpeaksKorean: each note that the engine makes has a Korean sentence
// that is made of the arguments that come with it, and each sentence a note.
func TestEveryNoteSpeaksKorean(t *testing.T) {
	list := emitters(t)
	if len(list) < 40 {
		t.Fatalf("only %d notes were found: is Note called otherwise now?", len(list))
	}
	used := map[string]bool{}
	for _, e := range list {
		used[e.key] = true
		n := journal.Note{About: e.about, Key: e.key, Text: "In English.", Args: map[string]string{}}
		for _, a := range e.args {
			n.Args[a] = "<" + a + ">"
		}
		got := NoteText(n, KO)
		if got == n.Text || !hangul(got) || strings.Contains(got, "{") || !norm.NFC.IsNormalString(got) {
			t.Errorf("%s: in Korean the note %s with %v says %q", e.at, e.key, e.args, got)
			continue
		}
		for _, a := range e.args {
			if !strings.Contains(got, "<"+a+">") && !unsaid[e.key+" "+a] {
				t.Errorf("%s: in Korean the note %s does not say its %s: %q", e.at, e.key, a, got)
			}
		}
		if !slices.Contains([]string{"runc", "info", "warning"}, e.about) {
			t.Errorf("%s is about %q", e.at, e.about)
		}
	}
	for key := range notesKO {
		if !used[key] {
			t.Errorf("nobody says %s", key)
		}
	}
}

// unsaid are arguments that are there for programs, and in no language's sentence.
var unsaid = map[string]bool{"userns count": true}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
