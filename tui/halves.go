package tui

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// A row that holds a wide character is repainted whole, whatever changed in it: the
// renderer does not trust in what takes two cells (ultraviolet,
// terminal_renderer.go: lineHasDrift). A step of Korean would send 17 kB to a
// terminal of 200x60. So the renderer is given two halves for each wide character,
// private characters of one cell, and the terminal the character itself for the
// first half and nothing for the second.
//
// Both halves name their character: where one changed, the other did, and they are
// always sent together. Only characters that never join with a neighbour are halved;
// what else is wide is repainted as before.
//
// A row of halves ends with a blank that the renderer doesn't take for one: of rows
// that end in blanks it moves what both have at their ends, and not all terminals
// move wide characters well.
const (
	firstHalf  = 0xf0000            // and the character: plane 15 of Unicode, for private use
	secondHalf = 0x100000           // and the character: plane 16
	lastBlank  = firstHalf + 0x3000 // the wide blank, which has no halves
)

// halving gives a model's frames to the renderer in halves.
type halving struct {
	tea.Model
	w        int // columns of the terminal
	from, to []string
}

// View is the model's frame, in halves. Most rows are those of the frame before.
func (h *halving) View() tea.View {
	v := h.Model.View()
	rows := strings.Split(v.Content, "\n")
	to := make([]string, len(rows))
	for i, row := range rows {
		if i < len(h.from) && h.from[i] == row {
			to[i] = h.to[i]
		} else {
			to[i] = halved(row, h.w)
		}
	}
	h.from, h.to = rows, to
	v.Content = strings.Join(to, "\n")
	return v
}

// Update obeys a message.
func (h *halving) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m, cmd := h.Model.Update(msg)
	h.Model = m
	if size, ok := msg.(tea.WindowSizeMsg); ok && size.Width != h.w {
		// The renderer may have cut the last frame at the new width, between two halves.
		h.w, h.from, h.to = size.Width, nil, nil
		cmd = tea.Batch(cmd, tea.ClearScreen)
	}
	return h, cmd
}

// hasHalves says that a character takes two cells.
func hasHalves(r rune) bool {
	return r >= 0xac00 && r <= 0xd7a3 || // Hangul syllables
		r >= 0x3001 && r <= 0x3029 || r >= 0x3041 && r <= 0x3096 || r >= 0x30a1 && r <= 0x30fa || // Kana
		r >= 0x3400 && r <= 0x4dbf || r >= 0x4e00 && r <= 0x9fff || // Han
		r >= 0xff01 && r <= 0xff5e // full-width forms
}

// isHalf says that a character is one of the two for another.
func isHalf(r rune) bool { return r == lastBlank || r >= firstHalf && hasHalves(r&0xffff) }

// stands says that what follows a character that has halves does not join it.
func stands(r rune, rest string) bool {
	if rest == "" || rest[0] < utf8.RuneSelf {
		return true
	}
	if next, _ := utf8.DecodeRuneInString(rest); quick(next) > 0 {
		return true
	}
	cluster, _ := ansi.FirstGraphemeCluster(string(r)+rest, ansi.GraphemeWidth)
	return len(cluster) == utf8.RuneLen(r)
}

// halved puts two halves for each wide character of a row that can have them. What
// looks like a half already, in a program's output, is replaced. A row takes w cells,
// those of the screen, at most.
func halved(row string, w int) string {
	var b strings.Builder
	copied := 0
	for i := 0; i < len(row); {
		if row[i] < 0xe3 { // what is halved begins with 0xe3 at least
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(row[i:])
		switch {
		case isHalf(r):
			b.WriteString(row[copied:i])
			b.WriteRune(utf8.RuneError)
		case hasHalves(r) && stands(r, row[i+n:]):
			b.WriteString(row[copied:i])
			b.WriteRune(firstHalf + r)
			b.WriteRune(secondHalf + r)
		default:
			i += n
			continue
		}
		i += n
		copied = i
	}
	if copied == 0 {
		return row
	}
	row = strings.TrimRight(row, " ")
	b.WriteString(row[copied:])
	if n := w - Width(row); n > 0 {
		b.WriteString(Spaces(n - 1))
		b.WriteRune(lastBlank)
	}
	return b.String()
}

// rejoin appends p to to, with the characters themselves for their halves. p ends with a
// whole character: the renderer writes a frame at once.
func rejoin(to, p []byte) []byte {
	for i := 0; i < len(p); {
		if p[i] < 0xf3 { // the first byte of planes 15 and 16
			to = append(to, p[i])
			i++
			continue
		}
		r, n := utf8.DecodeRune(p[i:])
		switch {
		case r == lastBlank:
			to = append(to, ' ')
		case !isHalf(r):
			to = append(to, p[i:i+n]...)
		case r < secondHalf:
			to = utf8.AppendRune(to, r-firstHalf)
		}
		i += n
	}
	return to
}
