package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"glassbox/runtime/image"
	"glassbox/runtime/journal"
	"glassbox/tui"
)

// home is what glassbox offers when nothing was asked for.
type home struct{}

var _ tui.Home = home{}

// Items are the demo, the images in the store, and the recordings in this directory.
func (home) Items() ([]tui.Item, error) {
	list := []tui.Item{{Kind: tui.OpenImage, Ref: "demo", Detail: "built in, needs no network"}}
	if s, err := image.Open(storeRoot("")); err == nil {
		images, err := s.List()
		if err != nil {
			return list, err
		}
		for _, i := range images {
			if i.Ref == "demo" || i.Damaged {
				continue
			}
			list = append(list, tui.Item{Kind: tui.OpenImage, Ref: i.Ref, Detail: fmt.Sprintf("%s, %d layers", size(i.Size), i.Layers)})
		}
	}
	files, err := filepath.Glob("*.jsonl")
	if err != nil {
		return list, err
	}
	for _, f := range files {
		in, err := journal.Open(f)
		if err != nil {
			continue
		}
		list = append(list, tui.Item{Kind: tui.OpenRecording, Ref: f, Detail: fmt.Sprintf("%s, %s", in.Header.Image, in.Header.Started.Format("2006-01-02 15:04"))})
		_ = in.Close()
	}
	return append(append(list, tui.Item{Kind: tui.OpenRecording, Ref: "", Detail: "built in: the demo container"}), lessonItems()...), nil
}

// Doctor is what this machine can do, in a line.
func (home) Doctor() (line string, ok bool) { return doctorLine() }

// openHome shows the home screen, and starts what was chosen.
func openHome(cmd *cobra.Command) error {
	item, ok, err := tui.OpenHome(cmd.Context(), home{}, tui.Options{})
	if err != nil || !ok {
		return err
	}
	args := []string{"run", item.Ref}
	switch item.Kind {
	case tui.OpenRecording:
		args = []string{"replay"}
		if item.Ref != "" {
			args = append(args, item.Ref)
		}
	case tui.OpenLesson:
		args = []string{"lesson", "start", item.Ref}
	}
	return execute(cmd.Context(), args)
}
