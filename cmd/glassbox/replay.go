package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"glassbox/runtime/journal"
	"glassbox/tui"
)

func replayCommand() *cobra.Command {
	f := &runFlags{}
	c := &cobra.Command{
		Use: "replay [FILE]", Short: "Step through a recording", Args: cobra.MaximumNArgs(1),
		Long: `Step through a recording, on any system and without privileges. A recording that is still
being written is followed. Without FILE the built-in recording is shown.`,
		Example: "  glassbox run --record nginx.jsonl nginx\n  glassbox replay nginx.jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			path, remove, err := recording(args)
			if err != nil {
				return err
			}
			defer remove()
			if f.plain || !drawable() {
				return leave(cmd.Context(), func() error { return replayPlain(stdout, path, f.lang) })
			}
			talk := newSpeaker()
			defer talk.close()
			o := f.options()
			o.Speak = talk.speak
			return tui.Replay(cmd.Context(), path, o)
		},
	}
	s := c.Flags()
	s.BoolVar(&f.plain, "plain", false, "a linear account in words")
	s.BoolVar(&f.talk, "talk", false, "a layout for a projector")
	autoFlag(s, &f.auto, usualDelay, "`DELAY`: go on by itself, after that at each stop")
	s.BoolVar(&f.loop, "loop", false, "begin again at the end, by itself: for a stand")
	s.StringVar(&f.theme, "theme", "", "`THEME`: dark, light, 16, none or contrast")
	s.StringVar(&f.lang, "lang", "", "`LANG`: en or ko; by default as the locale says")
	return c
}

// leave returns what do does, or why ctx ended before it: a pipe that brings nothing
// can't be interrupted, only left.
func leave(ctx context.Context, do func() error) error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// replayPlain tells a recording in words, to its present end.
func replayPlain(w io.Writer, path, lang string) error {
	// O_NONBLOCK: were it a FIFO, opening would wait for a writer. One that has a writer is read.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return fmt.Errorf("open the recording: %w", err)
	}
	in, err := journal.Read(f)
	if err != nil {
		return err
	}
	defer in.Close()
	p := newPlain(w, pickLang(lang), in.Header)
	p.title()
	for {
		e, err := in.Next()
		if err != nil {
			p.over(in.Damaged)
			return nil //nolint:nilerr // the end of what is there
		}
		p.state.Apply(e)
		p.event(e)
		if e.Output != nil {
			p.output(e.Output)
		}
	}
}
