package tui

import (
	"strings"
	"sync"
)

// Phrase is a sentence of the engine's in the reader's language: what went wrong, what
// to do about it, why a stage is skipped, why a call is shown and not made, what doctor
// found. A line is a chain, "open /x: permission denied: run as root", of which each
// link is said by itself; one that no form fits stays as it is.
func Phrase(text string, lang Lang) string {
	if lang != KO || text == "" || len(text) > longest {
		return text
	}
	phrasedMu.Lock()
	defer phrasedMu.Unlock()
	if said, ok := phrased[text]; ok {
		return said
	}
	s, lines := newSpeaker(), strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = s.chain(line).text
	}
	if len(phrased) == mostPhrased {
		clear(phrased)
	}
	phrased[text] = strings.Join(lines, "\n")
	return phrased[text]
}

// phrased is what was said last: a screen says the same in each frame.
var (
	phrasedMu sync.Mutex
	phrased   = map[string]string{}
)

const (
	mostPhrased = 64
	mostLinks   = 24      // of a chain; one with more is not looked at link by link
	mostFits    = 1 << 16 // steps for one text: what a stranger wrote must not cost more
)

// What may be wrong with a reading of a line: the one that costs least is said. A link
// that no form fits costs more than a value that holds a ": " within a form, and less
// than a value at the end of a form that swallows the links behind it.
const (
	costWithin  = 1
	costForeign = 10
	costSwallow = 12
)

// speaker says one text in Korean.
type speaker struct {
	forms  []form
	chains map[string]reading
	left   int // steps
}

// reading is what a text says in Korean, and what may be wrong with that.
type reading struct {
	text string
	cost int
}

func newSpeaker() *speaker {
	return &speaker{forms: forms(), chains: map[string]reading{}, left: mostFits}
}

// chain says a chain of links: it tries each way to part it at its ": ".
func (s *speaker) chain(text string) reading {
	if r, ok := s.chains[text]; ok || text == "" {
		return r
	}
	links := strings.Count(text, ": ") + 1
	best := reading{text, costForeign * links}
	if r, ok := s.link(text, false); ok && r.cost < best.cost {
		best = r
	}
	for n, end := 1, 0; n < links && links <= mostLinks; n++ {
		end += strings.Index(text[end:], ": ")
		rest := s.chain(text[end+2:])
		head, ok := s.link(text[:end], true)
		if foreign := costForeign*n + 1; !ok || foreign < head.cost {
			head = reading{text[:end], foreign}
		}
		if cost := head.cost + rest.cost; cost < best.cost {
			best = reading{head.text + ": " + rest.text, cost}
		}
		end += 2
	}
	s.chains[text] = best
	return best
}

// link says one link of a chain by the form that fits best; more says that another
// link follows. Of two that fit as well, it is the one that says more by itself.
func (s *speaker) link(text string, more bool) (best reading, found bool) {
	said := 0
	for i := range s.forms {
		f := &s.forms[i]
		if f.more && !more || !strings.HasPrefix(text, f.en[0]) {
			continue
		}
		r, ok := s.fit(f, 0, text[len(f.en[0]):])
		if ok && (!found || r.cost < best.cost || r.cost == best.cost && f.said > said) {
			r.text = f.ko[0] + r.text
			best, found, said = r, true, f.said
		}
	}
	return best, found
}

// fit fills a form from its n-th gap on, with a text that begins there. What stands in
// a gap is never read as a form itself, unless the gap is an error's.
func (s *speaker) fit(f *form, n int, text string) (best reading, found bool) {
	if n == len(f.err) {
		return reading{}, text == ""
	}
	if s.left--; s.left < 0 {
		return reading{}, false
	}
	next, last := f.en[n+1], n == len(f.err)-1
	for at := until(text, next, 0, last); at >= 0; at = until(text, next, at+1, last) {
		rest, ok := s.fit(f, n+1, text[at+len(next):])
		if !ok {
			continue
		}
		r := s.gap(f.err[n], text[:at], last && next == "")
		if cost := r.cost + rest.cost; !found || cost < best.cost {
			best, found = reading{r.text + f.ko[n+1] + rest.text, cost}, true
		}
		if !f.err[n] && next != "" {
			break
		}
	}
	return best, found
}

// until is where a gap may end: where what comes next stands, from a place on, and at
// the end of the text if that is the form's end; -1 if it may not.
func until(text, next string, from int, last bool) int {
	if last {
		from = max(from, len(text)-len(next))
	}
	if from > len(text) {
		return -1
	}
	if at := strings.Index(text[from:], next); at >= 0 {
		return from + at
	}
	return -1
}

// gap says what stands in a gap.
func (s *speaker) gap(isErr bool, text string, open bool) reading {
	switch {
	case isErr:
		return s.chain(text)
	case open:
		return reading{text, costSwallow * strings.Count(text, ": ")}
	}
	return reading{text, costWithin * strings.Count(text, ": ")}
}
