package main_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "glassbox"

// arrows says which of our packages each of our packages may import. A package
// that is not in the table may not exist. "*" is everything.
var arrows = map[string][]string{
	"cmd/glassbox":     {"*"},
	"tui":              {"lessons", "runtime/journal", "runtime/proc"},
	"lessons":          {"runtime/journal", "runtime/proc"},
	"stages":           {"stages/inside", "runtime/image", "runtime/child", "runtime/kernel", "runtime/systemd", "runtime/observe", "runtime/cgroup", "runtime/seccomp", "runtime/journal", "runtime/proc"},
	"stages/inside":    {"runtime/child", "runtime/kernel", "runtime/proc"},
	"runtime/systemd":  {"runtime/kernel", "runtime/journal"},
	"runtime/child":    {"runtime/kernel", "runtime/observe", "runtime/seccomp", "runtime/journal"},
	"runtime/kernel":   {"runtime/cgroup", "runtime/seccomp", "runtime/journal"},
	"runtime/observe":  {"runtime/journal", "runtime/proc"},
	"runtime/image":    {"runtime/journal"},
	"runtime/cgroup":   {"runtime/journal"},
	"runtime/seccomp":  {"runtime/journal"},
	"runtime/proc":     {},
	"runtime/journal":  {},
	"runtime/userland": {},
}

// pure packages import the standard library alone.
var pure = []string{"runtime/proc", "runtime/journal"}

// anywhere are the packages that know no Linux: they build on darwin and windows.
var anywhere = []string{"tui", "lessons", "runtime/proc", "runtime/journal"}

// screen are the modules that only tui may import.
var screen = []string{
	"charm.land/bubbletea", "charm.land/bubbles", "charm.land/lipgloss",
	"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/bubbles", "github.com/charmbracelet/lipgloss",
}

// top are the entries that may lie at the top of the repository, beside dot-files.
var top = []string{"cmd", "tui", "stages", "runtime", "lessons", "go.mod", "go.sum", "Makefile", "README.md", "LICENSE"}

// root is the top of the repository, seen from this package's folder.
const root = "../.."

func TestArrows(t *testing.T) {
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Skip("needs source: the tests were carried here without it")
	}
	imports, err := parseImports(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(imports["runtime/journal"]) == 0 {
		t.Fatal("runtime/journal imports nothing: the parser looked in the wrong place")
	}
	for _, fault := range wrongArrows(imports) {
		t.Error(fault)
	}
}

// TestArrowsHold plants each kind of fault and sees it reported.
func TestArrowsHold(t *testing.T) {
	for _, c := range []struct{ pkg, imp, want string }{
		{"tui", "glassbox/stages", "tui must not import stages"},
		{"stages", "glassbox/cmd/glassbox", "stages must not import cmd/glassbox"},
		{"runtime/userland", "glassbox/runtime/journal", "runtime/userland must not import runtime/journal"},
		{"runtime/proc", "golang.org/x/sys/unix", "runtime/proc imports the standard library alone"},
		{"runtime/util", "fmt", "runtime/util is not in the table"},
		{"runtime", "fmt", "runtime is not in the table"},
		{"stages", "charm.land/lipgloss/v2", "only tui imports charm.land/lipgloss/v2"},
		{"cmd/glassbox", "charm.land/bubbletea/v2", "only tui imports charm.land/bubbletea/v2"},
		{"lessons", "golang.org/x/sys/unix", "lessons knows no Linux"},
	} {
		got := wrongArrows(map[string][]string{c.pkg: {c.imp}})
		if len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), c.want) {
			t.Errorf("%s importing %s: got %q, want %q", c.pkg, c.imp, got, c.want)
		}
	}
	if got := wrongArrows(map[string][]string{
		"tui":          {"glassbox/lessons", "charm.land/bubbletea/v2"},
		"cmd/glassbox": {"glassbox/tui", "glassbox/stages"},
	}); len(got) != 0 {
		t.Errorf("right arrows reported: %q", got)
	}
}

