package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"glassbox/runtime/journal"
)

// Run shows a live run until the person leaves: opts.Journal is its journal's
// file, opts.Controller what the screen asks of it. The run is over, or was left
// to the caller to end, when Run returns.
func Run(ctx context.Context, opts Options) error {
	if opts.Controller == nil {
		return errors.New("show a run: no controller: use Replay for a recording")
	}
	return screen(ctx, opts.Journal, opts)
}

// Replay shows a recording, also one that is still being written.
func Replay(ctx context.Context, path string, opts Options) error {
	opts.Controller = nil
	return screen(ctx, path, opts)
}

func screen(ctx context.Context, path string, opts Options) error {
	x, err := journal.OpenIndex(path)
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	opts = opts.filled()
	m := newModel(ctx, &source{x: x, signal: opts.Signal, done: opts.Done}, opts)
	return play(ctx, m, opts)
}

// play runs a model on the terminal, which is restored whatever happens.
func play(ctx context.Context, m tea.Model, opts Options) error {
	if opts.Theme != "none" {
		m = backdrop{m, opts.picked}
	}
	_, err := newProgram(m, opts.Output, opts.program(ctx)...).Run()
	if err == nil || left(ctx, err) {
		return nil
	}
	return fmt.Errorf("show the screen: %w", err)
}

// newProgram is a model that is shown on the terminal, or on out.
func newProgram(m tea.Model, out io.Writer, list ...tea.ProgramOption) *tea.Program {
	return tea.NewProgram(&halving{Model: m}, append(list, tea.WithOutput(terminal(out)))...)
}

// left says that an error of Bubble Tea only tells that the person left, or that
// the caller ended the screen.
func left(ctx context.Context, err error) bool {
	return errors.Is(err, tea.ErrInterrupted) || errors.Is(err, context.Canceled) ||
		errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil
}

// filled chooses what was left open by the environment.
func (o Options) filled() Options {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Theme == "" {
		o.Theme, o.picked = PickTheme(o.Getenv), true
	}
	if o.Lang == "" {
		o.Lang = LangFrom(o.Getenv)
	}
	o.ASCII = o.ASCII || NeedASCII(o.Getenv)
	return o
}

// program are the options of Bubble Tea. Weight and faint letters are kept where
// NO_COLOR is set: the theme without colours has no others.
func (o Options) program(ctx context.Context) []tea.ProgramOption {
	list := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(60)}
	if o.Input != nil {
		list = append(list, tea.WithInput(o.Input))
	}
	switch o.Theme {
	case "16", "contrast":
		list = append(list, tea.WithColorProfile(colorprofile.ANSI))
	case "none":
		list = append(list, tea.WithColorProfile(colorprofile.ASCII))
	}
	return list
}

// fallMsg is the recording that takes over from a run that failed.
type fallMsg struct {
	src *source
	err error
}

// fellBack goes over to the recording that a speaker has ready when a live stage fails.
func (m *Model) fellBack() tea.Cmd {
	sc := &m.sc
	if m.opts.Fallback == "" || sc.Fell || !sc.Live || sc.Newest == nil {
		return nil
	}
	st := sc.Newest.Current()
	if st == nil || st.State != journal.Failed {
		return nil
	}
	sc.Fell = true
	path := m.opts.Fallback
	return func() tea.Msg {
		x, err := journal.OpenIndex(path)
		if err != nil {
			return fallMsg{err: err}
		}
		return fallMsg{src: &source{x: x}}
	}
}

// fall shows the recording from the stage on that failed. The failed run is
// unwound behind it.
func (m *Model) fall(msg fallMsg) tea.Cmd {
	sc := &m.sc
	if msg.err != nil {
		sc.Notice = fault(msg.err, sc.Lang)
		return nil
	}
	ctl := m.ctl
	stage := sc.Newest.Current().Name
	m.src, m.ctl, m.fallTo = msg.src, nil, stage
	sc.Live, sc.Ended, sc.At, sc.Reading = false, false, 0, true
	sc.Stops, sc.Steps, sc.Calls = nil, nil, CallList{}
	sc.Notice = Notice{Text: sc.Text.FellBack, Error: true}
	m.want, m.loading = 0, false
	return tea.Batch(m.follow(m.src), m.beat(), func() tea.Msg {
		return doneMsg{err: ctl.Unwind(true)}
	})
}
