package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"glassbox/runtime/image"
	"glassbox/runtime/userland"
	"glassbox/stages"
)

func runCommand() *cobra.Command {
	f := &runFlags{}
	c := &cobra.Command{
		Use:   "run [flags] [IMAGE [COMMAND…]]",
		Short: "Start a container stage by stage",
		Long: `Start a container stage by stage: pull, unpack, overlay, clone, namespaces, cgroups,
rootfs, network, exec, exit. Before each stage the run waits until you say go on.

IMAGE is a registry reference as docker takes it, oci:DIR[:TAG], docker-archive:FILE[:REF]
(- for standard input), bundle:DIR, or demo (also without IMAGE): the built-in image.

The exit status is the program's own, 128+signal, 125 where glassbox failed, 126 where the
program can't be executed, 127 where it is not there.`,
		Example: `  glassbox run
  glassbox run -m 512m --cpus 1 -p 8080:80 nginx
  glassbox run --step call --break namespaces demo sh -c 'hostname; ps'
  docker save app | glassbox run docker-archive:- python3 main.py`,
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.register(c.Flags())
	return c
}

// run is the way of `glassbox run`: a plan, the run's directory, a view, the stages.
func (f *runFlags) run(cmd *cobra.Command, args []string) error {
	p, err := f.plan(cmd, args)
	if err != nil {
		return err
	}
	var h hearing
	if !f.onScreen() {
		h = hear()
	}
	r, err := f.prepare(p)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	stop, err := f.source(p, r)
	if err != nil {
		return err
	}
	defer stop()
	if f.onScreen() {
		return f.screen(cmd.Context(), r)
	}
	return f.drive(cmd.Context(), r, h)
}

// prepare makes the run's directory and gate.
func (f *runFlags) prepare(p *stages.Plan) (*stages.Run, error) {
	if _, err := stages.Clean(f.places()); err != nil { // what a killed run left goes before the next one
		return nil, err
	}
	if f.name != "" {
		done, err := stages.Claim(f.places().State, f.name)
		if err != nil {
			return nil, err
		}
		defer done()
	}
	r, err := stages.Prepare(p, versionText())
	if err != nil {
		return nil, err
	}
	if f.record != "" {
		if err := record(r.Journal, f.record); err != nil {
			_ = r.Close()
			return nil, err
		}
	}
	r.Until, r.Export, r.Stdin = f.until, f.bundle, os.Stdin
	if f.bundle != "" && p.Bundle != "" {
		_ = r.Close()
		return nil, errors.New("--oci-bundle writes a bundle from an image; bundle: is one already")
	}
	step, delay := f.step, f.auto
	if len(f.breaks) > 0 && step == "stage" {
		step = stages.StepNone
	}
	if f.json || f.quiet || f.bundle != "" || !f.person() {
		step = stages.StepNone
	}
	r.Gate = stages.NewGate(step, delay, f.breaks...)
	if f.json || f.quiet {
		r.Gate.Auto(0)
	}
	return r, nil
}

// person tells whether somebody can answer at a gate, or a delay does.
func (f *runFlags) person() bool {
	if f.auto >= 0 {
		return true
	}
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return false
	}
	_ = tty.Close()
	return true
}

// source opens what the image comes from: the bundle, or the store; the demo
// image is served from here.
func (f *runFlags) source(p *stages.Plan, r *stages.Run) (stop func(), err error) {
	if p.Bundle != "" {
		return func() {}, r.LoadBundle()
	}
	if r.Store, err = image.Open(p.Root); err != nil {
		return nil, err
	}
	if p.Image != "demo" {
		return func() {}, nil
	}
	if self, err := os.Open("/proc/self/exe"); err == nil {
		alone := userland.Alone(self)
		_ = self.Close()
		if !alone {
			return nil, errors.New("this glassbox needs shared libraries of the host, and the demo image, made of it, has none: build it with `make build`, or with CGO_ENABLED=0")
		}
	}
	img, err := userland.Image("/proc/self/exe")
	if err != nil {
		return nil, fmt.Errorf("make the demo image: %w", err)
	}
	addr, done, err := userland.Serve(img)
	if err != nil {
		return nil, fmt.Errorf("serve the demo image: %w", err)
	}
	p.Image, p.Keep = addr+"/"+userland.Name+":"+userland.Tag, userland.Name
	p.Ask.Pull = "always" // another build of glassbox is another image
	before, err := r.Store.Get(userland.Name)
	now, e := img.Digest()
	stale := err == nil && e == nil && before.Digest != now.String()
	return func() {
		done()
		if stale { // the one of the build before: nobody will ask for it again
			_, _ = r.Store.Prune()
		}
	}, nil
}

// drive runs the stages beside the view that was asked for.
func (f *runFlags) drive(ctx context.Context, r *stages.Run, h hearing) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go hurry(ctx, r)
	h.forward(r)
	if err := r.Serve(cancel); err != nil {
		return err
	}
	restore := rawTerminal(r)
	defer restore()
	seen, err := f.view(r, cancel)
	if err != nil {
		return err
	}
	code, err := r.Go(ctx)
	restore()
	if e := r.Journal.Err(); err == nil {
		err = e
	}
	seen(code, err)
	if code == 0 && err == nil {
		return nil
	}
	if err != nil && !f.json {
		say(err.Error())
	}
	return ended{code}
}

// view starts the view; the function that it returns waits until everything has been shown.
func (f *runFlags) view(r *stages.Run, end context.CancelCauseFunc) (func(int, error), error) {
	switch {
	case f.quiet:
		if len(r.Plan.Network.Ports) > 0 && r.Plan.Network.Mode != "bridge" {
			say(stages.PortsDropped)
		}
		r.Watch.Store(f.record != "") // who replays it looks at snapshots
		r.Stdout, r.Stderr = stdout, stderr
		return func(int, error) {}, nil
	case f.json:
		r.Watch.Store(true)
		return showJSON(r, stdout)
	}
	r.Watch.Store(true)
	r.Stdout, r.Stderr = stdout, stderr
	return showPlain(r, f.lang, end)
}

// hurry ends the program at once when a second signal comes.
func hurry(ctx context.Context, r *stages.Run) {
	more, _ := ctx.Value(again{}).(chan struct{})
	if more != nil {
		<-more
		r.Hurry()
	}
}

// rawTerminal makes the terminal raw while a program with one of its own runs on it.
func rawTerminal(r *stages.Run) (restore func()) {
	if !r.Plan.Ask.TTY || !r.Plan.Ask.Stdin || !term.IsTerminal(os.Stdin.Fd()) {
		return func() {}
	}
	if cols, rows, err := term.GetSize(os.Stdin.Fd()); err == nil {
		r.Rows, r.Cols = uint16(rows), uint16(cols)
	}
	state, err := term.MakeRaw(os.Stdin.Fd())
	if err != nil {
		return func() {}
	}
	done := false
	return func() {
		if !done {
			done = true
			_ = term.Restore(os.Stdin.Fd(), state)
		}
	}
}

// showJSON copies the journal's lines to w as they come.
func showJSON(r *stages.Run, w io.Writer) (func(int, error), error) {
	f, err := os.Open(stages.JournalPath(r.Plan.State))
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	done, stop := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		defer f.Close()
		for {
			_, _ = io.Copy(w, f)
			select {
			case <-r.Journal.Signal():
			case <-stop:
				_, _ = io.Copy(w, f)
				return
			case <-time.After(time.Second):
			}
		}
	}()
	return func(int, error) { close(stop); <-done }, nil
}
