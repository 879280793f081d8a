package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"glassbox/tui"
)

// lessonFlags are what the lesson commands have in common.
type lessonFlags struct {
	lang  string
	trust bool
	json  bool
	root  string
}

// language is the one asked for, or the locale's.
func (f *lessonFlags) language() string {
	if pickLang(f.lang) == tui.KO {
		return "ko"
	}
	return "en"
}

// speaks adds --lang for what is said of a lesson that is being written.
func (f *lessonFlags) speaks(s *pflag.FlagSet) {
	s.StringVar(&f.lang, "lang", "", "`LANG`: en or ko; by default as the locale says")
}

// lessonCommand is `glassbox lesson`: with a name it starts that lesson, without
// one it lists them. The subcommands' words are reserved.
func lessonCommand() *cobra.Command {
	f := &startFlags{}
	c := &cobra.Command{
		Use: "lesson [NAME|NUMBER|FILE|DIR|TARBALL]", Short: "List lessons, or start one", Args: cobra.MaximumNArgs(1),
		Long: `Lessons are stepped through at a terminal: each asks what you expect, lets a real container
go on to a place, and shows what the kernel says there. Without a name they are listed.

A lesson is a Markdown file: glassbox lesson new NAME writes one to begin with,
glassbox lesson check FILE says what is wrong with it, and with --run plays it with no person.`,
		Example: `  glassbox lesson
  glassbox lesson namespaces
  glassbox lesson ./my-lesson.tar.gz
  glassbox lesson check --run --trust my-lesson/`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listLessons(cmd.OutOrStdout(), f.language(), false)
			}
			return f.start(cmd.Context(), args[0])
		},
	}
	f.register(c.Flags())
	c.AddCommand(lessonList(), lessonShow(), lessonStart(), lessonNext(), lessonNew(), lessonCheck(), lessonSchema(), lessonImport(), lessonProgress())
	return c
}
