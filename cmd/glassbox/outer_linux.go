package main

import (
	"github.com/spf13/cobra"

	"glassbox/runtime/kernel"
	"glassbox/stages"
)

// outer makes a command run in a user and mount namespace of the engine's own
// where it has no right to mount: without root, or as root of a plain container.
func outer(c *cobra.Command) *cobra.Command {
	run := c.RunE
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if err := kernel.EnoughFiles(); err != nil {
			return err
		}
		if !stages.NeedsOuter() {
			return run(cmd, args)
		}
		line, _ := cmd.Context().Value(said{}).([]string)
		code, err := stages.Outer(line...)
		if err != nil {
			return err
		}
		if code != 0 {
			return ended{code}
		}
		return nil
	}
	return c
}
