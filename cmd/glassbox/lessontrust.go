package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"glassbox/lessons"
	"glassbox/tui"
)

// askTrust shows what a stranger's lesson would run, and asks. Of the further
// languages it shows what they would run otherwise: one can go on in them. Without
// a terminal nobody can answer, and it refuses.
func askTrust(list []*lessons.Lesson, lang tui.Lang) error {
	t := func(key string, args ...any) string { return lessonText(lang, key, args...) }
	fmt.Fprintf(stderr, "%s\n%s\n", t("stranger's"), wishes(list, lang))
	if !term.IsTerminal(os.Stdin.Fd()) {
		return errors.New("a stranger's lesson is not run without a yes: read its commands, then add --trust")
	}
	fmt.Fprint(stderr, t("trust", t("at host")))
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if a := strings.ToLower(strings.TrimSpace(line)); a != "y" && a != "yes" && a != "ㅛ" && a != "네" {
		return errors.New("the lesson was not run")
	}
	return nil
}

// wishes lists what lessons would run, a command a row: where, in which line, what.
func wishes(list []*lessons.Lesson, lang tui.Lang) string {
	t := func(key string, args ...any) string { return lessonText(lang, key, args...) }
	wide := 0
	for _, l := range list {
		for _, r := range l.Will() {
			wide = max(wide, tui.Width(t("line", r.Line)))
		}
	}
	var b strings.Builder
	shown := map[lessons.Wish]bool{}
	for _, l := range list {
		fmt.Fprintf(&b, "\n%s: %s\n", clean(l.File), clean(l.Title))
		for _, r := range l.Will() {
			key := lessons.Wish{Where: r.Where, Text: r.Text}
			if l != list[0] && shown[key] {
				continue
			}
			shown[key] = true
			head := "  " + pad(t("at "+r.Where), 7) + " " + pad(t("line", r.Line), wide) + " "
			fmt.Fprintf(&b, "%s%s\n", head, strings.ReplaceAll(cleanLines(r.Text), "\n", "\n"+strings.Repeat(" ", tui.Width(head))))
		}
	}
	return b.String()
}
