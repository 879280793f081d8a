package tui

import "strconv"

// Glyphs are the signs that rows are drawn with, each one cell wide.
type Glyphs struct {
	ASCII bool

	// Lines and corners of frames, and joints of trees.
	H, V, TopLeft, TopRight, BottomLeft, BottomRight string
	TeeRight, TeeLeft, TeeDown, TeeUp, Cross         string // ├ ┤ ┬ ┴ ┼
	HeavyH, HeavyV, DashH, DashV                     string

	// Arrows.
	Right, Left, Up, Down, Both, Open, Closed string // → ← ↑ ↓ ↔ ▾ ▸

	// States.
	Done, Fail, Skip, Now, Next, Gate, Break, Dot, Ring string
	Bar                                                 string // beside what is selected: ▌

	// Gauges: eight fillings from almost empty to full, and the empty cell.
	Full, Empty string
	Eighths     []string // of a cell, from the left
	Sparks      []string // of a cell, from the bottom

	// Ellipsis stands where text was cut, Goes before what goes on from the row above.
	Ellipsis, Goes string
}

var unicodeGlyphs = Glyphs{
	H: "─", V: "│", TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯",
	TeeRight: "├", TeeLeft: "┤", TeeDown: "┬", TeeUp: "┴", Cross: "┼",
	HeavyH: "━", HeavyV: "┃", DashH: "╌", DashV: "╎",
	Right: "→", Left: "←", Up: "↑", Down: "↓", Both: "↔", Open: "▾", Closed: "▸",
	Done: "✓", Fail: "✗", Skip: "–", Now: "▶", Next: "·", Gate: "◆", Break: "●", Dot: "●", Ring: "○", Bar: "▌",
	Full: "█", Empty: "░",
	Eighths:  []string{"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"},
	Sparks:   []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
	Ellipsis: "…", Goes: "↳",
}

var asciiGlyphs = Glyphs{
	ASCII: true,
	H:     "-", V: "|", TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
	TeeRight: "+", TeeLeft: "+", TeeDown: "+", TeeUp: "+", Cross: "+",
	HeavyH: "=", HeavyV: "#", DashH: "-", DashV: ":",
	Right: ">", Left: "<", Up: "^", Down: "v", Both: "=", Open: "v", Closed: ">",
	Done: "v", Fail: "!", Skip: "-", Now: ">", Next: ".", Gate: "*", Break: "@", Dot: "*", Ring: "o", Bar: ">",
	Full: "#", Empty: ".",
	Eighths:  []string{".", ".", ".", "-", "=", "=", "#", "#"},
	Sparks:   []string{"_", "_", ".", "-", "-", "=", "=", "#"},
	Ellipsis: "~", Goes: "\\",
}

// The lines and corners of a frame that is to stand out.
var (
	unicodeThick = Glyphs{H: "━", V: "┃", TopLeft: "┏", TopRight: "┓", BottomLeft: "┗", BottomRight: "┛"}
	asciiThick   = Glyphs{H: "=", V: "#", TopLeft: "#", TopRight: "#", BottomLeft: "#", BottomRight: "#"}
)

func itoa(n int) string { return strconv.Itoa(n) }
