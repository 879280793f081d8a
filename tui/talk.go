package tui

import "strconv"

// banner is the head of the layout for a projector: the stage's number in block
// digits, its title, one sentence, and how the run goes on.
func (sc *Scene) banner(r Rect) []string {
	if r.H < 7 || sc.S == nil {
		return append([]string{sc.title(r.W)}, Spaces(r.W))
	}
	th := sc.Theme
	n := strconv.Itoa(sc.S.Now + 1)
	big := digits(n, th.Glyphs)
	dw := 6 * len(n)
	w := r.W - dw - 6
	text := sc.bannerText(w, r.H-2)
	rows := []string{Spaces(r.W)}
	for i := range 5 {
		line := Spaces(w)
		if i < len(text) {
			line = Pad(text[i], w)
		}
		rows = append(rows, "  "+th.Accent.Of(big[i])+"  "+line+"  ")
	}
	return append(rows, Spaces(r.W))
}

// bannerText stands beside the digits.
func (sc *Scene) bannerText(w, h int) []string {
	th := sc.Theme
	name := sc.stage()
	s := Story(name, sc.Lang)
	state := sc.when()
	if p := sc.pace(); sc.Auto > 0 || sc.gate() != nil {
		state = p + "  " + state
	}
	head := th.Strong.Of(s.Title)
	if name != "" {
		head += th.Dim.Of("  " + oneLine(name) + "  " + sc.place())
	}
	right := th.Badge.Of(" " + state + " ")
	gap := w - Width(head) - Width(right)
	if gap < 1 {
		head, gap = th.Strong.Of(Cut(s.Title, max(w-Width(right)-1, 0))), 1
	}
	rows := []string{head + Spaces(gap) + right, ""}
	text := Wrap(s.Sentence, w)
	if over := len(text) - (h - 2); over > 0 {
		text = text[:h-2]
		text[h-3] = Cut(text[h-3]+" …", w)
		if Width(text[h-3]) >= w {
			text[h-3] = Cut(text[h-3], w-1)
		}
	}
	return append(rows, text...)
}
