package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"glassbox/stages"
	"glassbox/tui"
)

func doctorCommand() *cobra.Command {
	var asJSON bool
	var lang string
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
				err = tellReport(cmd.OutOrStdout(), r, pickLang(lang))
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
	c.Flags().StringVar(&lang, "lang", "", "`LANG`: en or ko; by default as the locale says")
	return c
}

// tellReport writes a report for people: a line for what is there, more for what is missing.
func tellReport(w io.Writer, r stages.Report, lang tui.Lang) error {
	h := healthOf(r)
	line, _ := h.Line(lang)
	if _, err := fmt.Fprintf(w, "%s\n\n", clean(line)); err != nil {
		return err
	}
	for i, f := range r.Findings {
		sign := map[string]string{stages.Have: "+", stages.Lack: "-", stages.Unused: " ", stages.Untried: "?"}[f.State]
		state := tui.Say(lang, f.State, map[string]string{stages.Have: "있음", stages.Lack: "없음", stages.Unused: "불필요", stages.Untried: "미확인"}[f.State])
		said := ""
		if f.Said != "" {
			said = ": " + clean(tui.Phrase(f.Said, lang))
		}
		fmt.Fprintf(w, "%s %s %s%s\n", sign, tui.Pad(state, 7), h.Found[i].Title(lang), said)
		if f.State == stages.Have || f.State == stages.Untried {
			continue
		}
		part := func(label, text string) {
			if text != "" {
				fmt.Fprintf(w, "            %s %s\n", tui.Pad(label, 6), clean(tui.Phrase(text, lang)))
			}
		}
		part(tui.Say(lang, "tried", "시도"), f.Tried)
		part(tui.Say(lang, "effect", "영향"), f.Lose)
		for _, m := range f.Mend {
			part(tui.Say(lang, "mend", "해결"), m)
		}
	}
	return nil
}

// health is the report as the home screen shows it.
func health() tui.Health {
	r, err := stages.Doctor()
	if err != nil {
		return tui.Health{Err: err.Error()}
	}
	return healthOf(r)
}

func healthOf(r stages.Report) tui.Health {
	h := tui.Health{Kernel: r.Kernel, Cgroup: r.Cgroup, Who: tui.WhoRoot}
	switch {
	case !r.Root && os.Geteuid() == 0:
		h.Who = tui.WhoBare
	case !r.Root:
		h.Who = tui.WhoUser
	case r.Nested:
		h.Who = tui.WhoNested
	}
	for _, f := range r.Findings {
		h.Found = append(h.Found, tui.Found{Name: f.Name, What: f.What, State: f.State, Said: f.Said, Lose: f.Lose, Mend: f.Mend, Stops: f.Need})
	}
	return h
}
