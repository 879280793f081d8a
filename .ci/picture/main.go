// Command picture draws what a terminal shows (tmux capture-pane -e) as SVG: for the README.
package main

import (
	"bufio"
	"fmt"
	"html"
	"os"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// The size of a cell, in pixels.
const cellW, cellH = 8.4, 17.0

// look is how a cell is drawn.
type look struct {
	fg, bg             string
	bold, dim, reverse bool
}

// sgr applies one SGR sequence's parameters: ECMA-48, 8.3.117, and xterm's colours.
func (l look) sgr(params string) look {
	p := strings.Split(params, ";")
	for i := 0; i < len(p); i++ {
		n, _ := strconv.Atoi(p[i])
		switch {
		case n == 0:
			l = look{}
		case n == 1:
			l.bold = true
		case n == 2:
			l.dim = true
		case n == 7:
			l.reverse = true
		case n == 22:
			l.bold, l.dim = false, false
		case n == 27:
			l.reverse = false
		case n == 39:
			l.fg = ""
		case n == 49:
			l.bg = ""
		case n == 38 || n == 48:
			c, used := colour(p[i+1:])
			if i += used; n == 38 {
				l.fg = c
			} else {
				l.bg = c
			}
		}
	}
	return l
}

// colour reads 5;N or 2;R;G;B, and tells how many parameters that took.
func colour(p []string) (string, int) {
	at := func(i int) int {
		if i >= len(p) {
			return 0
		}
		n, _ := strconv.Atoi(p[i])
		return n
	}
	if at(0) == 2 {
		return fmt.Sprintf("#%02x%02x%02x", at(1), at(2), at(3)), 4
	}
	n := at(1)
	if n >= 232 {
		g := 8 + 10*(n-232)
		return fmt.Sprintf("#%02x%02x%02x", g, g, g), 2
	}
	n -= 16
	step := func(v int) int { return []int{0, 95, 135, 175, 215, 255}[max(0, v)%6] }
	return fmt.Sprintf("#%02x%02x%02x", step(n/36), step(n/6%6), step(n%6)), 2
}

func main() {
	const ground, ink = "#16181d", "#d8dbe2"
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	var rows []string
	for in.Scan() {
		rows = append(rows, in.Text())
	}
	w := 0
	for _, r := range rows {
		w = max(w, ansi.StringWidth(r))
	}
	fmt.Printf(`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="14" xml:space="preserve">`+"\n",
		float64(w+2)*cellW, float64(len(rows)+1)*cellH)
	fmt.Printf(`<rect width="100%%" height="100%%" rx="6" fill="%s"/>`+"\n", ground)
	var l look // tmux lets it go on over the end of a row
	for y, row := range rows {
		l = draw(l, row, float64(y+1)*cellH, ground, ink)
	}
	fmt.Println("</svg>")
}

// draw writes one row: a rectangle where there is a background, and its text in runs of one look.
func draw(l look, row string, y float64, ground, ink string) look {
	x := 1
	for row != "" {
		if strings.HasPrefix(row, "\x1b[") {
			end := strings.IndexByte(row, 'm')
			if end < 0 {
				return l
			}
			l = l.sgr(row[2:end])
			row = row[end+1:]
			continue
		}
		end := strings.IndexByte(row, '\x1b')
		if end < 0 {
			end = len(row)
		}
		text := row[:end]
		row = row[end:]
		n := ansi.StringWidth(text)
		fg, bg := l.fg, l.bg
		if fg == "" {
			fg = ink
		}
		if l.reverse {
			if bg == "" {
				bg = ground
			}
			fg, bg = bg, fg
		}
		if bg != "" {
			fmt.Printf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", float64(x)*cellW, y-cellH+4, float64(n)*cellW, cellH, bg)
		}
		if strings.TrimSpace(text) != "" {
			style := ""
			if l.bold {
				style += ` font-weight="bold"`
			}
			if l.dim {
				style += ` opacity="0.6"`
			}
			at := x
			for part := range strings.SplitSeq(text, "  ") { // viewers measure blanks as they like
				k := ansi.StringWidth(part)
				if word := strings.TrimSpace(part); word != "" {
					from := at + strings.Index(part, word)
					fmt.Printf(`<text x="%.1f" y="%.1f" textLength="%.1f" fill="%s"%s>%s</text>`+"\n",
						float64(from)*cellW, y, float64(ansi.StringWidth(word))*cellW, fg, style, html.EscapeString(word))
				}
				at += k + 2
			}
		}
		x += n
	}
	return l
}
