package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// unknownFlag says what to do about a flag that can't be read: what does here what
// docker's does, or which one may have been meant.
func unknownFlag(cmd *cobra.Command, err error) error {
	var none *pflag.NotExistError
	if errors.As(err, &none) {
		name := none.GetSpecifiedName()
		if cmd.Name() == "run" {
			switch name {
			case "d", "detach":
				return fmt.Errorf("%w: a run ends with its terminal, there is none in the background: use another terminal, or --quiet and &", err)
			case "mount":
				return fmt.Errorf("%w: -v SOURCE:TARGET binds a path, --tmpfs TARGET mounts a tmpfs", err)
			case "restart":
				return fmt.Errorf("%w: a container ends with its program, and is not started again", err)
			}
			if slices.Contains(dockers, name) {
				return fmt.Errorf("%w: docker has it, glassbox has not: `%s --help` lists the flags", err, cmd.CommandPath())
			}
		}
		if near := nearFlag(cmd.Flags(), name); near != "" {
			return fmt.Errorf("%w: did you mean --%s? `%s --help` lists the flags", err, near, cmd.CommandPath())
		}
	}
	return fmt.Errorf("%w: `%s --help` lists the flags", err, cmd.CommandPath())
}

// dockers are flags of docker run that are not here, and whose names are near to
// those of others: nobody who types --gpus means --cpus.
var dockers = []string{"device", "gpus", "label", "link", "runtime", "ulimit"}

// nearFlag is the flag whose name is nearest to a word, as cobra finds commands; "" if none is near.
func nearFlag(flags *pflag.FlagSet, word string) string {
	if len(word) < 3 {
		return ""
	}
	for least := range 3 {
		names := &cobra.Command{SuggestionsMinimumDistance: least + 1}
		flags.VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				names.AddCommand(&cobra.Command{Use: f.Name, Run: func(*cobra.Command, []string) {}})
			}
		})
		if near := names.SuggestionsFor(word); len(near) > 0 {
			slices.SortStableFunc(near, func(a, b string) int { return len(a) - len(b) })
			return near[0]
		}
	}
	return ""
}
