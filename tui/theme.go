package tui

import "strings"

// Style is one look of text: an SGR sequence, or nothing.
type Style struct{ on string }

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
	t.Name, t.Glyphs = name, &unicodeGlyphs
	if ascii {
		t.Glyphs = &asciiGlyphs
	}
	return &t
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

func rgb(hex string) string {
	v := func(i int) int { return nibble(hex[i])<<4 | nibble(hex[i+1]) }
	var b strings.Builder
	b.WriteString("38;2")
	for i := 0; i < 6; i += 2 {
		b.WriteByte(';')
		b.WriteString(itoa(v(i)))
	}
	return b.String()
}

func nibble(c byte) int {
	if c >= 'a' {
		return int(c-'a') + 10
	}
	return int(c - '0')
}

func dark() Theme {
	return Theme{
		Text: SGR(""), Strong: SGR("1"), Dim: SGR(rgb("9aa5ba")), Faint: SGR(rgb("6b7589")),
		Border: SGR(rgb("414a5e")), Focus: SGR(rgb("7aa2f7")), Accent: SGR("1;" + rgb("7aa2f7")),
		Key: SGR("1;" + rgb("c0caf5")), Badge: SGR("1;7;" + rgb("7aa2f7")),
		Add: SGR(rgb("9ece6a")), Change: SGR(rgb("e5b567")), Remove: SGR(rgb("f7768e")),
		Host: SGR(rgb("7dcfff")), Inside: SGR(rgb("c39bff")),
		Good: SGR(rgb("9ece6a")), Warn: SGR("1;" + rgb("e5b567")), Error: SGR("1;" + rgb("ff7a93")),
	}
}

func light() Theme {
	return Theme{
		Text: SGR(""), Strong: SGR("1"), Dim: SGR(rgb("515a6b")), Faint: SGR(rgb("747d8f")),
		Border: SGR(rgb("a9b1c1")), Focus: SGR(rgb("1d5fd0")), Accent: SGR("1;" + rgb("1d5fd0")),
		Key: SGR("1;" + rgb("243b73")), Badge: SGR("1;7;" + rgb("1d5fd0")),
		Add: SGR(rgb("1f7a1f")), Change: SGR(rgb("8f5a00")), Remove: SGR(rgb("b81f38")),
		Host: SGR(rgb("006b8a")), Inside: SGR(rgb("7430b5")),
		Good: SGR(rgb("1f7a1f")), Warn: SGR("1;" + rgb("8f5a00")), Error: SGR("1;" + rgb("b81f38")),
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
