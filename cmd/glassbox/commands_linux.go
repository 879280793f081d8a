package main

import "github.com/spf13/cobra"

// commands are glassbox's on Linux.
func commands() []*cobra.Command {
	return []*cobra.Command{
		outer(runCommand()), psCommand(), execCommand(), doctorCommand(), outer(cleanCommand()), imagesCommand(), outer(pullCommand()), outer(rmiCommand()), replayCommand(), lessonCommand(), notesCommand(),
	}
}
