package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"glassbox/lessons"
	"glassbox/runtime/journal"
	"glassbox/stages"
	"glassbox/tui"
)

// lessonMachine plays lessons on this machine: each of a lesson's runs is a run of
// glassbox in this process, at its gate.
type lessonMachine struct {
	root   string // --root
	lang   tui.Lang
	record string // a file to keep the first run's journal in
	runs   []*lessonRun
	left   []string // what ended runs could not undo
}

var _ lessons.Machine = (*lessonMachine)(nil)

// newLessonMachine is this machine, with nothing started.
func newLessonMachine(root string, lang tui.Lang) lessons.Machine {
	return &lessonMachine{root: root, lang: lang}
}

// Start begins a run. It waits before its first stage.
func (m *lessonMachine) Start(ctx context.Context, r lessons.Run) error {
	f := &runFlags{}
	cmd := &cobra.Command{}
	f.register(cmd.Flags())
	if err := cmd.ParseFlags(r.Asks(m.id)); err != nil {
		return err
	}
	args := append([]string{m.source(r)}, r.Args...)
	f.root = m.root
	if len(m.runs) == 0 {
		f.record = m.record
	}
	p, err := f.plan(cmd, args)
	if err != nil {
		return err
	}
	if r.Name != lessons.Only {
		p.Name = r.Name
	}
	run, err := startLesson(context.WithoutCancel(ctx), f, p)
	if err != nil {
		return err
	}
	run.name = r.Name
	m.runs = append(m.runs, run)
	return nil
}

// id is a run's identifier: names need not be unique on a machine.
func (m *lessonMachine) id(name string) string {
	if r := m.find(name); r != nil {
		return r.r.Plan.ID
	}
	return name
}

// find finds a run by its name.
func (m *lessonMachine) find(name string) *lessonRun {
	for _, r := range m.runs {
		if r.name == name {
			return r
		}
	}
	return nil
}

// Journal is the file of a run's journal.
func (m *lessonMachine) Journal(run string) string {
	if r := m.find(run); r != nil {
		return stages.JournalPath(r.r.Plan.State)
	}
	return ""
}

// started is the run of that name, or an error.
func (m *lessonMachine) started(name string) (*lessonRun, error) {
	if r := m.find(name); r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("the run %q has not been started", name)
}

// Go lets a run go on to a place.
func (m *lessonMachine) Go(ctx context.Context, run string, to lessons.Stop) error {
	r, err := m.started(run)
	if err != nil {
		return err
	}
	return r.goTo(ctx, to)
}

// State is what is known of a run now.
func (m *lessonMachine) State(ctx context.Context, run string) (*journal.State, error) {
	r, err := m.started(run)
	if err != nil {
		return nil, err
	}
	return r.look(ctx)
}

// errNoRun is said of a command that is to run inside of nothing.
var errNoRun = errors.New("no container runs yet: a command with ! before it runs on the host")

// Do runs a shell command inside, or on the host.
func (m *lessonMachine) Do(ctx context.Context, run string, c lessons.Command) (lessons.Result, error) {
	r := m.find(run)
	if c.Outside {
		return onHost(ctx, c.Text, m.env(r))
	}
	if r == nil {
		return lessons.Result{}, errNoRun
	}
	return r.inside(ctx, c)
}

// env tells a command on the host where the containers are: CONTAINER_PID, CGROUP
// and the others of the run that it is about; those of each run by its name, too:
// WEB_PID, WEB_CGROUP.
func (m *lessonMachine) env(now *lessonRun) []string {
	var env []string
	for _, r := range m.runs {
		name := lessons.VariableOf(r.name)
		for k, v := range r.r.Where() {
			env = append(env, name+"_"+strings.TrimPrefix(k, "CONTAINER_")+"="+v)
		}
		env = append(env, name+"_JOURNAL="+stages.JournalPath(r.r.Plan.State))
	}
	if now != nil {
		for k, v := range now.r.Where() {
			env = append(env, k+"="+v)
		}
		env = append(env, "JOURNAL="+stages.JournalPath(now.r.Plan.State))
	}
	return append(env, hostEnv()...)
}

// End ends all runs, the newest first.
func (m *lessonMachine) End(context.Context) error {
	var errs []error
	for _, r := range slices.Backward(m.runs) {
		errs = append(errs, r.end())
		m.left = append(m.left, r.left()...)
	}
	m.runs = nil
	return errors.Join(errs...)
}

// Left is what runs that ended have left behind.
func (m *lessonMachine) Left() []string { return m.left }
