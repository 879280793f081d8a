package tui

// Mode is how much fits on the screen.
type Mode int

// The modes, from the smallest.
const (
	Words     Mode = iota // a plain sentence
	Tabs                  // one part at a time
	Two                   // the rail, and one or two parts
	Three                 // the rail, what happens, and a pane
	Projector             // --talk
)

// Rect is a part of the screen, in cells.
type Rect struct{ X, Y, W, H int }

// empty says that there is no room for the part.
func (r Rect) empty() bool { return r.W <= 0 || r.H <= 0 }

// Layout is where everything is.
type Layout struct {
	Mode                                       Mode
	W, H                                       int
	Title, Timeline, Rail, Story, Pane, Footer Rect
}

// The sizes from which a mode is used, and those of its parts, in cells.
const (
	threeFrom   = 150
	twoFrom     = 72
	tabsFrom    = 40
	lowest      = 8  // rows; below: a sentence
	stackedFrom = 32 // rows from which two columns show two parts at once
	lineFrom    = 27 // rows from which there is a timeline
	railWide    = 26
	railNarrow  = 21
)

// layout places the parts on a screen of w×h cells. It is the only place where
// that is decided.
func layout(w, h int, focus Focus, zoom, talk bool) Layout {
	l := Layout{W: w, H: h}
	switch {
	case w < tabsFrom || h < lowest:
		l.Mode = Words
		return l
	case talk && w >= twoFrom && h >= 16:
		l.Mode = Projector
	case w >= threeFrom:
		l.Mode = Three
	case w >= twoFrom:
		l.Mode = Two
	default:
		l.Mode = Tabs
	}
	l.Title = Rect{0, 0, w, 1}
	l.Footer = Rect{0, h - 1, w, 1}
	body := Rect{0, 1, w, h - 2}
	if h >= lineFrom && !talk {
		l.Timeline = Rect{0, 1, w, 1}
		body.Y, body.H = 2, h-3
	}
	l.place(body, focus, zoom)
	return l
}

func (l *Layout) place(body Rect, focus Focus, zoom bool) {
	switch {
	case l.Mode == Projector:
		l.projector(body, focus, zoom)
	case zoom || l.Mode == Tabs:
		l.single(body, focus)
	case l.Mode == Two:
		l.Rail, body = body.left(railNarrow)
		switch {
		case body.H >= stackedFrom-3:
			l.Story, l.Pane = body.top(min(body.H*45/100, 22))
		case focus == OnPane:
			l.Pane = body
		default:
			l.Story = body
		}
	default:
		l.Rail, body = body.left(railWide)
		l.Story, l.Pane = body.left(body.W * 43 / 100)
	}
}

func (l *Layout) single(body Rect, focus Focus) {
	switch focus {
	case OnRail:
		l.Rail = body
	case OnStory:
		l.Story = body
	default:
		l.Pane = body
	}
}

// projector leaves a margin, since projectors cut edges off.
func (l *Layout) projector(body Rect, focus Focus, zoom bool) {
	l.Title = Rect{0, 0, l.W, 7}
	if l.H < 26 {
		l.Title.H = 2
	}
	body.Y, body.H = l.Title.H, l.H-1-l.Title.H
	if zoom {
		l.single(body, focus)
		return
	}
	l.Story, l.Pane = body.top(body.H * 55 / 100)
}

func (r Rect) left(w int) (a, b Rect) {
	w = min(w, r.W)
	return Rect{r.X, r.Y, w, r.H}, Rect{r.X + w, r.Y, r.W - w, r.H}
}

func (r Rect) top(h int) (a, b Rect) {
	h = min(h, r.H)
	return Rect{r.X, r.Y, r.W, h}, Rect{r.X, r.Y + h, r.W, r.H - h}
}
