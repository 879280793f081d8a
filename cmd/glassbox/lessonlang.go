package main

import "glassbox/tui"

// errAgain has what comes next told again: the language was changed.
type errAgain struct{}

func (errAgain) Error() string { return "the language was changed" }

// language goes on in the lesson's next language.
func (v *lessonPlain) language() error {
	for _, l := range v.all {
		if l == v.p.Lesson {
			continue
		}
		if err := v.p.Switch(l); err != nil {
			return err
		}
		v.lang = tui.ParseLang(l.Lang)
		return errAgain{}
	}
	v.say("   %s", v.t("one language"))
	return nil
}

// retell tells what the step said until here.
func (v *lessonPlain) retell() {
	s, next := v.p.Peek()
	if s == nil {
		return
	}
	v.say("\n%d/%d %s", v.p.At()+1, len(v.p.Lesson.Steps), clean(s.Title))
	for i := range s.Items {
		if &s.Items[i] == next {
			return
		}
		if s.Items[i].Prose != "" {
			v.say("")
			v.prose(s.Items[i].Prose)
		}
	}
}
