package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// place is the number of the shown stage: 4/10.
func (sc *Scene) place() string {
	if sc.S == nil {
		return ""
	}
	return strconv.Itoa(sc.S.Now+1) + "/" + strconv.Itoa(len(sc.S.Stages))
}

// when says which moment is shown.
func (sc *Scene) when() string {
	switch {
	case !sc.Live || sc.Taped && !sc.past():
		return sc.Text.Recorded
	case sc.past():
		return sc.Text.Past
	case sc.Ended:
		return sc.Text.Ended
	}
	return sc.Text.Live
}

// pace says how the run goes on.
func (sc *Scene) pace() string {
	switch {
	case sc.Auto > 0:
		return sc.Text.Auto + " " + secondsOf(sc.Auto)
	case sc.Going:
		return ""
	case sc.gate() != nil:
		return sc.Text.Waiting
	case sc.Live && !sc.past() && !sc.Ended: // nothing holds it
		return sc.Text.Running
	}
	return sc.Text.Paused
}

// secondsOf writes a delay: 5s, 1.5s, 10ms.
func secondsOf(d time.Duration) string {
	if d > 0 && d < 100*time.Millisecond {
		return d.String()
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + "s"
}

// title is the first row: what runs, where in it we are, and whether that is now.
func (sc *Scene) title(w int) string {
	th := sc.Theme
	badge := " " + sc.when() + " "
	right := th.Badge.Of(badge)
	n := Width(badge)
	if p := sc.pace(); p != "" && w >= 60 && (!sc.Ended || sc.Auto > 0) && n+Width(p)+1 < w/2 {
		right = th.Dim.Of(p) + " " + right
		n += Width(p) + 1
	}
	var b strings.Builder
	b.WriteString(" " + th.Accent.Of("glassbox"))
	used := 9
	add := func(text string, st Style) {
		k := Width(text) + 3
		if text == "" || used+k+n+3 > w {
			return
		}
		b.WriteString(th.Faint.Of(" "+th.Glyphs.V+" ") + st.Of(text))
		used += k
	}
	if sc.S != nil {
		h := &sc.S.Header
		add(CutRef(oneLine(h.Image), max(w/3, 10)), th.Strong)
		if st := sc.stage(); st != "" {
			text := sc.place() + " " + oneLine(st)
			if w >= 60 {
				text = sc.Text.Stage + " " + text
			}
			add(text, th.Text)
			add(Story(st, sc.Lang).Title, th.Dim)
		}
		if h.Name != "" && h.Name != h.Image && w >= 60 {
			add(Cut(oneLine(h.Name), 24), th.Dim)
		}
	}
	if used+n+1 > w {
		return Pad(b.String(), w)
	}
	return b.String() + Spaces(w-used-n-1) + right + " "
}

// timeline is a row with a part for each stage, and the shown moment on it.
func (sc *Scene) timeline(w int) string {
	th, g := sc.Theme, sc.Theme.Glyphs
	if sc.S == nil || len(sc.S.Stages) == 0 || w < 20 {
		return Spaces(w)
	}
	var b strings.Builder
	b.WriteString(" ")
	n := len(sc.S.Stages)
	room := w - 2
	now, part := sc.S.Now, sc.within()
	for i := range n {
		k := room*(i+1)/n - room*i/n
		var mark string
		if sc.Breaks[sc.S.Stages[i].Name] {
			mark = th.Error.Of(g.Break)
		} else if i <= now {
			mark = th.Focus.Of(g.HeavyH)
		} else {
			mark = th.Border.Of(g.H)
		}
		switch {
		case i < now:
			b.WriteString(mark + sc.done(i).Of(strings.Repeat(g.HeavyH, k-1)))
		case i > now:
			st := th.Border
			if sc.ran(i) {
				st = th.Dim
			}
			b.WriteString(mark + st.Of(strings.Repeat(g.H, k-1)))
		default:
			at := int(part * float64(k-2))
			b.WriteString(mark + th.Focus.Of(strings.Repeat(g.HeavyH, at)+g.Dot) + th.Border.Of(strings.Repeat(g.H, k-2-at)))
		}
	}
	b.WriteString(" ")
	return b.String()
}

func (sc *Scene) done(i int) Style {
	switch sc.S.Stages[i].State {
	case "failed":
		return sc.Theme.Error
	case "skipped":
		return sc.Theme.Faint
	}
	return sc.Theme.Focus
}

// ran says whether a stage that is not there yet at the shown moment is known to have run.
func (sc *Scene) ran(i int) bool {
	return sc.Newest != nil && i < len(sc.Newest.Stages) && sc.Newest.Stages[i].State != ""
}

// within is how far in its stage the shown moment is, from 0 to 1.
func (sc *Scene) within() float64 {
	st := sc.stage()
	before, all := 0, 0
	for i := range sc.Stops {
		if sc.Stops[i].Stage != st {
			continue
		}
		all++
		if sc.Stops[i].Seq <= sc.S.Seq {
			before++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(before) / float64(all)
}
