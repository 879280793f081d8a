package tui

import (
	"fmt"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"

	"glassbox/runtime/journal"
)

// TestThriftLooksTheSame draws each stage with and without it, and compares cell by
// cell what can be seen.
func TestThriftLooksTheSame(t *testing.T) {
	const w, h = 200, 60
	saved := 0
	for _, theme := range Themes() {
		d := opened(t, realRecording(t), w, h, Options{Theme: theme})
		d.keys("tab")
		for _, stage := range journal.Stages() {
			sc := &d.m.sc
			rows := sc.whole(layout(w, h, sc.Focus, false, false), nil)
			thin := make([]string, len(rows))
			for i := range rows {
				thin[i] = thrift(rows[i])
				saved += len(rows[i]) - len(thin[i])
			}
			sameLook(t, fmt.Sprintf("%s, %s", theme, stage), rows, thin, w, h)
			d.keys("space")
		}
	}
	if saved < 10000 {
		t.Errorf("it saved %d bytes in all", saved)
	}
}

func sameLook(t *testing.T, where string, want, got []string, w, h int) {
	t.Helper()
	draw := func(rows []string) *vt.Emulator {
		e := vt.NewEmulator(w, h)
		_, _ = e.WriteString(strings.Join(rows, "\r\n"))
		return e
	}
	a, b := draw(want), draw(got)
	for y := range h {
		for x := range w {
			p, q := seen(a.CellAt(x, y)), seen(b.CellAt(x, y))
			if p != q {
				t.Fatalf("%s: cell %d,%d is %s, want %s\n%q\n%q", where, x, y, q, p, want[y], got[y])
			}
		}
	}
}

// seen is what a person sees of a cell: of a blank neither colour nor weight.
func seen(c *uv.Cell) string {
	if c == nil {
		return ""
	}
	st := c.Style
	if strings.TrimSpace(c.Content) == "" {
		st.Fg, st.Attrs = nil, st.Attrs&(uv.AttrReverse|uv.AttrStrikethrough)
		return " " + st.String()
	}
	return c.Content + st.String()
}
