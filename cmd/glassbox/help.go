package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"glassbox/tui"
)

// group puts a title over the flags of s that have none yet: help shows them together.
func group(s *pflag.FlagSet, title string) {
	s.SortFlags = false
	s.VisitAll(func(f *pflag.Flag) {
		if f.Annotations[groupKey] == nil {
			_ = s.SetAnnotation(f.Name, groupKey, []string{title}) // the flag is there
		}
	})
}

const groupKey = "glassbox-group"

// help writes what a command is, how it is called, and its flags, by group.
func help(cmd *cobra.Command, _ []string) {
	out := cmd.OutOrStdout()
	h := helper{out: out, width: 80}
	if f, ok := out.(outlet); ok && term.IsTerminal(f.f.Fd()) {
		h.bold = os.Getenv("NO_COLOR") == ""
		if w, _, err := term.GetSize(f.f.Fd()); err == nil {
			h.width = min(max(w, 40), 100)
		}
	}
	about := cmd.Long
	if about == "" {
		about = cmd.Short + "."
	}
	h.line("%s", about)
	h.title("Usage")
	h.line("  %s", cmd.UseLine())
	if cmd.HasExample() {
		h.title("Examples")
		h.line("%s", cmd.Example)
	}
	h.commands(cmd)
	h.flags(cmd.LocalFlags())
	if cmd.HasAvailableSubCommands() {
		h.line("\n`%s COMMAND --help` says more of a command.", cmd.CommandPath())
	}
}

// helper writes help in rows of its width.
type helper struct {
	out   io.Writer
	width int
	bold  bool
}

func (h helper) line(format string, args ...any) { fmt.Fprintf(h.out, format+"\n", args...) }

func (h helper) title(s string) {
	if h.bold {
		s = "\x1b[1m" + s + "\x1b[m"
	}
	h.line("\n%s", s)
}

// table writes names and what they are; a long text goes on below its beginning.
func (h helper) table(rows [][2]string) {
	col := 0
	for _, r := range rows {
		col = max(col, tui.Width(r[0]))
	}
	for _, r := range rows {
		for i, l := range tui.Wrap(r[1], max(h.width-col-4, 20)) {
			name := r[0]
			if i > 0 {
				name = ""
			}
			h.line("%s", strings.TrimRight("  "+tui.Pad(name, col)+"  "+l, " "))
		}
	}
}

func (h helper) commands(cmd *cobra.Command) {
	var rows [][2]string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			rows = append(rows, [2]string{c.Name(), c.Short})
		}
	}
	if len(rows) > 0 {
		h.title("Commands")
		h.table(rows)
	}
}

// flags writes them by group, in the order in which they were registered.
func (h helper) flags(s *pflag.FlagSet) {
	var titles []string
	groups := map[string][][2]string{}
	s.SortFlags = false
	s.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		title := "Flags"
		if g := f.Annotations[groupKey]; len(g) > 0 {
			title = g[0]
		}
		if groups[title] == nil {
			titles = append(titles, title)
		}
		groups[title] = append(groups[title], describe(f))
	})
	for _, t := range titles {
		h.title(t)
		h.table(groups[t])
	}
}

// describe is a flag's names with the value that it takes (what its usage has in
// backquotes), and what it does.
func describe(f *pflag.Flag) [2]string {
	name := "    --" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", --" + f.Name
	}
	value, usage := "", f.Usage
	if strings.Contains(usage, "`") {
		value, usage = pflag.UnquoteUsage(f)
		usage = strings.TrimPrefix(usage, value+": ")
	}
	switch {
	case value != "" && f.NoOptDefVal != "":
		name += "[=" + value + "]"
	case value != "":
		name += " " + value
	}
	if d := f.DefValue; d != "" && d != "false" && d != "[]" && d != "0" && !strings.HasPrefix(d, "-") {
		usage += " (default " + d + ")"
	}
	return [2]string{name, usage}
}
