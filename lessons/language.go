package lessons

import "fmt"

// Switch goes on in another language of the same lesson. The step, the answers
// and what was done stay as they are.
func (p *Player) Switch(to *Lesson) error {
	from := p.Lesson
	if from.form() != to.form() {
		return fmt.Errorf("%s is not the lesson that is played in another language", to.File)
	}
	p.Score.translate(from, to)
	twins := from.Twins(to)
	for i := range p.due {
		p.due[i].p = twins[p.due[i].p]
	}
	if p.step < len(from.Steps) {
		p.item = from.Steps[p.step].Twin(p.item, &to.Steps[p.step])
	}
	p.Lesson = to
	return nil
}

// Twin is where a step's item is in another language: the same block, or the
// prose before the same block, which a language may do without.
func (s *Step) Twin(item int, to *Step) int {
	blocks := 0
	for _, i := range s.Items[:min(item, len(s.Items))] {
		if i.Prose == "" {
			blocks++
		}
	}
	prose := item < len(s.Items) && s.Items[item].Prose != ""
	for k := range to.Items {
		switch {
		case to.Items[k].Prose != "":
			if blocks == 0 && prose {
				return k
			}
		case blocks == 0:
			return k
		default:
			blocks--
		}
	}
	return len(to.Items)
}

// Twins are a lesson's questions in another language.
func (l *Lesson) Twins(to *Lesson) map[*Predict]*Predict {
	m := map[*Predict]*Predict{}
	for i := range l.Steps {
		for k := range l.Steps[i].Items {
			if q := l.Steps[i].Items[k].Predict; q != nil {
				m[q] = to.Steps[i].Items[l.Steps[i].Twin(k, &to.Steps[i])].Predict
			}
		}
	}
	return m
}

// translate puts what a score says into another language of its lesson. Answers
// to questions that are no more where they were stay as they are.
func (s *Score) translate(from, to *Lesson) {
	s.Lang, s.Title, s.titles = to.Lang, to.Title, to.titles()
	for i := range s.Tasks {
		if at := s.Tasks[i].Step - 1; at >= 0 && at < len(s.titles) {
			s.Tasks[i].Title = s.titles[at]
		}
	}
	twins := from.Twins(to)
	for i := range s.Answers {
		m := &s.Answers[i]
		if m.Step < 1 || m.Step > len(from.Steps) {
			continue
		}
		for _, item := range from.Steps[m.Step-1].Items {
			if item.Predict != nil && item.Line == m.Line {
				m.translate(item.Predict, twins[item.Predict])
				break
			}
		}
	}
}

// translate puts an answer into the words of another language's question.
func (m *Mark) translate(from, to *Predict) {
	m.Line, m.Ask = to.Line, to.Ask
	was := *m
	for i := range from.Choices {
		a, b := &from.Choices[i], &to.Choices[i]
		if a.Text == was.Right {
			m.Right = b.Text
		}
		if a.Text == was.Chosen {
			m.Chosen = b.Text
			if was.Wrong != "" {
				m.Wrong = b.Wrong
			}
		}
	}
}
