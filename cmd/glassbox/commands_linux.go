package main

import "github.com/spf13/cobra"

// commands are glassbox's on Linux.
func commands() []*cobra.Command {
	return []*cobra.Command{
		runCommand(), psCommand(), execCommand(), cleanCommand(), imagesCommand(), pullCommand(), rmiCommand(), replayCommand(),
	}
}
