package main

import (
	"fmt"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"glassbox/runtime/image"
	"glassbox/stages"
	"glassbox/tui"
)

func psCommand() *cobra.Command {
	return &cobra.Command{
		Use: "ps", Short: "List the containers that run now", Args: cobra.NoArgs, Example: "  glassbox ps",
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := stages.List(stages.Default().State)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 3, ' ', 0)
			fmt.Fprintln(w, "ID\tNAME\tIMAGE\tPID\tSTAGE\tSTARTED")
			for _, r := range list {
				stage, pid := r.Stage+" "+r.State, "-"
				switch {
				case r.Stage == "":
					stage = "-"
				case r.Stage == "exec" && r.State == "done":
					stage = "running"
				}
				if r.Pid != 0 {
					pid = strconv.Itoa(r.Pid)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s ago\n", r.Header.ID, r.Header.Name, short(r.Header.Image, 40), pid, stage, time.Since(r.Header.Started).Round(time.Second))
			}
			return w.Flush()
		},
	}
}

func cleanCommand() *cobra.Command {
	var root string
	c := &cobra.Command{
		Use: "clean", Short: "Undo what killed runs left", Args: cobra.NoArgs,
		Long: `Undo what killed runs left: mounts, cgroups, interfaces, firewall rules, directories and
processes, as the journals of those runs name them, and what killed pulls left in the
store. Runs that are alive are left alone.`,
		Example: "  glassbox clean",
		RunE: func(cmd *cobra.Command, _ []string) error {
			p := stages.Default()
			p.Root = storeRoot(root)
			list, err := stages.Clean(p)
			if err != nil {
				return err
			}
			deadTalks()
			for _, c := range list {
				for _, u := range c.Undos {
					fmt.Fprintf(cmd.OutOrStdout(), "%s: %s %s\n", c.ID, u.Op, clean(u.Target))
				}
				if c.Err != nil {
					err = c.Err
					fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s\n", c.ID, clean(tui.Phrase(c.Err.Error(), tongue)))
				}
			}
			freed, pruned := prune(p.Root)
			if pruned != nil {
				err = pruned
				fmt.Fprintln(cmd.ErrOrStderr(), clean(pruned.Error()))
			}
			switch {
			case freed > 0:
				fmt.Fprintf(cmd.OutOrStdout(), "%s of images and layers that no name needs\n", size(freed))
			case len(list) == 0:
				fmt.Fprintln(cmd.OutOrStdout(), "nothing to clean")
			}
			if err != nil {
				return ended{1}
			}
			return nil
		},
	}
	c.Flags().StringVar(&root, "root", "", "`DIR`: where containers are kept")
	return c
}

// prune deletes what killed pulls left in the store, if there is one.
func prune(root string) (freed int64, err error) {
	if _, err := os.Stat(root); os.IsNotExist(err) {
		return 0, nil
	}
	s, err := image.Open(root)
	if err != nil {
		return 0, err
	}
	return s.Prune()
}
