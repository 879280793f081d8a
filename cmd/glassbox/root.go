package main

import (
	"context"
	"io"
	"os"

	"charm.land/fang/v2"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
)

// execute runs the command line.
func execute(ctx context.Context, args []string) error {
	root := newRoot()
	root.SetArgs(args)
	ctx = context.WithValue(ctx, said{}, args)
	if !styled(args) {
		return root.ExecuteContext(ctx)
	}
	return fang.Execute(ctx, root, fang.WithVersion(versionText()), fang.WithErrorHandler(func(io.Writer, fang.Styles, error) {}))
}

// said carries the command line's words, in a context: they need not be os.Args,
// since the home screen runs commands too.
type said struct{}

// styled tells whether help, the man page or completions are wanted, which fang
// makes. A run does without: fang asks the terminal for its colours.
func styled(args []string) bool {
	for _, a := range args {
		switch a {
		case "--help", "-h", "help", "man", "completion", "__complete", "__completeNoDesc", "--version", "-v":
			return true
		case "--":
			return false
		}
	}
	return false
}

func newRoot() *cobra.Command {
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
		Version: versionText(), SilenceUsage: true, SilenceErrors: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !term.IsTerminal(os.Stdout.Fd()) || !term.IsTerminal(os.Stdin.Fd()) {
				return cmd.Help()
			}
			return openHome(cmd)
		},
	}
	root.AddCommand(commands()...)
	return root
}
