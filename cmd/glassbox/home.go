package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"glassbox/runtime/image"
	"glassbox/runtime/journal"
	"glassbox/tui"
)

// home is what glassbox offers when nothing was asked for.
type home struct{}

var _ tui.Home = home{}

// Items are the demo, the images in the store, the recordings in this directory, and the lessons.
func (home) Items(lang tui.Lang) ([]tui.Item, error) {
	list := []tui.Item{{Kind: tui.OpenImage, Ref: "demo"}}
	if s, err := image.Open(storeRoot("")); err == nil {
		images, err := s.List()
		if err != nil {
			return list, err
		}
		slices.Reverse(images) // the newest first
		for _, i := range images {
			if i.Ref == "demo" || i.Damaged {
				continue
			}
			list = append(list, tui.Item{Kind: tui.OpenImage, Ref: i.Ref, Size: i.Size, Layers: i.Layers})
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
	return append(append(list, tui.Item{Kind: tui.OpenRecording, Detail: "demo"}), lessonItems(lang)...), nil
}

// Doctor is what this machine can do.
func (home) Doctor() tui.Health { return health() }

// openHome shows the home screen, and starts what was chosen.
func openHome(cmd *cobra.Command, theme, lang string) error {
	o := tui.Options{Theme: theme}
	if lang != "" {
		o.Lang = tui.ParseLang(lang)
	}
	item, now, ok, err := tui.OpenHome(cmd.Context(), home{}, o)
	if err != nil || !ok {
		return err
	}
	return execute(cmd.Context(), homeArgs(item, now, theme))
}

// homeArgs are the command line's words for what was chosen. Flags come before the
// reference, since what follows an image is its program's.
func homeArgs(item tui.Item, lang tui.Lang, theme string) []string {
	args := []string{"run"}
	switch item.Kind {
	case tui.OpenRecording:
		args = []string{"replay"}
	case tui.OpenLesson:
		args = []string{"lesson", "start"}
	}
	args = append(args, "--lang", string(lang), "--theme", theme, "--")
	if item.Ref != "" {
		args = append(args, item.Ref)
	}
	return args
}
