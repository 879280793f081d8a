package tui

import (
	"context"
	"errors"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"glassbox/runtime/journal"
)

// How the journal's file is followed.
const (
	pollEvery  = 100 * time.Millisecond // looks at a file that nobody signals
	frameEvery = 33 * time.Millisecond  // between two messages, at least
	growBytes  = 4 << 20                // read before the clock is looked at
)

// grewMsg says that more of the journal was read.
type grewMsg struct {
	from    *source
	newest  *journal.State
	stops   []journal.Stop // those that are new
	damaged int
	more    bool // the end of the file is not reached yet
	ended   bool // nobody writes to it any more
	err     error
}

// stateMsg is the state at a moment that was asked for.
type stateMsg struct {
	from  *source
	seq   uint64
	state *journal.State
	err   error
}

// callsMsg are the calls up to a moment that match a text.
type callsMsg struct {
	from *source
	list CallList
}

// source is one journal that is being followed.
type source struct {
	x      *journal.Index
	signal <-chan struct{}
	done   <-chan struct{} // closed when nobody writes any more
	stops  int             // that were sent
	last   time.Time
	begun  bool // something was said
	ended  bool
}

// follow reads what is new and says so, or waits until there is something. It is
// a command: each answer asks for the next.
func (src *source) follow(ctx context.Context) tea.Cmd {
	return func() tea.Msg {
		for {
			if d := frameEvery - time.Since(src.last); d > 0 && !sleep(ctx, d) {
				return nil
			}
			n, more, err := src.grow()
			if n > 0 || err != nil || !src.begun || src.ended {
				src.last, src.begun = time.Now(), true
				return src.message(more, err)
			}
			if !src.wait(ctx) {
				return nil
			}
		}
	}
}

// grow reads on for at most a tenth of a second.
func (src *source) grow() (n int, more bool, err error) {
	start := time.Now()
	for {
		k, err := src.x.Grow(growBytes)
		n += k
		switch {
		case errors.Is(err, io.EOF):
			return n, false, nil
		case err != nil:
			return n, false, err
		case time.Since(start) > 3*frameEvery:
			return n, true, nil
		}
	}
}

func (src *source) message(more bool, err error) tea.Msg {
	msg := grewMsg{from: src, more: more, ended: src.ended && !more, err: err, damaged: src.x.Damaged()}
	if err != nil {
		return msg
	}
	msg.newest, msg.err = src.x.Newest()
	msg.stops = src.x.Stops(src.stops)
	src.stops += len(msg.stops)
	return msg
}

// wait returns when there may be more to read; false when the program ends.
func (src *source) wait(ctx context.Context) bool {
	if src.signal == nil && src.done == nil {
		return sleep(ctx, pollEvery)
	}
	select {
	case _, open := <-src.signal:
		if !open {
			src.ended, src.signal = true, nil
		}
		return true
	case <-src.done:
		src.ended, src.done = true, nil
		return true
	case <-ctx.Done():
		return false
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// at asks for the state after event seq.
func (src *source) at(seq uint64) tea.Cmd {
	return func() tea.Msg {
		s, err := src.x.At(seq)
		return stateMsg{from: src, seq: seq, state: s, err: err}
	}
}

// mostCalls is how many calls a pane holds.
const mostCalls = 2000

// calls asks for the newest calls up to an event that match a text.
func (src *source) calls(to uint64, text string) tea.Cmd {
	return func() tea.Msg {
		list, more, err := src.x.Events(journal.Query{
			To: to, Kinds: []journal.Kind{journal.KindCall, journal.KindWrite}, Text: text, Limit: mostCalls,
		})
		if err != nil {
			return nil
		}
		return callsMsg{from: src, list: CallList{Events: list, More: more, To: to, Text: text}}
	}
}
