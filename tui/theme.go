package tui

import "strings"

// Style is one look of text: an SGR sequence, or nothing.
type Style struct {
	on    string
	aside bool // may be left out where there is little room
}

// SGR makes a style from the parameters of one SGR sequence, "1;38;2;1;2;3"; ""
// is the terminal's own look.
func SGR(params string) Style {
	if params == "" {
		return Style{}
	}
	return Style{on: "\x1b[" + params + "m"}
}

// Of returns s in this style. s must hold no style of its own: rows are made of
// pieces side by side, never nested.
func (st Style) Of(s string) string {
	if st.on == "" || s == "" {
		return s
	}
	return st.on + s + "\x1b[m"
}

// Theme holds the looks by what they mean. No look paints a background, and none
// carries meaning alone: a sign stands beside every colour.
type Theme struct {
	Name   string
	Text   Style // what is read
	Strong Style // a heading, the thing that matters in a row
	Dim    Style // labels, what is there but not new
	Faint  Style // sources, hints
	Border Style // frames of what has no focus
	Focus  Style // the frame of what has it
	Accent Style // the present stage, the selected row
	Key    Style // a key in the footer and in help
	Badge  Style // LIVE, PAST: words that must be seen from afar
	Add    Style // + there now, not there before
	Change Style // ~ another value than before
	Remove Style // - gone
	Host   Style // outside
	Inside Style // inside
	Good   Style // done, within limits
	Warn   Style // near a limit, left out
	Error  Style // failed

	// Glyphs are the signs and lines to draw with.
	Glyphs *Glyphs

	light bool // it is known that the terminal's background is light
}

// Themes are the names that --theme takes.
func Themes() []string { return []string{"dark", "light", "16", "none", "contrast"} }

// NewTheme makes the theme of that name; "" and unknown names are dark.
func NewTheme(name string, ascii bool) *Theme {
	var t Theme
	switch name {
	case "light":
		t = light()
	case "16":
		t = sixteen()
	case "none":
		t = none()
	case "contrast":
		t = contrast()
	default:
		name, t = "dark", dark()
	}
	t.Name, t.Glyphs, t.Faint.aside = name, &unicodeGlyphs, true
	if ascii {
		t.Glyphs = &asciiGlyphs
	}
	return &t
}

// onLight is the theme for a background that turned out to be light. A theme that a
// person named is kept, with other colours of the palette where its own vanish there.
func (t *Theme) onLight(picked bool) *Theme {
	x := *t
	x.light = true
	switch {
	case t.Name == "dark" && picked:
		x = *NewTheme("light", t.Glyphs.ASCII)
		x.light = true
	case t.Name == "16":
		x.Focus, x.Accent, x.Host = SGR("34"), SGR("1;34"), SGR("34")
		x.Add, x.Change, x.Good, x.Warn = SGR("34"), SGR("35"), SGR("34"), SGR("1;35")
	case t.Name == "contrast":
		x.Focus, x.Host = SGR("1;34"), SGR("1;34")
		x.Add, x.Change, x.Good, x.Warn = SGR("1;34"), SGR("1;35"), SGR("1;34"), SGR("1;35")
	}
	return &x
}

// bar is the sign of the selected row. It is never reversed: half a cell would become the
// other half.
func (t *Theme) bar() string {
	if t.Name == "contrast" {
		return t.Focus.Of(t.Glyphs.Bar)
	}
	return t.Accent.Of(t.Glyphs.Bar)
}

// next is the theme after this one, in the order of Themes.
func (t *Theme) next() *Theme {
	names := Themes()
	for i, n := range names {
		if n != t.Name {
			continue
		}
		x := NewTheme(names[(i+1)%len(names)], t.Glyphs.ASCII)
		if t.light {
			x = x.onLight(false)
		}
		return x
	}
	return t
}

// focused are the signs of a frame that has the focus: thick where no colour can say it.
func (t *Theme) focused() *Glyphs {
	switch {
	case t.Name != "none":
		return t.Glyphs
	case t.Glyphs.ASCII:
		return &asciiThick
	}
	return &unicodeThick
}

