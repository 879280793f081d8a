//go:build !linux

package main

import "github.com/spf13/cobra"

// commands are those that need no Linux kernel.
func commands() []*cobra.Command {
	return []*cobra.Command{imagesCommand(), pullCommand(), rmiCommand(), replayCommand(), lessonCommand(), notesCommand()}
}
