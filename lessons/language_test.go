package lessons

import (
	"context"
	"strings"
	"testing"
)

// TestSwitch goes on in another language at each item of a lesson: the machine is
// asked the same, and the score is in the last language's words.
func TestSwitch(t *testing.T) {
	const body = "\n## One\n\nProse.\n" + question + "\nMore.\n\n```stop\nat: running\n```\n\n## Two\n" + task + "\nThe end.\n"
	ko := strings.NewReplacer("One", "하나", "Prose.", "", "Same?", "같을까요?", "it is the same", "같다", "it is another", "다르다", "one call makes it all", "한 번에", "\nMore.\n", "", "Two", "둘", "The end.", "끝.").Replace(body)
	for at := range 9 {
		f := newFake()
		f.facts["outside proc.ns.net"], f.facts["outside host.ns.net"] = "net:[1]", "net:[1]"
		en, ko := lesson(t, body), lesson(t, ko)
		en.Lang, ko.Lang = "en", "ko"
		p := NewPlayer(en, f)
		ctx := context.Background()
		for n := 0; ; n++ {
			if n == at {
				if err := p.Switch(ko); err != nil {
					t.Fatal(err)
				}
			}
			s, i := p.Peek()
			if s == nil {
				break
			}
			if i != nil && i.Predict != nil {
				p.Answer(1)
			}
			if i != nil && i.Check != nil {
				if _, err := p.Solve(ctx); err != nil {
					t.Fatal(err)
				}
				if _, ok, err := p.Check(ctx); !ok || err != nil {
					t.Fatalf("the task is not done: %v", err)
				}
			}
			if _, _, err := p.Advance(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := strings.Join(f.did, "; "), "start main; go main running; do main make x; do main has x"; got != want {
			t.Errorf("at %d: the machine was asked %q", at, got)
		}
		a := p.Score.Answers
		if len(a) != 1 || a[0].Ask != "같을까요?" || a[0].Chosen != "다르다" || a[0].Right != "같다" || a[0].Wrong != "한 번에" || p.Score.Tasks[0].Title != "둘" || !p.Score.Done {
			t.Errorf("at %d: %+v", at, p.Score)
		}
	}
	if err := NewPlayer(lesson(t, body), newFake()).Switch(lesson(t, "\n## One\n"+task)); err == nil {
		t.Error("another lesson was taken for another language")
	}
}

// TestResumeInAnotherLanguage: what was answered in one language is told in the other.
func TestResumeInAnotherLanguage(t *testing.T) {
	en, ko := lesson(t, "\n## One\n"+question), lesson(t, strings.NewReplacer("Same?", "\"같을까요?\"", "it is another", "다르다").Replace("\n## 하나\n\n말.\n"+question))
	en.Lang, ko.Lang = "en", "ko"
	old := NewScore(en)
	q := en.Steps[0].Items[0].Predict
	old.predicted(0, Verdict{Predict: q, Chosen: 1, Right: 0})
	p := NewPlayer(ko, newFake())
	p.Resume(old, []*Lesson{en, ko})
	if a := p.Score.Answers[0]; a.Ask != "같을까요?" || a.Chosen != "다르다" || a.Line != ko.Steps[0].Items[1].Line {
		t.Errorf("%+v", a)
	}
}
