package tui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// canvas is a grid of cells that pictures are drawn on. Whatever is drawn
// outside of it is not there, so no picture can break the frame around it; a
// wide character takes two cells or none.
type canvas struct {
	w, h   int
	cells  []cell
	styles []Style // styles[0] is the terminal's own look
	used   int     // rows that hold something
}

// cell is one place: a cluster, or "" for a blank. skip marks the second half of
// a wide one.
type cell struct {
	s     string
	style uint8
	wide  bool
	skip  bool
}

func newCanvas(w, h int) *canvas {
	return &canvas{w: w, h: h, cells: make([]cell, w*h), styles: make([]Style, 1, 16)}
}

// style returns the number of a look. There are far fewer than 256 in a theme.
func (c *canvas) style(st Style) uint8 {
	for i, have := range c.styles {
		if have == st {
			return uint8(i)
		}
	}
	if len(c.styles) == 255 {
		return 0
	}
	c.styles = append(c.styles, st)
	return uint8(len(c.styles) - 1)
}

// put writes s, which must be clean, and returns the column after it.
func (c *canvas) put(x, y int, st Style, s string) int {
	n := c.style(st)
	for i := 0; i < len(s); {
		b := s[i]
		if b >= 0x20 && b < 0x7f {
			c.set(x, y, n, s[i:i+1], 1)
			x, i = x+1, i+1
			continue
		}
		r, k := utf8.DecodeRuneInString(s[i:])
		w := quick(r)
		switch {
		case b < 0x80 || r >= 0x80 && r < 0xa0:
			w, k = 0, max(k, 1) // a control byte: never drawn
		case w < 0:
			var cluster string
			cluster, w = ansi.FirstGraphemeCluster(s[i:], ansi.GraphemeWidth)
			k = max(len(cluster), 1)
		}
		if w > 0 {
			c.set(x, y, n, s[i:i+k], w)
		}
		x, i = x+w, i+k
	}
	return x
}

func (c *canvas) set(x, y int, style uint8, s string, w int) {
	if x < 0 || y < 0 || x >= c.w || y >= c.h {
		return
	}
	if w > 1 && x+w > c.w {
		return
	}
	at := y*c.w + x
	for i := at; i < at+w; i++ {
		c.split(i)
		c.cells[i] = cell{skip: true}
	}
	c.cells[at] = cell{s: s, style: style, wide: w > 1}
	if s != " " && y >= c.used {
		c.used = y + 1
	}
}

// split blanks the other half of a wide character that is about to lose one.
func (c *canvas) split(i int) {
	if c.cells[i].skip {
		for j := i; j > 0 && c.cells[j].skip; {
			c.cells[j] = cell{}
			j--
			if !c.cells[j].skip {
				c.cells[j] = cell{}
				break
			}
		}
	}
	for j := i + 1; c.cells[i].wide && j < len(c.cells) && c.cells[j].skip; j++ {
		c.cells[j] = cell{}
	}
}

// text writes s into exactly w cells: cut with an ellipsis, or followed by blanks
// that hide what was there. It returns the column after them.
func (c *canvas) text(x, y, w int, st Style, s string) int {
	if w <= 0 {
		return x
	}
	end := c.put(x, y, st, Cut(s, w))
	for i := end; i < x+w; i++ {
		c.set(i, y, 0, " ", 1)
	}
	return x + w
}

// right writes s so that it ends before column x+w.
func (c *canvas) right(x, y, w int, st Style, s string) {
	s = Cut(s, w)
	c.put(x+w-Width(s), y, st, s)
}

// line repeats a sign over n cells to the right.
func (c *canvas) line(x, y, n int, st Style, sign string) {
	k := c.style(st)
	for i := range max(n, 0) {
		c.set(x+i, y, k, sign, 1)
	}
}

// column repeats a sign over n cells downwards.
func (c *canvas) column(x, y, n int, st Style, sign string) {
	k := c.style(st)
	for i := range max(n, 0) {
		c.set(x, y+i, k, sign, 1)
	}
}

// box draws a frame with a title in its upper edge. It is nothing if it is
// smaller than 2x2.
func (c *canvas) box(x, y, w, h int, g *Glyphs, frame, title Style, name string) {
	if w < 2 || h < 2 {
		return
	}
	c.line(x+1, y, w-2, frame, g.H)
	c.line(x+1, y+h-1, w-2, frame, g.H)
	c.column(x, y+1, h-2, frame, g.V)
	c.column(x+w-1, y+1, h-2, frame, g.V)
	c.put(x, y, frame, g.TopLeft)
	c.put(x+w-1, y, frame, g.TopRight)
	c.put(x, y+h-1, frame, g.BottomLeft)
	c.put(x+w-1, y+h-1, frame, g.BottomRight)
	if name != "" && w > 6 {
		c.put(x+2, y, title, " "+Cut(name, w-6)+" ")
	}
}

// rows renders the rows that hold something, each exactly w cells wide.
func (c *canvas) rows() []string {
	out := make([]string, c.used)
	var b strings.Builder
	for y := range c.used {
		b.Reset()
		b.Grow(c.w * 2)
		c.row(&b, c.cells[y*c.w:(y+1)*c.w])
		out[y] = b.String()
	}
	return out
}

func (c *canvas) row(b *strings.Builder, row []cell) {
	on := uint8(0)
	for i := range row {
		k := &row[i]
		if k.skip {
			continue
		}
		// A blank between two pieces of one look keeps it: fewer bytes, same picture.
		if k.style != on && k.s != "" && (k.s != " " || on != 0) {
			if on != 0 && c.styles[on].on != "" {
				b.WriteString("\x1b[m")
			}
			on = k.style
			b.WriteString(c.styles[on].on)
		}
		if k.s == "" {
			if on != 0 {
				if c.styles[on].on != "" {
					b.WriteString("\x1b[m")
				}
				on = 0
			}
			b.WriteByte(' ')
			continue
		}
		b.WriteString(k.s)
	}
	if on != 0 && c.styles[on].on != "" {
		b.WriteString("\x1b[m")
	}
}
