package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"glassbox/lessons"
	"glassbox/tui"
)

func lessonList() *cobra.Command {
	f := &lessonFlags{}
	c := &cobra.Command{
		Use: "list", Short: "List the lessons that came with glassbox, and how far you are", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listLessons(cmd.OutOrStdout(), f.language(), f.json)
		},
	}
	c.Flags().StringVar(&f.lang, "lang", "", "`LANG`: en or ko; by default as the locale says")
	c.Flags().BoolVar(&f.json, "json", false, "a report for machines")
	return c
}

// listed is one lesson of a list.
type listed struct {
	Number  int      `json:"number"`
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Minutes int      `json:"minutes"`
	Level   string   `json:"level"`
	Tags    []string `json:"tags,omitempty"`
	Steps   int      `json:"steps"`
	Step    int      `json:"step"` // that are done
	Done    bool     `json:"done"`
}

// listLessons lists the shipped lessons in a language.
func listLessons(w io.Writer, lang string, machine bool) error {
	store, err := lessons.DefaultStore()
	if err != nil {
		return err
	}
	var list []listed
	for _, dir := range lessons.Shipped() {
		set, err := lessons.Open(dir)
		if err != nil {
			return err
		}
		l := set.In(lang)
		e := listed{Number: l.Number, Name: l.Name, Title: l.Title, Minutes: l.Minutes, Level: l.Level, Tags: l.Tags, Steps: len(l.Steps)}
		if s, err := store.Load(l.Name); err == nil && s != nil {
			e.Step, e.Done = min(s.Step, e.Steps), s.Done
		}
		list = append(list, e)
	}
	if machine {
		j := json.NewEncoder(w)
		j.SetIndent("", "  ")
		return j.Encode(list)
	}
	for _, e := range list {
		state := ""
		switch {
		case e.Done:
			state = "+"
		case e.Step > 0:
			state = fmt.Sprintf("%d/%d", e.Step, e.Steps)
		}
		fmt.Fprintf(w, "%2d  %s %s %5s  %s\n", e.Number, pad(e.Name, 12), pad(fmt.Sprintf("%d min", e.Minutes), 7), state, e.Title)
	}
	return nil
}

// pad fills a text up to a number of cells.
func pad(s string, cells int) string { return s + strings.Repeat(" ", max(0, cells-tui.Width(s))) }

func lessonShow() *cobra.Command {
	f := &lessonFlags{}
	c := &cobra.Command{
		Use: "show NAME|FILE", Short: "Print a lesson, and what it would run", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := lessons.Open(args[0])
			if err != nil {
				return lessonError(err)
			}
			showLesson(cmd.OutOrStdout(), set.In(f.language()), pickLang(f.lang))
			return nil
		},
	}
	c.Flags().StringVar(&f.lang, "lang", "", "`LANG`: en or ko; by default as the locale says")
	return c
}

// showLesson prints a lesson to be read, without its answers.
func showLesson(w io.Writer, l *lessons.Lesson, lang tui.Lang) {
	fmt.Fprintf(w, "%s\n%s\n", clean(l.Title), tui.LessonFacts(l, lang))
	if len(l.Tags) > 0 {
		fmt.Fprintln(w, clean(strings.Join(l.Tags, " ")))
	}
	fmt.Fprintln(w)
	for _, line := range prose(l.Intro, 78) {
		fmt.Fprintln(w, line)
	}
	for i, s := range l.Steps {
		fmt.Fprintf(w, "\n%d. %s\n", i+1, clean(s.Title))
		for _, item := range s.Items {
			switch {
			case item.Prose != "":
				for _, line := range prose(item.Prose, 78) {
					fmt.Fprintln(w, line)
				}
			case item.Predict != nil:
				fmt.Fprintf(w, "   ? %s\n", clean(item.Predict.Ask))
			}
		}
	}
	fmt.Fprintln(w)
	for _, r := range l.Will() {
		fmt.Fprintf(w, "%s %s\n", pad(lessonWord(lang, "at "+r.Where), 7), strings.ReplaceAll(cleanLines(r.Text), "\n", "\n        "))
	}
}

// lessonError is the error of a lesson that is badly written: its faults, a line each.
func lessonError(err error) error {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		say(line)
	}
	return ended{125}
}

func lessonSchema() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "Print the JSON schema of a lesson's front matter and blocks", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, err := lessons.Schema()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", b)
			return err
		},
	}
}

func lessonNew() *cobra.Command {
	f := &lessonFlags{}
	c := &cobra.Command{
		Use: "new NAME", Short: "Write a commented lesson to begin with", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := lessons.New(".", args[0])
			if err != nil {
				return err
			}
			for _, f := range files {
				fmt.Fprintln(cmd.OutOrStdout(), f)
			}
			fmt.Fprintln(cmd.ErrOrStderr(), lessonText(pickLang(f.lang), "written", args[0], lessons.TapeFile))
			return nil
		},
	}
	f.speaks(c.Flags())
	return c
}

// lessonItems are the shipped lessons for the home screen.
func lessonItems(lang tui.Lang) []tui.Item {
	var list []tui.Item
	for _, dir := range lessons.Shipped() {
		set, err := lessons.Open(dir)
		if err != nil {
			continue // a test loads them all
		}
		l := set.In(string(lang))
		list = append(list, tui.Item{Kind: tui.OpenLesson, Ref: l.Name, Detail: l.Title})
	}
	return list
}

func lessonImport() *cobra.Command {
	f := &lessonFlags{}
	c := &cobra.Command{
		Use: "import FOLDER [NAME]", Short: "Make a lesson of a Killercoda scenario", Args: cobra.RangeArgs(1, 2),
		Long: `Make a lesson of a Killercoda scenario's folder (index.json, texts, verify scripts), in a new
directory. What a scenario has not, such as solutions, is named: a person has to write it.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			name := filepath.Base(filepath.Clean(args[0]))
			if len(args) == 2 {
				name = args[1]
			}
			file, todo, err := lessons.Import(args[0], ".", name)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), file)
			lang := pickLang(f.lang)
			for _, what := range todo {
				fmt.Fprintln(cmd.ErrOrStderr(), lessonText(lang, "to do", clean(tui.Phrase(what, lang))))
			}
			return nil
		},
	}
	f.speaks(c.Flags())
	return c
}
