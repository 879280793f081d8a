package main

import (
	"context"
	"strings"

	"glassbox/lessons"
	"glassbox/tui"
)

// task waits until the check passes, or the person goes on without.
func (v *lessonPlain) task(ctx context.Context, s *lessons.Step) error {
	for {
		line := "s"
		if v.auto < 0 {
			var err error
			if line, err = v.read(ctx, v.t("task")); err != nil {
				return err
			}
		}
		switch line {
		case "h", "ㅗ":
			text, left, ok := v.p.Hint()
			if !ok {
				v.say("   %s", v.t("no hint"))
				continue
			}
			v.prose(text)
			v.say(v.t("hints left"), left)
			continue
		case "s", "ㄴ":
			v.say("   %s$ %s", v.where(s.Solve), strings.ReplaceAll(cleanLines(s.Solve.Text), "\n", "\n     "))
			r, err := v.p.Solve(ctx)
			if err != nil {
				v.say("   ! %s", clean(tui.Phrase(err.Error(), v.lang)))
				continue
			}
			v.result(r)
		case "x", "ㅌ":
			return nil
		case "":
		default:
			if err := v.typed(ctx, line); err != nil {
				return err
			}
			continue
		}
		r, ok, err := v.p.Check(ctx)
		if err != nil {
			v.say("   ! %s", clean(tui.Phrase(err.Error(), v.lang)))
		} else {
			v.checked(r, ok)
		}
		if ok || v.auto >= 0 {
			return err
		}
	}
}