// PickTheme chooses when --theme said nothing: NO_COLOR with any value, a
// terminal without colours, with few, or dark.
func PickTheme(getenv func(string) string) string {
	term := getenv("TERM")
	switch {
	case getenv("NO_COLOR") != "" || term == "dumb" || strings.HasPrefix(term, "vt"):
		return "none"
	case term == "linux" || term == "xterm-16color" || term == "ansi" || term == "screen" || term == "xterm":
		if getenv("COLORTERM") == "" {
			return "16"
		}
	}
	return "dark"
}

// NeedASCII says whether the terminal can't be trusted with lines and blocks.
func NeedASCII(getenv func(string) string) bool {
	if getenv("TERM") == "dumb" || strings.HasPrefix(getenv("TERM"), "vt") {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := getenv(name); v != "" {
			v = strings.ToLower(v)
			return !strings.Contains(v, "utf-8") && !strings.Contains(v, "utf8")
		}
	}
	return false
}

// c256 is a colour of the 256 that terminals agree on: of these, what looks right
// here looks right in a tmux without true colours too.
func c256(n int) string { return "38;5;" + itoa(n) }

func dark() Theme {
	return Theme{
		Text: SGR(""), Strong: SGR("1"), Dim: SGR(c256(249)), Faint: SGR(c256(244)),
		Border: SGR(c256(59)), Focus: SGR(c256(75)), Accent: SGR("1;" + c256(75)),
		Key: SGR("1;" + c256(153)), Badge: SGR("1;7;" + c256(75)),
		Add: SGR(c256(149)), Change: SGR(c256(179)), Remove: SGR(c256(204)),
		Host: SGR(c256(117)), Inside: SGR(c256(183)),
		Good: SGR(c256(149)), Warn: SGR("1;" + c256(179)), Error: SGR("1;" + c256(204)),
	}
}

func light() Theme {
	return Theme{
		Text: SGR(""), Strong: SGR("1"), Dim: SGR(c256(239)), Faint: SGR(c256(243)),
		Border: SGR(c256(249)), Focus: SGR(c256(26)), Accent: SGR("1;" + c256(26)),
		Key: SGR("1;" + c256(24)), Badge: SGR("1;7;" + c256(26)),
		Add: SGR(c256(28)), Change: SGR(c256(94)), Remove: SGR(c256(160)),
		Host: SGR(c256(30)), Inside: SGR(c256(92)),
		Good: SGR(c256(28)), Warn: SGR("1;" + c256(94)), Error: SGR("1;" + c256(160)),
	}
}

// sixteen uses the palette's own colours, and leaves out those that vanish on
// black (blue alone) or on white (white, yellow bright).
func sixteen() Theme {
	return Theme{
		Text: SGR(""), Strong: SGR("1"), Dim: SGR(""), Faint: SGR("2"),
		Border: SGR("2"), Focus: SGR("36"), Accent: SGR("1;36"), Key: SGR("1"), Badge: SGR("1;7"),
		Add: SGR("32"), Change: SGR("33"), Remove: SGR("31"), Host: SGR("36"), Inside: SGR("35"),
		Good: SGR("32"), Warn: SGR("1;33"), Error: SGR("1;31"),
	}
}

// none has weight and no colour, for NO_COLOR and for monochrome screens.
func none() Theme {
	return Theme{
		Strong: SGR("1"), Focus: SGR("1"), Accent: SGR("1"), Key: SGR("1"), Badge: SGR("7"),
		Add: SGR("1"), Change: SGR("1"), Remove: SGR(""), Warn: SGR("1"), Error: SGR("1;7"),
	}
}

// contrast never dims, and takes the palette's strongest colours.
func contrast() Theme {
	return Theme{
		Text: SGR("1"), Strong: SGR("1;4"), Dim: SGR("1"), Faint: SGR(""),
		Border: SGR(""), Focus: SGR("1;33"), Accent: SGR("1;7"), Key: SGR("1;7"), Badge: SGR("1;7"),
		Add: SGR("1;32"), Change: SGR("1;33"), Remove: SGR("1;31"), Host: SGR("1;36"), Inside: SGR("1;35"),
		Good: SGR("1;32"), Warn: SGR("1;33"), Error: SGR("1;7;31"),
	}
}
