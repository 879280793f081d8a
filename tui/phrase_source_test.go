package tui

import (
	"go/ast"
	"go/token"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// phraseFinder finds in the engine's source each sentence that a view says by Phrase:
// errors, what was tried, what is given to Mend, Lose, Held… and mend, and what skips,
// faulty and the functions that make mends return.
type phraseFinder struct {
	t    *testing.T
	set  *token.FileSet
	at   map[string]string // the form of a sentence, and where it stands
	also map[string]bool   // the names that hold one
	pkg  string
}

func phrases(t *testing.T) map[string]string {
	t.Helper()
	s := &phraseFinder{
		t: t, at: map[string]string{},
		also: set("Mend", "Lose", "Said", "mend", "trust", "HeldUTS", "HeldMounts", "held"),
	}
	tops := []string{"../stages", "../runtime", "../cmd/glassbox", "../lessons", "../tui"}
	engineSource(t, tops, func(set *token.FileSet, f *ast.File) {
		if f.Name.Name == "userland" { // the demo's programs: what they say is their output
			return
		}
		s.set, s.pkg = set, f.Name.Name
		ast.Inspect(f, s.look)
	})
	return s.at
}

func set(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

func (s *phraseFinder) look(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		s.call(n)
		if s.pkg == "lessons" {
			s.fault(n)
		}
	case *ast.Field:
		if tag := tagOf(n); s.pkg == "lessons" && tag.Get("must") != "" { // what is said where it is missing
			s.keep(n.Tag, tag.Get("doc"))
		}
	case *ast.FuncDecl:
		if complainers[n.Name.Name] {
			s.returned(n)
		}
	}
	if s.pkg == "main" || s.pkg == "tui" || s.pkg == "lessons" {
		return true // they have errors, and hand the others' sentences on
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, l := range n.Lhs {
			switch {
			case i >= len(n.Rhs):
			case s.also[lastName(l)]:
				s.take(n.Rhs[i])
			case lastName(l) == "Tried" && lastName(l.(*ast.SelectorExpr).X) == "f": // a finding's, not an error's
				s.take(n.Rhs[i])
			case lastName(l) == "tried", lastName(l) == "Tried", lastName(l) == "what" && s.pkg == "image":
				s.begin(n.Rhs[i])
			case lastName(l) == "limit":
				s.returned(n.Rhs[i])
			}
		}
	case *ast.KeyValueExpr:
		if s.also[lastName(n.Key)] {
			s.take(n.Value)
		}
	case *ast.ValueSpec:
		switch n.Names[0].Name {
		case "PortsDropped":
			s.take(n.Values[0])
		case "mends":
			ast.Inspect(n, func(n ast.Node) bool {
				if kv, ok := n.(*ast.KeyValueExpr); ok {
					s.take(kv.Value)
				}
				return true
			})
		}
	case *ast.CompositeLit:
		s.composite(n)
	case *ast.FuncDecl:
		switch n.Name.Name {
		case "skips", "faulty", "mend", "usernsMend", "groupMends", "bootTwo", "apparmor", "usernsMends":
			s.returned(n)
		}
	}
	return true
}

// composite takes what an error says that it tried, what trials and doctor try, and the mends of a table.
func (s *phraseFinder) composite(n *ast.CompositeLit) {
	st, ok := n.Type.(*ast.ArrayType)
	if !ok {
		s.tried(n, lastName(n.Type))
		return
	}
	f, ok := st.Elt.(*ast.StructType)
	mends := ok && lastName(f.Fields.List[0].Names[len(f.Fields.List[0].Names)-1]) == "mend"
	for _, e := range n.Elts {
		row, _ := e.(*ast.CompositeLit)
		switch {
		case mends:
			s.take(row.Elts[len(row.Elts)-1])
		case lastName(st.Elt) == "Trial":
			s.take(row.Elts[1])
		case lastName(st.Elt) == "Finding":
			s.tried(row, "Finding")
		}
	}
}

func (s *phraseFinder) tried(n *ast.CompositeLit, kind string) {
	for _, e := range n.Elts {
		switch kv, ok := e.(*ast.KeyValueExpr); {
		case !ok || lastName(kv.Key) != "Tried":
		case kind == "Error":
			s.begin(kv.Value)
		case kind == "Finding":
			s.take(kv.Value)
		}
	}
}

// beginners are the functions whose second argument begins the sentence of an error.
var beginners = set("do", "Do", "network", "explain", "unwritable")

// call takes what errors are made of.
func (s *phraseFinder) call(n *ast.CallExpr) {
	switch name := lastName(n.Fun); {
	case name == "refuse" && len(n.Args) > 2:
		s.take(n.Args[1])
		s.keep(n.Args[2], gapped(n.Args[2], n.Args[3:]))
	case name == "Errorf", name == "fail" && s.pkg == "cgroup":
		s.keep(n.Args[0], gapped(n.Args[0], n.Args[1:]))
	case name == "New":
		if f, ok := n.Fun.(*ast.SelectorExpr); ok && lastName(f.X) == "errors" {
			s.take(n.Args[0])
		}
	case beginners[name] && len(n.Args) > 1:
		s.begin(n.Args[1])
	}
}

// complainers are the functions that return what is wrong, or a part of that.
var complainers = set("Error", "meant", "unsafeRune", "oneOf", "factFault", "flagFault", "scriptFault", "tooDense")

// fault takes what is wrong with a lesson's file.
func (s *phraseFinder) fault(n *ast.CallExpr) {
	at := map[string]int{"add": 2, "say": 1}[lastName(n.Fun)]
	if at > 0 && len(n.Args) > at {
		if lit, ok := n.Args[at].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s.keep(n.Args[at], gapped(n.Args[at], n.Args[at+1:]))
		}
	}
}

