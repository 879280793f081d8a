package lessons

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestCallNames: a lesson can wait for every call that glassbox makes, and for no other.
func TestCallNames(t *testing.T) {
	made := []string{"write"}
	for _, dir := range []string{"../runtime/kernel", "../runtime/systemd", "../stages"} {
		made = append(made, namedIn(t, dir)...)
	}
	slices.Sort(made)
	made = slices.Compact(made)
	if !slices.Equal(calls, made) {
		t.Errorf("a lesson may name\n%q, glassbox makes\n%q", calls, made)
	}
}

// namedIn are the names of the journal.Calls that a package's source makes.
func namedIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	if _, err := os.Stat("../go.mod"); err != nil {
		t.Skip("needs source: the tests were carried here without it")
	}
	files, err := filepath.Glob(dir + "/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source in %s: %v", dir, err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		file, err := goparser.ParseFile(token.NewFileSet(), f, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if s, ok := lit.Type.(*ast.SelectorExpr); !ok || s.Sel.Name != "Call" {
				return true
			}
			for _, e := range lit.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				if k, ok := kv.Key.(*ast.Ident); !ok || k.Name != "Name" {
					continue
				}
				b, ok := kv.Value.(*ast.BasicLit)
				if !ok {
					t.Logf("%s: a call's name is computed", f)
					continue
				}
				name, _ := strconv.Unquote(b.Value)
				names = append(names, name)
			}
			return true
		})
	}
	return names
}
