package main

import (
	"context"

	"github.com/spf13/cobra"
)

// execute runs the command line.
func execute(ctx context.Context, args []string) error {
	root := newRoot()
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "glassbox",
		Short: "Start a container in slow motion",
		Long: `glassbox starts a real Linux container stage by stage, stops between the stages,
and shows what the kernel says about it from outside and from inside.`,
		Example: `  glassbox run                        the built-in demo image
  glassbox run nginx                  an image from a registry
  glassbox run --auto=2s -m 512m --cpus 1 nginx
  glassbox run docker-archive:app.tar python3 main.py`,
		Version: versionText(), SilenceUsage: true, SilenceErrors: true,
	}
	root.AddCommand(commands()...)
	return root
}