func tagOf(f *ast.Field) reflect.StructTag {
	if f.Tag == nil {
		return ""
	}
	return reflect.StructTag(formOf(f.Tag))
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
			for _, x := range n.Results {
				s.take(x)
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
	s.keep(x, formOf(x))
}

// begin keeps the beginning of a sentence, which another link of the chain follows.
func (s *phraseFinder) begin(x ast.Expr) {
	if text := formOf(x); text != "{}" {
		s.keep(x, text+": {!}")
	}
}

func (s *phraseFinder) keep(x ast.Expr, text string) {
	if text = strings.TrimPrefix(text, "{}; "); strings.Trim(text, `{!}:; "`) != "" {
		s.at[text] = s.set.Position(x.Pos()).String()
	}
}

var verbs = regexp.MustCompile(`%[-+#0-9.]*[a-zA-Z]`)

// gapped is a format with gaps in the place of its verbs, those of errors marked.
func gapped(format ast.Expr, args []ast.Expr) string {
	return verbs.ReplaceAllStringFunc(formOf(format), func(v string) string {
		arg := args[0]
		args = args[1:]
		switch {
		case v == "%w", isError(arg):
			return "{!}"
		case strings.HasSuffix(v, "q"):
			return `"{}"`
		}
		return "{}"
	})
}

// isError tells whether an argument is an error, or what one says.
func isError(x ast.Expr) (is bool) {
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && errNames[id.Name] {
			is = true
		}
		return !is
	})
	return is
}

// errNames are the names of errors, and of what says one.
var errNames = set("err", "Error", "EACCES", "said", "meant")

// formOf is the sentence that an expression makes, with {} for what is known only later.
func formOf(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(x.Value)
		return s
	case *ast.BinaryExpr:
		return formOf(x.X) + formOf(x.Y)
	case *ast.CallExpr:
		switch lastName(x.Fun) {
		case "Sprintf", "sprint":
			return gapped(x.Args[0], x.Args[1:])
		case "meant":
			return "{!}"
		case "TrimPrefix":
			return formOf(x.Args[0])
		case "words":
			var list []string
			for _, a := range x.Args {
				list = append(list, formOf(a))
			}
			return strings.Join(list, " ")
		}
	}
	return "{}"
}
