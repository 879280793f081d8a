package tui

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// TestHalvesAreWholeAgain: the terminal gets what the frame holds.
func TestHalvesAreWholeAgain(t *testing.T) {
	const w = 40
	for _, c := range []struct{ in, want string }{
		{"plain", "plain"},
		{"커널이", "커널이" + Spaces(w-6)},
		{"\x1b[38;5;75m안 │ 밖\x1b[m\n다음 x  \n\nlast", "\x1b[38;5;75m안 │ 밖\x1b[m" + Spaces(w-7) + "\n다음 x" + Spaces(w-6) + "\n\nlast"},
		{"漢字カナ（）", "漢字カナ（）" + Spaces(w-12)},
		{"각\u1112\u1161\u11ab 👩‍👩‍👧 か\u3099", "각\u1112\u1161\u11ab 👩‍👩‍👧 か\u3099" + Spaces(w-10)}, // joined: 가 takes ㄱ, か its mark
		{"icons \U000f0001 \U000f0020 \U000f1af0 \U0010fffd", "icons \U000f0001 \U000f0020 \U000f1af0 \U0010fffd"},
		{"no halves \U000fd55c\U0010d55c \U000f3000", "no halves \ufffd\ufffd \ufffd" + Spaces(w-14)},
		{"\xff\xf3\xf3\xb0 가", "\xff\xf3\xf3\xb0 가" + Spaces(w-5)},
	} {
		var b bytes.Buffer
		s := inHalves(c.in, w)
		if _, err := terminal(&b).Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
		if b.String() != c.want {
			t.Errorf("%q becomes %q, want %q", c.in, b.String(), c.want)
		}
		for i, row := range strings.Split(s, "\n") {
			if got, want := ansi.StringWidth(row), ansi.StringWidth(strings.Split(c.want, "\n")[i]); got != want {
				t.Errorf("%q takes %d cells, want %d", row, got, want)
			}
		}
	}
}

// TestHalvesStayTogether draws frames at random, one over the other, and compares
// what stands on the terminal with the frame drawn at once.
func TestHalvesStayTogether(t *testing.T) {
	const w, h = 24, 6
	words := []string{"가", "나", "한", "語", "a", "b", " ", "  ", "      ", "│", "…", "\x1b[1m", "\x1b[38;5;75m", "\x1b[38;5;9m", "\x1b[7m", "\x1b[m", "👍", "끝내기", "q "}
	for seed := range uint64(60) {
		rnd := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a frame is no secret
		var out bytes.Buffer
		scr := uv.NewTerminalRenderer(&out, []string{"TERM=xterm-256color"})
		scr.SetColorProfile(colorprofile.TrueColor)
		scr.SetFullscreen(true)
		scr.SetScrollOptim(true)
		scr.Resize(w, h)
		scr.Erase()
		e := vt.NewEmulator(w, h)
		to := terminal(struct{ io.Writer }{e}) // an emulator's file is its program's, not ours
		rows := make([]string, h)
		for n := range 60 {
			for range 1 + rnd.IntN(h) {
				var b strings.Builder
				for range rnd.IntN(w) {
					b.WriteString(words[rnd.IntN(len(words))])
				}
				rows[rnd.IntN(h)] = CutPlain(b.String(), w) + "\x1b[m"
			}
			frame := strings.Join(rows, "\n")
			buf := uv.NewScreenBuffer(w, h)
			uv.NewStyledString(inHalves(frame, w)).Draw(buf, buf.Bounds())
			scr.Render(buf.RenderBuffer)
			if err := scr.Flush(); err != nil {
				t.Fatal(err)
			}
			sent := out.String()
			if _, err := to.Write(out.Bytes()); err != nil {
				t.Fatal(err)
			}
			out.Reset()
			fresh := vt.NewEmulator(w, h)
			_, _ = fresh.WriteString(strings.ReplaceAll(frame, "\n", "\r\n"))
			if got, want := looks(e, w, h), looks(fresh, w, h); got != want {
				t.Fatalf("seed %d, frame %d: the terminal shows\n%q\nwant\n%q\nsent %q", seed, n, got, want, sent)
			}
		}
	}
}

// inHalves is a frame as the renderer gets it.
func inHalves(frame string, w int) string {
	rows := strings.Split(frame, "\n")
	for i := range rows {
		rows[i] = halved(rows[i], w)
	}
	return strings.Join(rows, "\n")
}

// looks is what stands on a terminal, and how.
func looks(e *vt.Emulator, w, h int) string {
	var b strings.Builder
	for y := range h {
		for x := range w {
			b.WriteString(seen(e.CellAt(x, y)))
		}
	}
	return b.String()
}