// TestArrowsHaveNoCycle holds for the table itself; the compiler sees to the rest.
func TestArrowsHaveNoCycle(t *testing.T) {
	const open, done = 1, 2
	state := map[string]int{}
	var visit func(pkg string)
	visit = func(pkg string) {
		state[pkg] = open
		for _, to := range arrows[pkg] {
			if to == "*" {
				continue
			}
			if _, ok := arrows[to]; !ok {
				t.Errorf("%s → %s: no such package in the table", pkg, to)
			}
			switch state[to] {
			case open:
				t.Errorf("%s → %s closes a cycle", pkg, to)
			case 0:
				visit(to)
			}
		}
		state[pkg] = done
	}
	for _, pkg := range slices.Sorted(maps.Keys(arrows)) {
		if state[pkg] == 0 {
			visit(pkg)
		}
	}
}

// TestTop keeps the top of the repository to a glance. Ignored files don't count.
func TestTop(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs tool git: it knows which files are ignored")
	}
	out, err := exec.Command("git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		t.Skip("needs a git checkout: the sources came another way")
	}
	seen := map[string]bool{}
	for name := range strings.Lines(string(out)) {
		first, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(name), `"`), "/")
		if first != "" && !seen[first] && first[0] != '.' && !slices.Contains(top, first) {
			t.Errorf("%s lies at the top of the repository; only %s and dot-files may", first, strings.Join(top, " "))
		}
		seen[first] = true
	}
	if !seen["go.mod"] {
		t.Error("git lists no go.mod: looked in the wrong place")
	}
}

// wrongArrows returns a sentence for each import that the rules forbid.
func wrongArrows(imports map[string][]string) []string {
	var faults []string
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for _, pkg := range slices.Sorted(maps.Keys(imports)) {
		to, known := arrows[pkg]
		if !known {
			say("package %s is not in the table of arrows (cmd/glassbox/arrows_test.go): put the code where it belongs, or add an arrow on purpose", pkg)
			continue
		}
		for _, imp := range imports[pkg] {
			ours, isOurs := strings.CutPrefix(imp, module+"/")
			switch {
			case isOurs && ours != pkg && !slices.Contains(to, "*") && !slices.Contains(to, ours):
				say("%s must not import %s; it may import: %s", pkg, ours, strings.Join(to, " "))
			case !isOurs && slices.Contains(pure, pkg) && !standard(imp):
				say("%s imports the standard library alone, not %s", pkg, imp)
			case slices.Contains(anywhere, pkg) && (imp == "syscall" || strings.HasPrefix(imp, "golang.org/x/sys/")):
				say("%s knows no Linux: it must not import %s", pkg, imp)
			case pkg != "tui" && slices.ContainsFunc(screen, func(m string) bool { return imp == m || strings.HasPrefix(imp, m+"/") }):
				say("only tui imports %s, not %s", imp, pkg)
			}
		}
	}
	return faults
}

// standard says whether an import path is the standard library's: its first
// element has no dot.
func standard(imp string) bool {
	first, _, _ := strings.Cut(imp, "/")
	return !strings.Contains(first, ".")
}

// parseImports returns what each package under top imports, whatever system a
// file is for. External test packages are left out: they stand outside, as any
// user of a package does.
func parseImports(top string) (map[string][]string, error) {
	imports := map[string][]string{}
	err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if b := d.Name(); name != top && (b == "testdata" || b == "bin" || b[0] == '.' || b[0] == '_') {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return fmt.Errorf("read the imports of %s: %w", name, err)
		}
		rel, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		pkg := path.Dir(filepath.ToSlash(rel))
		if strings.HasSuffix(f.Name.Name, "_test") {
			return nil
		}
		imports[pkg] = append(imports[pkg], "unsafe") // a package without imports is one, too
		for _, spec := range f.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return fmt.Errorf("%s: import %s: %w", name, spec.Path.Value, err)
			}
			if !slices.Contains(imports[pkg], imp) {
				imports[pkg] = append(imports[pkg], imp)
			}
		}
		return nil
	})
	return imports, err
}
