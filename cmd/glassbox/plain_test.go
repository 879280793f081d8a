package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"glassbox/runtime/journal"
	"glassbox/tui"
)

// TestPlainSpeaksKorean: what --plain tells in its own words is in both languages,
// with the same things in it, and no words are told past say.
func TestPlainSpeaksKorean(t *testing.T) {
	verb := regexp.MustCompile(`%[-0-9.]*[a-z]`)
	word := regexp.MustCompile(`[a-z]{3}`)
	said := 0
	for _, file := range []string{"plain.go", "plainchange.go", "plain_linux.go"} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Skip("needs source: the tests were carried here without it")
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			switch {
			case !ok:
			case sel.Sel.Name == "say":
				said++
				en, ko := literal(call.Args[0]), literal(call.Args[1])
				if !regexp.MustCompile(`\p{Hangul}`).MatchString(ko) || !slices.Equal(verb.FindAllString(en, -1), verb.FindAllString(ko, -1)) {
					t.Errorf("%s: %q is in Korean %q", file, en, ko)
				}
				return false
			case strings.HasPrefix(sel.Sel.Name, "Fprint"):
				for _, a := range call.Args[1:] {
					if s := verb.ReplaceAllString(literal(a), ""); word.MatchString(s) && !strings.HasPrefix(s, "glassbox") {
						t.Errorf("%s: %q is told in one language", file, s)
					}
				}
			}
			return true
		})
	}
	if said < 30 {
		t.Errorf("only %d sentences were found", said)
	}
}

func literal(x ast.Expr) string {
	lit, ok := x.(*ast.BasicLit)
	if !ok {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}

// TestPlainFailure: a failure is told with what to do about it on a row of its own,
// in the reader's language; so is why a stage is skipped.
func TestPlainFailure(t *testing.T) {
	for lang, want := range map[tui.Lang][]string{
		tui.EN: {"skipped: the network is none: there is nothing to connect\n", "   ! mount overlay: EPERM\n   > it is mounted there already\n"},
		tui.KO: {"건너뜀: 네트워크가 none이므로 연결할 것이 없습니다\n", "   ! mount overlay: EPERM\n   > 그 자리에 이미 마운트되어 있습니다\n"},
	} {
		var b strings.Builder
		p := &plain{w: &b, lang: lang, state: journal.NewState(journal.Header{})}
		for _, e := range []journal.Event{
			{Stage: "network", Kind: journal.KindStage, Step: &journal.Step{State: journal.Skipped, Why: "the network is none: there is nothing to connect"}},
			{Stage: "overlay", Kind: journal.KindError, Error: &journal.Error{Text: "mount overlay: EPERM", Mend: "it is mounted there already"}},
		} {
			p.event(e)
		}
		for _, w := range want {
			if !strings.Contains(b.String(), w) {
				t.Errorf("%v: %q is not in %q", lang, w, b.String())
			}
		}
	}
}

// TestPlainExit: the kernel counts time and memory for a process; this one was ours
// before it was the program, and is not told to be the program's alone.
func TestPlainExit(t *testing.T) {
	for lang, want := range map[tui.Lang]string{
		tui.EN: "the program ended: exit status 3 (its process, since clone(2): CPU 13.0 ms user, 16.0 ms system; 15960 KiB at most)\n",
		tui.KO: "종료 코드 3 (clone(2) 이후 이 프로세스: CPU 사용자 13.0 ms, 시스템 16.0 ms, 최대 15960 KiB)\n",
	} {
		var b strings.Builder
		p := &plain{w: &b, lang: lang, state: journal.NewState(journal.Header{})}
		p.event(journal.Event{Stage: "exit", Kind: journal.KindExit, Exit: &journal.Exit{Code: 3, UserUS: 13000, SystemUS: 16000, MaxRSSKiB: 15960}})
		if !strings.Contains(b.String(), want) {
			t.Errorf("%v: %q is not in %q", lang, want, b.String())
		}
	}
}

// TestPlainReplayOfALostRun: a recording that ends in the middle, or has lines that
// nobody can read, says so; a whole one says nothing of the kind.
func TestPlainReplayOfALostRun(t *testing.T) {
	const ends, lines = "the recording ends before its run", "1 lines of the recording could not be read"
	for name, c := range map[string]struct {
		events string
		ends   bool
		lines  bool
	}{
		"whole": {`{"seq":1,"stage":"exit","kind":"stage","step":{"state":"begin"}}
{"seq":2,"stage":"exit","kind":"stage","step":{"state":"done"}}
`, false, false},
		"cut off": {`{"seq":1,"stage":"exec","kind":"stage","step":{"state":"begin"}}
`, true, false},
		"not undone": {`{"seq":1,"kind":"undo","undo":{"id":1,"op":"umount","target":"/x","state":"planned"}}
`, true, false},
		"undone": {`{"seq":1,"kind":"undo","undo":{"id":1,"op":"umount","target":"/x","state":"planned"}}
{"seq":2,"kind":"undo","undo":{"id":1,"op":"umount","target":"/x","state":"undone"}}
`, false, false},
		"damaged": {"rubbish\n", false, true},
	} {
		file := filepath.Join(t.TempDir(), "run.jsonl")
		if err := os.WriteFile(file, []byte(`{"format":1}`+"\n"+c.events), 0o600); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		err := replayPlain(&out, file, "en")
		if err != nil || strings.Contains(out.String(), ends) != c.ends || strings.Contains(out.String(), lines) != c.lines {
			t.Errorf("%s: %v, %s", name, err, out.String())
		}
	}
}
