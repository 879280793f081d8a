package userland

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// The interpreter runs subshells, pipes and background jobs as goroutines of one
// process. In a pipe nobody sees the difference; a background job must be a
// process, with a PID in $!, and exec must not replace a shell of which only a
// part called it. So a text is changed before it runs:
//
//	cmd &           becomes  __bg 'cmd'
//	exec cmd        becomes  __exec cmd     outside of subshells
//	$! and $$       become   $__bang and $__pid, for a job is another process
//
// kill, wait, trap, jobs, umask are renamed when they are called (call), for the
// interpreter lacks them, or knows them for its goroutines only.

// prepare changes a text.
func (s *shell) prepare(file *syntax.File) {
	var path []syntax.Node
	syntax.Walk(file, func(n syntax.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		switch n := n.(type) {
		case *syntax.Stmt:
			if n.Background {
				syntax.Walk(n, func(n syntax.Node) bool {
					if p, ok := n.(*syntax.ParamExp); ok {
						rename(p)
					}
					return true
				})
				background(n)
			}
		case *syntax.CallExpr:
			if len(n.Args) > 1 && n.Args[0].Lit() == "exec" && !slices.ContainsFunc(path, apart) && !slices.ContainsFunc(path, fed) {
				n.Args[0] = literal("__exec")
			}
		case *syntax.ParamExp:
			rename(n)
		}
		path = append(path, n)
		return true
	})
}

// apart tells whether a node's inside runs in a subshell.
func apart(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Subshell, *syntax.CmdSubst, *syntax.ProcSubst:
		return true
	case *syntax.BinaryCmd:
		return n.Op == syntax.Pipe || n.Op == syntax.PipeAll
	}
	return false
}

// fed tells whether a statement's input or arguments come from the shell itself,
// which writes them while the command runs: it must not be replaced by it.
func fed(n syntax.Node) bool {
	st, ok := n.(*syntax.Stmt)
	if !ok {
		return false
	}
	found := slices.ContainsFunc(st.Redirs, func(r *syntax.Redirect) bool {
		return r.Op == syntax.Hdoc || r.Op == syntax.DashHdoc || r.Op == syntax.WordHdoc
	})
	syntax.Walk(st, func(n syntax.Node) bool {
		_, is := n.(*syntax.ProcSubst)
		found = found || is
		return !found
	})
	return found
}

// background makes cmd & into __bg 'cmd'.
func background(st *syntax.Stmt) {
	job := *st
	job.Background = false
	job.Comments = nil
	var text bytes.Buffer
	if err := syntax.NewPrinter().Print(&text, &job); err != nil {
		return // It stays with the interpreter, which has no process for it.
	}
	*st = syntax.Stmt{
		Position: st.Position, Semicolon: st.Semicolon,
		Cmd: &syntax.CallExpr{Args: []*syntax.Word{
			literal("__bg"), {Parts: []syntax.WordPart{&syntax.SglQuoted{Value: text.String()}}},
		}},
	}
}

// rename takes the two parameters that are PIDs out of the interpreter's hands.
func rename(p *syntax.ParamExp) {
	if p.Param == nil {
		return
	}
	switch p.Param.Value {
	case "!":
		p.Param.Value = "__bang"
	case "$":
		p.Param.Value = "__pid"
	}
}

func literal(s string) *syntax.Word {
	return &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{Value: s}}}
}

// tailCall makes the only command of a text an exec, unless the shell itself has
// to run it.
func (s *shell) tailCall(file *syntax.File) {
	if len(file.Stmts) != 1 || file.Stmts[0].Negated || file.Stmts[0].Background || fed(file.Stmts[0]) {
		return
	}
	call, ok := file.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return
	}
	name := call.Args[0].Lit()
	if name == "" || interp.IsBuiltin(name) || s.run.Funcs[name] != nil {
		return
	}
	call.Args = append([]*syntax.Word{literal("__exec")}, call.Args...)
}

// prelude is the environment variable in which a background job finds what the
// shell that started it knows and doesn't export.
const prelude = "GLASSBOX_SH_PRELUDE"

// inherit takes that over; ok is false if it can't be.
func (s *shell) inherit() (status int, ok bool) {
	text, has := os.LookupEnv(prelude)
	_ = os.Unsetenv(prelude)
	if !has {
		text = "__pid=" + strconv.Itoa(os.Getpid())
	}
	file, err := syntax.NewParser().Parse(strings.NewReader(text), s.name)
	if err != nil {
		return s.unparsed(err), false
	}
	if err := interp.Env(expand.ListEnviron(os.Environ()...))(s.run); err != nil {
		return s.status(err), false
	}
	s.run.Reset()
	for _, st := range file.Stmts {
		if err := s.run.Run(ctxBackground, st); err != nil {
			return s.status(err), false
		}
	}
	return 0, true
}

// knows is the text that gives another shell one's variables and functions.
func (s *shell) knows(env expand.Environ) string {
	var b strings.Builder
	skip := []string{"UID", "EUID", "GID", "IFS", "OPTIND", "PWD", "OLDPWD", "HOME", "__bang"}
	last := map[string]expand.Variable{}
	var order []string
	for name, v := range env.Each {
		if _, ok := last[name]; !ok {
			order = append(order, name)
		}
		last[name] = v
	}
	for _, name := range order {
		v := last[name]
		if v.Exported || !v.IsSet() || v.ReadOnly || slices.Contains(skip, name) || !syntax.ValidName(name) {
			continue
		}
		switch v.Kind {
		case expand.String:
			b.WriteString(name + "=" + quote(v.Str) + "\n")
		case expand.Indexed:
			b.WriteString(name + "=(")
			for _, item := range v.List {
				b.WriteString(quote(item) + " ")
			}
			b.WriteString(")\n")
		}
	}
	for name, body := range s.run.Funcs {
		b.WriteString(name + "() ")
		if err := syntax.NewPrinter().Print(&b, body); err == nil {
			b.WriteString("\n")
		}
	}
	return b.String()
}

// quote makes one word of a text.
func quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
