package stages

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// The grains at which a run stops by itself.
const (
	StepNone  = ""      // nowhere
	StepStage = "stage" // before each stage
	StepCall  = "call"  // before each call too
)

// Gate is where a run waits until somebody says go on. Policy may be changed at any moment.
type Gate struct {
	mu      sync.Mutex
	step    string
	breaks  map[string]bool
	met     map[string]bool // breakpoints whose stage has begun since they were set
	auto    time.Duration   // let go on after that long; negative: wait for a person
	on      bool            // run on to the next breakpoint
	once    string          // a breakpoint that serves once
	again   bool            // after a failure: try again
	waiting bool
	waited  time.Duration // in all, what was looked at there included
	next    uint64
	goes    chan struct{}
	changed chan struct{}
	look    func(when string) // observes the container; nil: nobody wants to see it
	asked   <-chan struct{}   // somebody wants to see it now
}

// NewGate makes a gate that stops at that grain and at the named stages. With a
// delay of zero or more it opens by itself after that long.
func NewGate(step string, delay time.Duration, breaks ...string) *Gate {
	g := &Gate{step: step, auto: delay, breaks: map[string]bool{}, met: map[string]bool{}, goes: make(chan struct{}, 1), changed: make(chan struct{}, 1)}
	for _, b := range breaks {
		g.breaks[b] = true
	}
	return g
}

// Go lets the run go on: to the next stop of that grain, or with StepNone to
// the next breakpoint. Without a waiting run it only sets the grain.
func (g *Gate) Go(step string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.on = step == StepNone
	if !g.on {
		g.step = step
	}
	g.let()
}

// let opens the gate that the run waits at, if it does. The lock is held.
func (g *Gate) let() {
	if !g.waiting {
		return
	}
	select {
	case g.goes <- struct{}{}:
	default:
	}
}

// To lets the run go on to the gate before a stage.
func (g *Gate) To(stage string) {
	g.mu.Lock()
	g.once = stage
	g.mu.Unlock()
	g.Go(StepNone)
}

// Retry lets a failed stage be tried again, instead of unwinding. The grain stays what it is.
func (g *Gate) Retry() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.again = true
	g.let()
}

// Waiting tells whether the run waits now.
func (g *Gate) Waiting() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.waiting
}

// Auto makes the gate open by itself after a delay; a negative one waits for a person.
func (g *Gate) Auto(delay time.Duration) {
	g.mu.Lock()
	g.auto = delay
	g.mu.Unlock()
	select {
	case g.changed <- struct{}{}:
	default:
	}
}

// Break sets or removes a breakpoint before a stage.
func (g *Gate) Break(stage string, on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.breaks[stage], g.met[stage] = on, false
}

// breaksAgain tells whether somebody has asked for a stop before a stage since it began.
func (g *Gate) breaksAgain(stage string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.breaks[stage] && !g.met[stage]
}

// stage waits before a stage, if the run is to stop there.
func (g *Gate) stage(ctx context.Context, k *kernel.Kernel, name string) error {
	g.mu.Lock()
	g.met[name] = true
	if g.breaks[name] || g.once == name {
		g.on, g.once = false, ""
		if g.step == StepNone {
			g.step = StepStage
		}
	}
	stop := g.step != StepNone && !g.on
	g.mu.Unlock()
	if !stop {
		return ctx.Err()
	}
	return g.wait(ctx, k, journal.Gate{State: journal.Waiting, At: "stage"})
}

// failure waits with the wreck in view. It needs a person: with a delay or no
// stops it goes on at once. It tells whether the run is to try again, from the
// stage that the gate names.
func (g *Gate) failure(ctx context.Context, k *kernel.Kernel, from, why string) (again bool) {
	g.mu.Lock()
	stop := g.auto < 0 && (g.step != StepNone || len(g.breaks) > 0)
	g.again = false
	g.mu.Unlock()
	if !stop || g.wait(ctx, k, journal.Gate{State: journal.Waiting, At: "failure", From: from, Why: why}) != nil {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.again
}

// call is the gate before each call; nil while nobody steps by call, so that the child need not ask.
// What the kernel says by then is looked at first: a person sees what the call before has changed.
func (g *Gate) call(ctx context.Context, k *kernel.Kernel) kernel.Gate {
	if !g.byCall() {
		return nil
	}
	return func(at journal.Gate) error {
		if !g.byCall() {
			return ctx.Err()
		}
		began := time.Now()
		defer func() { g.count(time.Since(began)) }()
		g.see(beforeCall + nameOf(at))
		return g.wait(ctx, k, at)
	}
}

// nameOf is what a call's gate announces, in a word or two.
func nameOf(at journal.Gate) string {
	if at.Write != nil {
		return "writing " + filepath.Base(at.Write.Path)
	}
	if at.Call != nil {
		return at.Call.Name
	}
	return at.At
}

// see observes the container, if anybody wants that.
func (g *Gate) see(when string) {
	if g.look != nil {
		g.look(when)
	}
}

// count adds to the time that was spent at gates.
func (g *Gate) count(d time.Duration) {
	g.mu.Lock()
	g.waited += d
	g.mu.Unlock()
}

// spent is the time that the run has waited at its gates in all.
func (g *Gate) spent() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.waited
}

func (g *Gate) byCall() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.step == StepCall && !g.on
}

// wait announces the gate, and waits for Go, for the delay, or for the end.
func (g *Gate) wait(ctx context.Context, k *kernel.Kernel, at journal.Gate) error {
	g.mu.Lock()
	g.next++
	at.ID = g.next
	g.waiting = true
	select { // an answer to an earlier gate is none to this one
	case <-g.goes:
	default:
	}
	g.mu.Unlock()
	k.Emit(journal.Event{Kind: journal.KindGate, Gate: &at})
	err := g.answer(ctx)
	g.mu.Lock()
	g.waiting = false
	g.mu.Unlock()
	if err != nil {
		return err
	}
	k.Emit(journal.Event{Kind: journal.KindGate, Gate: &journal.Gate{ID: at.ID, State: journal.Passed, At: at.At}})
	return nil
}

func (g *Gate) answer(ctx context.Context) error {
	after := g.delay()
	for {
		select {
		case <-g.goes:
			return nil
		case <-after:
			return nil
		case <-g.changed:
			after = g.delay()
		case <-g.asked:
			g.see(onDemand)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// delay is when the gate opens by itself; nil is never.
func (g *Gate) delay() <-chan time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.auto < 0 {
		return nil
	}
	return time.After(g.auto)
}
