package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/charmbracelet/x/term"

	"glassbox/lessons"
	"glassbox/tui"
)

// taped plays a lesson's recording: on any system, without privileges. How far
// the learner is in it is kept apart: a recording counts for nothing.
func (f *startFlags) taped(ctx context.Context, what string, set *lessons.Set, l *lessons.Lesson) error {
	m, err := lessons.OpenTape(l)
	if err != nil {
		return fmt.Errorf("%w: %s", err, lessonText(tui.EN, "read it", what))
	}
	return f.playTape(ctx, set, l, m)
}

func (f *startFlags) playTape(ctx context.Context, set *lessons.Set, l *lessons.Lesson, m *lessons.Taped) error {
	store, err := lessons.DefaultStore()
	if err != nil {
		return err
	}
	store.Dir = filepath.Join(store.Dir, "recorded")
	p := lessons.NewPlayer(l, m)
	from, err := f.from(store, p, set.Lessons)
	if err != nil {
		return err
	}
	play := lessonPlay{p: p, all: set.Lessons, store: store, from: from, taped: true}
	if f.onScreen() {
		err = f.screen(ctx, play, func(run string) (tui.LiveRun, bool) {
			path, ok := m.Journal(run)
			return tui.LiveRun{Journal: path}, ok
		})
	} else {
		err = f.words(ctx, play)
	}
	return errors.Join(err, p.Close(context.WithoutCancel(ctx)))
}

// lacking says what a lesson needs and this machine has not, and offers its
// recording instead. what is how the person named it.
func (f *startFlags) lacking(ctx context.Context, what string, set *lessons.Set, l *lessons.Lesson, lacks []string) error {
	t := func(key string, args ...any) string { return lessonText(pickLang(f.lang), key, args...) }
	say(t("not here", l.Name))
	for _, w := range lacks {
		say("  " + w)
	}
	m, err := lessons.OpenTape(l)
	if err != nil {
		say(t("instead", t("read it", what)))
		return ended{125}
	}
	if !term.IsTerminal(os.Stdin.Fd()) {
		say(t("instead", t("play the tape", what)))
		return ended{125}
	}
	fmt.Fprint(stderr, t("offer"))
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if a := strings.ToLower(strings.TrimSpace(line)); a != "" && a != "y" && a != "yes" && a != "ㅛ" && a != "네" {
		return ended{125}
	}
	return f.playTape(ctx, set, l, m)
}
