package tui

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"

	"glassbox/runtime/journal"
)

// spy is the Model, whose last frame a test may read while the program runs.
type spy struct {
	*Model
	mu    sync.Mutex
	last  string
	views int
}

func (s *spy) Init() tea.Cmd { return s.Model.Init() }

func (s *spy) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := s.Model.Update(msg)
	return s, cmd
}

func (s *spy) View() tea.View {
	v := s.Model.View()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = v.Content
	s.views++
	return v
}

func (s *spy) frame() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// screenOf is a terminal that counts what it is sent.
type screenOf struct {
	*vt.SafeEmulator
	mu sync.Mutex
	n  int
}

func (s *screenOf) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n += len(b)
	// Without a terminal for its input, Bubble Tea trusts in a terminal's driver
	// that makes "\r\n" of each "\n" (ONLCR, see termios(3)).
	_, err := s.SafeEmulator.Write(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")))
	return len(b), err
}

func (s *screenOf) sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// grid is what stands on the terminal, between two writes to it.
func (s *screenOf) grid(w, h int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return grid(s.SafeEmulator, w, h)
}

// grid is what stands on a terminal.
func grid(e interface {
	CellAt(x, y int) *uv.Cell
}, w, h int,
) []string {
	rows := make([]string, h)
	for y := range h {
		var b strings.Builder
		for x := 0; x < w; x++ {
			c := e.CellAt(x, y)
			if c == nil || c.Content == "" {
				if c == nil || c.Width != 0 {
					b.WriteByte(' ')
				}
				continue
			}
			b.WriteString(c.Content)
		}
		rows[y] = strings.TrimRight(b.String(), " ")
	}
	return rows
}

// TestWholeProgramEqualsItsFrames runs the program against a terminal emulator,
// and compares what stands there with the frame, drawn at once into a second one.
//
// A step sends 10 KiB at most.
func TestWholeProgramEqualsItsFrames(t *testing.T) {
	const most = 10 << 10
	for _, c := range []struct {
		w, h int
		lang Lang
	}{{80, 24, EN}, {120, 40, KO}, {200, 60, EN}, {200, 60, KO}, {100, 30, KO}} {
		p := startProgram(t, c.w, c.h, Options{Lang: c.lang, Theme: "dark", Talk: c.h == 30})
		p.settled(t)
		sent := p.steps(t)
		for more := 9; more > 0 && slices.Max(sent) > most; more-- {
			// On a busy machine a step may be drawn in two frames: the least of its goes counts.
			p.prog.Send(press("home"))
			p.settled(t)
			for i, n := range p.steps(t) {
				sent[i] = min(sent[i], n)
			}
		}
		worst := slices.Max(sent)
		t.Logf("%dx%d, %s: %d bytes at most for a step", c.w, c.h, c.lang, worst)
		if worst > most {
			t.Errorf("%dx%d, %s: a step sends %d bytes", c.w, c.h, c.lang, worst)
		}
		for _, k := range []string{"p", "3", "down", "down", "d", "?", "esc", "z", "z", "9", "g", "t", "left", "left", "esc", "tab", "T", "T"} {
			p.prog.Send(press(k))
			p.settled(t)
		}
		p.prog.Send(tea.WindowSizeMsg{Width: c.w, Height: c.h})
		p.settled(t)
		p.prog.Send(press("q"))
		<-p.done
	}
}

// steps goes through all stages, and returns the bytes that each step sent.
func (p *program) steps(t *testing.T) (sent []int) {
	t.Helper()
	for range len(journal.Stages()) - 1 {
		before := p.term.sent()
		p.prog.Send(press("space"))
		p.settled(t)
		sent = append(sent, p.term.sent()-before)
	}
	return sent
}

type program struct {
	prog *tea.Program
	spy  *spy
	term *screenOf
	w, h int
	done chan struct{}
}

func startProgram(t *testing.T, w, h int, opts Options) *program {
	t.Helper()
	x, err := journal.OpenIndex(realRecording(t))
	if err != nil {
		t.Fatal(err)
	}
	opts.Getenv = func(string) string { return "" }
	p := &program{w: w, h: h, done: make(chan struct{}), term: &screenOf{SafeEmulator: vt.NewSafeEmulator(w, h)}}
	p.spy = &spy{Model: newModel(t.Context(), &source{x: x}, opts)}
	p.prog = newProgram(p.spy, p.term,
		tea.WithContext(t.Context()), tea.WithInput(p.term.SafeEmulator), tea.WithWindowSize(w, h),
		tea.WithColorProfile(colorprofile.TrueColor), tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}),
		tea.WithoutSignals())
	go func() {
		defer close(p.done)
		if _, err := p.prog.Run(); err != nil {
			t.Errorf("the program ended with %v", err)
		}
		_ = x.Close()
	}()
	t.Cleanup(func() {
		p.prog.Kill()
		<-p.done
		_ = p.term.Close()
	})
	return p
}

// settled waits until the terminal shows the frame, cell for cell.
func (p *program) settled(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	same := 0
	var want, got []string
	for same < 3 { // the same frame, looked at again after the renderer's next turn
		if time.Now().After(deadline) {
			for i := range want {
				if i < len(got) && want[i] != got[i] {
					t.Fatalf("%dx%d: row %d of the terminal is\n%q, want\n%q", p.w, p.h, i, got[i], want[i])
				}
			}
			t.Fatalf("%dx%d: the terminal never settled", p.w, p.h)
		}
		want = p.ideal()
		got = p.term.grid(p.w, p.h)
		if len(want) > 0 && strings.Join(want, "\n") == strings.Join(got, "\n") {
			same++
		} else {
			same = 0
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// ideal is the last frame, drawn at once into a terminal of its own.
func (p *program) ideal() []string {
	f := p.spy.frame()
	if f == "" {
		return nil
	}
	e := vt.NewEmulator(p.w, p.h)
	_, _ = e.WriteString("\x1b[H" + strings.ReplaceAll(f, "\n", "\r\n"))
	return grid(e, p.w, p.h)
}
