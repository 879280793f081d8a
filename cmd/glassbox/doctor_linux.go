package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"glassbox/stages"
)

func doctorCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "doctor", Short: "What this machine can do; for each lack, the effect and the mend", Args: cobra.NoArgs,
		Long: `Tell what this machine can do for the user who asks, and for what is missing what one loses
and what mends it. Nothing is guessed: each thing is tried, in namespaces that are thrown away, and
undone. Some lacks need root to mend; glassbox itself changes nothing.

The exit status is 1 where no container can start.`,
		Example: "  glassbox doctor\n  sudo glassbox doctor\n  glassbox doctor --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := stages.Doctor()
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetIndent("", "  ")
				err = e.Encode(r)
			} else {
				err = tellReport(cmd.OutOrStdout(), r)
			}
			for _, f := range r.Lacks() {
				if err == nil && f.Need {
					err = ended{1}
				}
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for programs")
	return c
}

// tellReport writes a report for people: a line for what is there, more for what is missing.
func tellReport(w io.Writer, r stages.Report) error {
	line, _ := r.Line()
	if _, err := fmt.Fprintf(w, "%s\n\n", clean(line)); err != nil {
		return err
	}
	for _, f := range r.Findings {
		sign := map[string]string{stages.Have: "+", stages.Lack: "-", stages.Unused: " "}[f.State]
		said := ""
		if f.Said != "" {
			said = ": " + clean(f.Said)
		}
		fmt.Fprintf(w, "%s %-6s %s%s\n", sign, f.State, f.What, said)
		if f.State == stages.Have {
			continue
		}
		if f.Tried != "" {
			fmt.Fprintf(w, "           tried  %s\n", f.Tried)
		}
		if f.Lose != "" {
			fmt.Fprintf(w, "           effect %s\n", f.Lose)
		}
		for _, m := range f.Mend {
			fmt.Fprintf(w, "           mend   %s\n", clean(m))
		}
	}
	return nil
}

// doctorLine is the report in a line, for the home screen.
func doctorLine() (line string, ok bool) {
	r, err := stages.Doctor()
	if err != nil {
		return err.Error(), false
	}
	return r.Line()
}
