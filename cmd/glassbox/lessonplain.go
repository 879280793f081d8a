package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"glassbox/lessons"
	"glassbox/tui"
)

// lessonPlain tells a lesson in words, a line at a time.
type lessonPlain struct {
	p     *lessons.Player
	all   []*lessons.Lesson // in each of its languages
	store lessons.Store
	taped bool // a recording is played
	w     io.Writer
	in    *os.File
	lang  tui.Lang
	auto  time.Duration // negative: a person answers

	lines <-chan string // what the person types
}

// errLeft ends a lesson that the person left: what was done is kept.
type errLeft struct{}

func (errLeft) Error() string { return "the lesson was left" }

// play plays from a step on.
func (v *lessonPlain) play(ctx context.Context, from int) error {
	l := v.p.Lesson
	v.say("%s", clean(l.Title))
	v.prose(l.Intro)
	if v.taped {
		v.say("")
		v.prose(v.t("taped"))
	}
	v.lines = typed(v.in)
	if from > 0 {
		v.say(v.t("going on"), from+1)
		if err := v.p.Reset(ctx, from); err != nil {
			return err
		}
	}
	last := -1
	for {
		s, i := v.p.Peek()
		if s == nil {
			break
		}
		if at := v.p.At(); at != last {
			last = at
			v.say("\n%d/%d %s", at+1, len(l.Steps), clean(s.Title))
		}
		err := v.item(ctx, s, i)
		if _, again := err.(errAgain); again { //nolint:errorlint // it is never wrapped
			v.retell()
			continue
		}
		if _, left := err.(errLeft); left { //nolint:errorlint // it is never wrapped
			v.say("%s", v.t("left"))
			return v.store.Save(v.p.Score)
		}
		if err != nil {
			return err
		}
	}
	v.summary()
	return v.store.Save(v.p.Score)
}

// item plays one item.
func (v *lessonPlain) item(ctx context.Context, s *lessons.Step, i *lessons.Item) error {
	switch {
	case i == nil:
		if _, _, err := v.p.Advance(ctx); err != nil {
			return err
		}
		return v.store.Save(v.p.Score)
	case i.Prose != "":
		v.say("")
		v.prose(i.Prose)
		if err := v.rest(ctx, s, reading(i.Prose)); err != nil {
			return err
		}
	case i.Stop != nil:
		if err := v.enter(ctx, "[Enter] "+tui.StopText(i.Stop, v.lang)); err != nil {
			return err
		}
	case i.Predict != nil:
		if err := v.ask(ctx, s, i.Predict); err != nil {
			return err
		}
	case i.Do != nil:
		v.say("   %s$ %s", v.where(i.Do), strings.ReplaceAll(cleanLines(i.Do.Text), "\n", "\n     "))
		if err := v.enter(ctx, v.t("to run")); err != nil {
			return err
		}
	case i.Check != nil:
		if err := v.task(ctx, s); err != nil {
			return err
		}
	case i.Look != nil:
		if err := v.look(ctx, i.Look); err != nil {
			return err
		}
	}
	verdicts, r, err := v.p.Advance(ctx)
	if r != nil {
		v.result(r)
	}
	for _, one := range verdicts {
		v.verdict(one)
	}
	return err
}

// enter waits for the person, with a prompt.
func (v *lessonPlain) enter(ctx context.Context, prompt string) error {
	if v.auto >= 0 {
		v.say("   %s", prompt)
		return v.sleep(ctx, v.auto)
	}
	for {
		line, err := v.read(ctx, prompt)
		if err != nil || line == "" {
			return err
		}
		if err := v.typed(ctx, line); err != nil {
			return err
		}
	}
}

// typed obeys what a person typed that is no answer: q leaves, g changes the
// language, ! runs on the host, anything else inside.
func (v *lessonPlain) typed(ctx context.Context, line string) error {
	switch line {
	case "q", "ㅂ":
		return errLeft{}
	case "g", "ㅎ":
		return v.language()
	}
	host, outside := strings.CutPrefix(line, "!")
	if outside {
		line = host
	}
	ctx, cancel := context.WithTimeout(ctx, lessons.DefaultTimeout)
	defer cancel()
	r, err := v.p.Machine.Do(ctx, v.p.Now(), lessons.Command{Outside: outside, Text: line})
	if errors.Is(err, lessons.ErrTape) {
		v.say("   ! %s", v.t("not recorded"))
		return nil
	}
	if err != nil {
		v.say("   ! %s", clean(tui.Phrase(err.Error(), v.lang)))
		return nil
	}
	v.result(&r)
	return nil
}

// ask asks a question; an empty line is no answer.
func (v *lessonPlain) ask(ctx context.Context, s *lessons.Step, p *lessons.Predict) error {
	v.say("")
	v.prose("? " + p.Ask)
	for i, c := range p.Choices {
		v.prose(fmt.Sprintf("%d) %s", i+1, c.Text))
	}
	if v.auto >= 0 {
		return v.rest(ctx, s, thinking(s, v.p.Lesson))
	}
	for {
		line, err := v.read(ctx, v.t("answer"))
		if err != nil || line == "" {
			return err
		}
		if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(p.Choices) {
			v.p.Answer(n - 1)
			return nil
		} else if err == nil {
			v.say("   ! %s", fmt.Sprintf(v.t("choices"), len(p.Choices)))
			continue
		}
		if err := v.typed(ctx, line); err != nil {
			return err
		}
	}
}

// read reads one line that the person types. The end of input leaves the lesson.
func (v *lessonPlain) read(ctx context.Context, prompt string) (string, error) {
	fmt.Fprintf(v.w, "   %s > ", prompt)
	select {
	case line, ok := <-v.lines:
		if !ok {
			fmt.Fprintln(v.w)
			return "", errLeft{}
		}
		return strings.TrimSpace(line), nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// typed reads a terminal's lines in a goroutine of its own, so that a signal is
// obeyed meanwhile.
func typed(r io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		s := bufio.NewScanner(r)
		for s.Scan() {
			lines <- s.Text()
		}
	}()
	return lines
}

// rest stays in a talk: as long as the lesson says, or d.
func (v *lessonPlain) rest(ctx context.Context, s *lessons.Step, d time.Duration) error {
	switch {
	case v.auto < 0:
		return nil
	case v.auto > 0:
		d = v.auto
	case s.Timing != nil && s.Timing.Read > 0:
		d = s.Timing.Read
	}
	return v.sleep(ctx, d)
}

func (v *lessonPlain) sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// reading is how long a text is read aloud: 15 characters a second.
func reading(text string) time.Duration {
	return time.Duration(len([]rune(text))) * time.Second / 15
}

// thinking is how long a question stays.
func thinking(s *lessons.Step, l *lessons.Lesson) time.Duration {
	for _, t := range []*lessons.Timing{s.Timing, l.Timing} {
		if t != nil && t.Think > 0 {
			return t.Think
		}
	}
	return 8 * time.Second
}
