package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"glassbox/tui"
)

// TestHelp: every command's help names each of its flags once and fits 80 columns.
func TestHelp(t *testing.T) {
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		t.Run(c.CommandPath(), func(t *testing.T) {
			var out bytes.Buffer
			c.SetOut(&out)
			help(c, nil)
			text := out.String()
			for line := range strings.Lines(text) {
				if l := strings.TrimRight(line, "\n"); tui.Width(l) > 80 && strings.HasPrefix(l, "  ") && strings.Contains(l, "--") && !strings.HasPrefix(l, "  "+c.Root().Name()) {
					t.Errorf("%d columns: %s", tui.Width(l), l)
				}
			}
			c.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if n := strings.Count(text, "--"+f.Name+" ") + strings.Count(text, "--"+f.Name+"["); n == 0 && !f.Hidden {
					t.Errorf("--%s is not told", f.Name)
				}
				if value, _ := pflag.UnquoteUsage(f); f.Value.Type() != "bool" && !strings.ContainsAny(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ=") && !f.Hidden {
					t.Errorf("--%s does not say what its value is", f.Name)
				}
				if strings.Contains(text, "`"+f.Name) {
					t.Errorf("--%s: backquotes are left", f.Name)
				}
			})
		})
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(newRoot())
}

// TestDelay: a delay that is none is refused in a sentence, by every command that takes one.
func TestDelay(t *testing.T) {
	for _, name := range []string{"run", "replay", "lesson"} {
		for value, want := range map[string]string{
			"-5s": "a delay is not below zero", "5": "a delay is a number with its unit", "soon": "with its unit", "10ms": "", "0s": "",
		} {
			c, _, err := newRoot().Find([]string{name})
			if err != nil {
				t.Fatal(err)
			}
			err = c.ParseFlags([]string{"--auto=" + value})
			if want == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s --auto=%s: %v, want %q", name, value, err, want)
			}
		}
	}
}

// TestLoop: replay --loop goes on by itself.
func TestLoop(t *testing.T) {
	if o := (&runFlags{loop: true, auto: -1}).options(); !o.Loop || o.Auto != usualDelay {
		t.Errorf("%+v", o)
	}
	if o := (&runFlags{loop: true, auto: time.Second}).options(); !o.Loop || o.Auto != time.Second {
		t.Errorf("with a delay: %+v", o)
	}
	if c, _, err := newRoot().Find([]string{"replay"}); err != nil || c.Flags().Lookup("loop") == nil {
		t.Error("replay has no --loop")
	}
}

// TestUnknown: a word or a flag that is none says what may have been meant.
func TestUnknown(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"rnu", "did you mean run?"},
		{"nginx:1.27", "glassbox run nginx:1.27"},
		{"run --memroy=5 demo", "unknown flag: --memroy: did you mean --memory? `glassbox run --help`"},
		{"run --hostnme=x demo", "did you mean --hostname?"},
		{"run --xyzzy demo", "unknown flag: --xyzzy: `glassbox run --help` lists the flags"},
		{"run --gpus all demo", "unknown flag: --gpus: docker has it, glassbox has not: `glassbox run --help`"},
		{"run --net none demo", "did you mean --network?"},
		{"run -d demo", "ends with its terminal"},
		{"run --detach demo", "ends with its terminal"},
		{"run --mount=type=tmpfs,target=/x demo", "--tmpfs TARGET"},
		{"run --rm --plian demo", "did you mean --plain?"}, // --rm is taken
		{"images --jsn", "lists the flags"},
		{"run --auto 2s nginx", "as in --auto=2s"},
		{"replay --auto 500ms x.jsonl", "as in --auto=500ms"},
		{"lesson start --auto 2s pull", "as in --auto=2s"},
		{"exec web", "the usage is `glassbox exec [flags] NAME COMMAND…`"},
		{"pull", "the usage is `glassbox pull IMAGE [flags]`"},
		{"replay --lang xx", "it can be en or ko"},
		{"replay --theme blue", "it can be dark, light"},
	} {
		if err := execute(t.Context(), strings.Fields(c.args)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.args, err)
		}
	}
}
