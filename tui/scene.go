package tui

import (
	"strings"
	"time"
	"unicode/utf8"

	"glassbox/runtime/journal"
)

// Scene is all that a frame is drawn from: what is known, where in it we are,
// and how it is to look. Nothing else goes in, and drawing changes nothing but
// what only drawing knows (how far a pane can be scrolled).
type Scene struct {
	S      *journal.State // the moment that is shown
	Newest *journal.State // the newest that was read
	Steps  []Step         // the ends of the stages that ran
	Stops  []journal.Stop
	At     uint64 // the event that is shown; 0 follows the newest

	Live     bool // there is a run behind it
	Taped    bool // the run is a recording's that grows as a lesson goes on
	InLesson bool // it is a lesson's run, and the lesson is one key away
	Page     bool // a lesson's page stands beside it, and most keys are the lesson's
	Ended    bool // its journal is closed
	Reading  bool // the file is being read for the first time
	Damaged  int
	Fell     bool // a recording took over from a failed run

	Auto   time.Duration // 0: paused
	Speed  time.Duration // what auto goes back to
	Breaks map[string]bool
	Notice Notice

	Theme *Theme
	Lang  Lang
	Text  *Text

	Focus  Focus
	Rail   int // the selected stage
	Pane   int
	Zoom   bool
	Diff   bool
	Talk   bool
	Blank  bool
	Going  bool // the person stopped the run: what is left is to undo it
	Search string
	Lit    Lit // what a lesson points at
	Panes  [paneCount]View
	Story  View

	Calls CallList // the calls up to At, more than a State keeps
	Dirs  Dirs     // directories of the container that were opened
	Mouse bool

	memo   memo
	veil   *veil // what is hidden; nil: nothing
	next   *veil // what is hidden of what a later step asks; nil: nothing
	hung   hung  // for which place of the lesson these are
	pinned bool  // the person chose the pane: it stays when the stage changes
}

// Focus is which part of the screen the keys go to.
type Focus int

// The parts of the screen that can have the focus.
const (
	OnRail Focus = iota
	OnStory
	OnPane
	focusCount
)

// Notice is a sentence that stands in the footer until something else is done.
type Notice struct {
	Text  string
	Error bool
}

// fault is the notice of an error.
func fault(err error, lang Lang) Notice {
	return Notice{Text: Clean(Phrase(short(err.Error()), lang)), Error: true}
}

// View is where in a pane we are.
type View struct {
	Top    int // the first row shown
	Cursor int // the selected line
	moved  bool
}

// Step is the end of a stage: where stepping stage by stage stops.
type Step struct {
	Seq   uint64
	Stage string
}

// past says whether an older moment than the newest of a live run is shown.
func (sc *Scene) past() bool { return sc.Live && sc.At != 0 }

// gate is the gate that the run waits at now, or nil; a recording waits for nobody, and
// so does a run that is stopped: what its journal says last may be that it waits.
func (sc *Scene) gate() *journal.Gate {
	if !sc.Live || sc.past() || sc.Newest == nil || sc.Going || sc.Ended {
		return nil
	}
	return sc.Newest.Gate
}

// running says that what is shown is the program at work: it waits for no key.
func (sc *Scene) running() bool {
	if !sc.Live || sc.past() || sc.Newest == nil || sc.Going || sc.Ended || sc.gate() != nil {
		return false
	}
	st := sc.Newest.Current()
	return st != nil && st.Name == "exec" && st.State == journal.Done
}

// hasTerminal says that the program has a terminal of its own: only then is there a
// /dev/console.
func (sc *Scene) hasTerminal() bool {
	f := sc.Newest.Facts[journal.Key{Fact: factMountinfo, Side: journal.Inside}]
	return strings.Contains(raw(&f.Value), " /dev/console ")
}

// stage is the name of the stage that is shown, "" before the first.
func (sc *Scene) stage() string {
	if sc.S == nil {
		return ""
	}
	if st := sc.S.Current(); st != nil {
		return st.Name
	}
	return ""
}

// fact is a fact with what the shown stage did to it.
func (sc *Scene) fact(name string, side journal.Side) (f journal.Fact, mark byte, ok bool) {
	f, ok = sc.S.Facts[journal.Key{Fact: name, Side: side}]
	return f, markOf(f, sc.stage()), ok
}

// ended says that the container's first process is no more.
func (sc *Scene) ended() bool {
	return sc.S.Facts[journal.Key{Fact: factStatus, Side: journal.Outside}].Gone
}

// markOf is the sign of what a stage did to a fact: + ~ - or a blank.
func markOf(f journal.Fact, stage string) byte {
	switch {
	case f.Seq == 0 || f.Stage != stage:
		return ' '
	case f.Gone:
		return '-'
	case f.Was == nil:
		return '+'
	case f.Was.Err == f.Value.Err && raw(f.Was) == raw(&f.Value): // it went and came back
		return ' '
	}
	return '~'
}

// mostText is how much of one fact a pane looks at, in bytes: kernel files are
// shorter, and a stranger's recording may say anything.
const mostText = 256 << 10

// raw is what a fact said, "" if it is not there. Nothing is copied.
func raw(v *journal.Value) string {
	if v == nil {
		return ""
	}
	if v.Text != nil {
		return (*v.Text)[:min(len(*v.Text), mostText)]
	}
	return string(v.B64[:min(len(v.B64), mostText)])
}

// text is a fact's text on a side, "" if it was not read or is gone.
func (sc *Scene) text(name string, side journal.Side) string {
	f, ok := sc.S.Fact(name, side)
	if !ok {
		return ""
	}
	return raw(&f.Value)
}

// was is what a fact said before the shown stage; its present text if that did not change it.
func (sc *Scene) was(name string, side journal.Side) string {
	f, mark, ok := sc.fact(name, side)
	if !ok || mark == '+' {
		return ""
	}
	if mark == ' ' {
		if f.Gone {
			return ""
		}
		return raw(&f.Value)
	}
	return raw(f.Was)
}

// markStyle is the colour beside a sign.
func (t *Theme) markStyle(mark byte) Style {
	switch mark {
	case '+':
		return t.Add
	case '~':
		return t.Change
	case '-':
		return t.Remove
	}
	return t.Text
}

// longest is how much of one line is shown, in bytes.
const longest = 4096

// short cuts a line that is longer than anybody reads.
func short(s string) string {
	if len(s) <= longest {
		return s
	}
	n := longest
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// oneLine is foreign text on one row: cleaned, newlines as blanks.
func oneLine(s string) string {
	s = short(strings.TrimRight(s, "\n"))
	if strings.IndexByte(s, '\n') >= 0 {
		s = strings.ReplaceAll(s, "\n", " ")
	}
	return Clean(s)
}

// Where a gate is: see journal.Gate.
const (
	atStage   = "stage"
	atCall    = "call"
	atFailure = "failure"
)
