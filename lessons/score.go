package lessons

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Score is how far a learner is in a lesson, and how it went: what is kept.
type Score struct {
	Format  int       `json:"format"` // of this record: 1
	Lesson  string    `json:"lesson"`
	Title   string    `json:"title"`
	Lang    string    `json:"lang,omitempty"`
	Form    string    `json:"form"` // a digest of the steps and blocks: another one is another lesson
	Steps   int       `json:"steps"`
	Step    int       `json:"step"` // how many are done
	Started time.Time `json:"started"`
	Updated time.Time `json:"updated"`
	Done    bool      `json:"done"`
	Answers []Mark    `json:"answers,omitempty"`
	Tasks   []Task    `json:"tasks,omitempty"`

	titles []string // of the steps
}

// Mark is one question with the answer that was given first.
type Mark struct {
	Step   int    `json:"step"` // from 1
	Line   int    `json:"line"`
	Ask    string `json:"ask"`
	Chosen string `json:"chosen,omitempty"` // "": none
	Right  string `json:"right"`
	Wrong  string `json:"wrong,omitempty"` // the misconception, where the answer was not right
	Read   string `json:"read"`            // the value that decided
	Source string `json:"source"`
	OK     bool   `json:"ok"`
}

// Task is one check.
type Task struct {
	Step   int    `json:"step"` // from 1
	Title  string `json:"title"`
	Tries  int    `json:"tries"`
	Hints  int    `json:"hints"`
	Shown  bool   `json:"shown,omitempty"` // the solution was asked for
	Solved bool   `json:"solved"`
}

// NewScore is a lesson's score before its first step.
func NewScore(l *Lesson) *Score {
	now := time.Now().UTC().Truncate(time.Second)
	return &Score{Format: 1, Lesson: l.Name, Title: l.Title, Lang: l.Lang, Form: l.form(), Steps: len(l.Steps), Started: now, Updated: now, titles: l.titles()}
}

// Resume makes an earlier score of the same lesson this one's; all are the lesson's
// languages.
func (p *Player) Resume(s *Score, all []*Lesson) {
	for _, l := range all {
		if l.Lang == s.Lang && l != p.Lesson {
			s.translate(l, p.Lesson)
		}
	}
	s.Lang, s.titles = p.Lesson.Lang, p.Lesson.titles()
	p.Score = s
}

func (l *Lesson) titles() []string {
	list := make([]string, len(l.Steps))
	for i := range l.Steps {
		list[i] = l.Steps[i].Title
	}
	return list
}

// form is a digest of what the languages of a lesson have in common.
func (l *Lesson) form() string {
	h := sha256.New()
	for i := range l.Steps {
		for _, b := range skeleton(&l.Steps[i]) {
			fmt.Fprintf(h, "%d %s %s\n", i, b.kind, b.text)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

func (s *Score) stepDone(step int) {
	s.Step = max(s.Step, step+1)
	s.Done = s.Step >= s.Steps
	s.touch()
}

// predicted keeps the first answer to each question.
func (s *Score) predicted(step int, v Verdict) {
	m := Mark{Step: step + 1, Line: v.Predict.Line, Ask: v.Predict.Ask, Right: v.Predict.Choices[v.Right].Text, Read: shorten(v.Value.Text), Source: v.Value.Source}
	if v.Chosen >= 0 && v.Chosen < len(v.Predict.Choices) {
		c := v.Predict.Choices[v.Chosen]
		m.Chosen, m.OK = c.Text, v.Chosen == v.Right
		if !m.OK {
			m.Wrong = c.Wrong
		}
	}
	for i := range s.Answers {
		if s.Answers[i].Line == m.Line && s.Answers[i].Step == m.Step {
			if s.Answers[i].Chosen == "" {
				s.Answers[i] = m
			}
			return
		}
	}
	s.Answers = append(s.Answers, m)
	s.touch()
}

func (s *Score) task(step int) *Task {
	s.touch()
	for i := range s.Tasks {
		if s.Tasks[i].Step == step+1 {
			return &s.Tasks[i]
		}
	}
	t := Task{Step: step + 1}
	if step < len(s.titles) {
		t.Title = s.titles[step]
	}
	s.Tasks = append(s.Tasks, t)
	return &s.Tasks[len(s.Tasks)-1]
}

func (s *Score) tried(step, hints int, ok bool) {
	t := s.task(step)
	t.Tries++
	t.Hints = max(t.Hints, hints)
	t.Solved = t.Solved || ok
}

func (s *Score) hinted(step, hints int) {
	t := s.task(step)
	t.Hints = max(t.Hints, hints)
}

func (s *Score) shown(step int) { s.task(step).Shown = true }

func (s *Score) touch() { s.Updated = time.Now().UTC().Truncate(time.Second) }
