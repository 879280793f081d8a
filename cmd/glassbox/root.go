package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"glassbox/tui"
)

// execute runs the command line.
func execute(ctx context.Context, args []string) error {
	root := newRoot()
	root.SetArgs(args)
	if ready, ok := ctx.Value(armed{}).(chan struct{}); ok {
		<-ready
	}
	cmd, err := root.ExecuteContextC(context.WithValue(ctx, said{}, args))
	heed(cmd, nil)
	return err
}

// heed has what is said on standard error be in the language that a command is asked for.
func heed(cmd *cobra.Command, _ []string) {
	if f := cmd.Flags().Lookup("lang"); f != nil && f.Changed {
		tongue = tui.ParseLang(f.Value.String())
	}
}

// said carries the command line's words, in a context: they need not be os.Args,
// since the home screen runs commands too.
type said struct{}

func newRoot() *cobra.Command {
	var theme, lang string
	root := &cobra.Command{
		Use:   "glassbox",
		Short: "Start a container in slow motion",
		Long: `glassbox starts a real Linux container stage by stage, stops between the stages,
and shows what the kernel says about it from outside and from inside.`,
		Example: `  # the built-in demo image
  glassbox run
  # an image from a registry, within limits, by itself
  glassbox run --auto=2s -m 512m --cpus 1 nginx
  # an image that docker saved
  docker save app | glassbox run docker-archive:- python3 main.py`,
		SuggestionsMinimumDistance: 2,
		Version:                    versionText(), SilenceUsage: true, SilenceErrors: true, Args: known,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !onTerminal() {
				return cmd.Help()
			}
			return openHome(cmd, theme, lang)
		},
	}
	s := root.Flags()
	s.StringVar(&theme, "theme", "", "`THEME`: dark, light, 16, none or contrast")
	s.StringVar(&lang, "lang", "", "`LANG`: en or ko; by default as the locale says")
	list := commands()
	for _, c := range list {
		usage(c)
	}
	root.AddCommand(list...)
	root.AddCommand(manCommand())
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetHelpFunc(help)
	root.PersistentPreRunE = func(cmd *cobra.Command, args []string) error {
		heed(cmd, args)
		return looks(cmd)
	}
	root.SetFlagErrorFunc(unknownFlag)
	return root
}

// looks refuses a language and a theme that are not there: a word that was mistyped
// would be English, and dark.
func looks(cmd *cobra.Command) error {
	if f := cmd.Flags().Lookup("lang"); f != nil && f.Value.String() != "" && tui.ParseLang(f.Value.String()) == tui.EN &&
		!strings.HasPrefix(strings.ToLower(f.Value.String()), "en") {
		return fmt.Errorf("--lang %s: it can be en or ko", f.Value)
	}
	if f := cmd.Flags().Lookup("theme"); f != nil && f.Value.String() != "" && !slices.Contains(tui.Themes(), f.Value.String()) {
		return fmt.Errorf("--theme %s: it can be %s", f.Value, strings.Join(tui.Themes(), ", "))
	}
	return nil
}

// usage has a command say how it is called where it got too many words or too few.
func usage(c *cobra.Command) {
	for _, sub := range c.Commands() {
		usage(sub)
	}
	check := c.Args
	c.Args = func(cmd *cobra.Command, args []string) error {
		if err := delay(cmd, args); err != nil || check == nil {
			return err
		}
		if err := check(cmd, args); err != nil {
			return fmt.Errorf("%w: the usage is `%s`", err, cmd.UseLine())
		}
		return nil
	}
}

// delay refuses --auto 2s, where 2s would be an image, a recording or a lesson.
func delay(cmd *cobra.Command, args []string) error {
	f := cmd.Flags().Lookup("auto")
	if f == nil || !f.Changed || f.Value.String() != f.NoOptDefVal || len(args) == 0 {
		return nil
	}
	if _, err := time.ParseDuration(args[0]); err == nil {
		return fmt.Errorf("--auto %s: the delay is written with =, as in --auto=%s", args[0], args[0])
	}
	return nil
}

// known says which command an unknown word may have meant.
func known(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("%q is no command: did you mean %s?", args[0], near[0])
	}
	return fmt.Errorf("%q is no command: an image is started by `glassbox run %s`; `glassbox --help` lists the commands", args[0], args[0])
}
