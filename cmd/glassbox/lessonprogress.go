package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"glassbox/lessons"
)

func lessonProgress() *cobra.Command {
	var machine bool
	var forget string
	c := &cobra.Command{
		Use: "progress", Short: "Tell how far you are; --json to hand it in", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, err := lessons.DefaultStore()
			if err != nil {
				return err
			}
			if forget != "" {
				return store.Remove(forget)
			}
			all, err := store.All()
			if err != nil {
				return err
			}
			w := cmd.OutOrStdout()
			if machine {
				if all == nil {
					all = []*lessons.Score{}
				}
				j := json.NewEncoder(w)
				j.SetIndent("", "  ")
				return j.Encode(all)
			}
			for _, s := range all {
				fmt.Fprintf(w, "%s %d/%d %s\n", pad(clean(s.Lesson), 14), s.Step, s.Steps, clean(s.Title))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&machine, "json", false, "everything that is kept, for machines")
	c.Flags().StringVar(&forget, "forget", "", "`LESSON`: forget how far you are in it")
	return c
}
