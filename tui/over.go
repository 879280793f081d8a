package tui

import "github.com/charmbracelet/x/ansi"

// over writes a piece of n cells into a row of w cells, from cell x on. A wide
// character that is cut in two becomes a blank.
func over(row, piece string, x, n, w int) string {
	left := Pad(CutPlain(row, x), x)
	right := ""
	if k := w - x - n; k > 0 {
		right = ansi.Cut(row, x+n, w)
		if have := Width(right); have < k {
			right = Spaces(k-have) + right
		} else if have > k {
			right = " " + ansi.Cut(row, x+n+1, w)
		}
	}
	return left + "\x1b[m" + Pad(piece, n) + "\x1b[m" + right
}
