package image

import (
	"sync"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"glassbox/runtime/journal"
)

// every is how often a download tells how far it is.
const every = 100 * time.Millisecond

// teller tells how far one blob is. It is used by one goroutine at a time.
type teller struct {
	emit journal.Emitter
	p    journal.Progress
	last time.Time
}

// tell makes the teller of a manifest or a config.
func (p *puller) tell(what string, d v1.Descriptor) *teller {
	return &teller{emit: p.opt.Emit, p: journal.Progress{
		What: what, ID: d.Digest.String(), Total: d.Size, Path: p.store.blob(d.Digest),
	}}
}

// tellLayer makes the teller of a layer; the base has index 0.
func (p *puller) tellLayer(index int, d v1.Descriptor, by string) *teller {
	t := p.tell("layer", d)
	t.p.Index, t.p.By = index, by
	return t
}

func (t *teller) say(state string, done int64) {
	t.last = time.Now()
	t.p.State, t.p.Done = state, done
	send(t.emit, journal.Event{Kind: journal.KindProgress, Progress: &t.p})
}

// present says that nothing needs to be transferred.
func (t *teller) present() { t.say(journal.Present, t.p.Total) }

// verified says that the blob is in the store.
func (t *teller) verified() { t.say(journal.Verified, t.p.Total) }

// begin says that a transfer begins, at the offset where an earlier one ended.
func (t *teller) begin(done int64) { t.say(journal.Downloading, done) }

// step says how far it is, if that was not said a moment ago.
func (t *teller) step(done int64) {
	if time.Since(t.last) >= every {
		t.say(journal.Downloading, done)
	}
}

// tap passes events on until it is shut. The library's race between two pings may
// end after Pull has returned, when a journal may be closed already.
type tap struct {
	mu   sync.Mutex
	to   journal.Emitter
	dead bool
}

// Emit passes an event on.
func (t *tap) Emit(e journal.Event) uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.dead || t.to == nil {
		return 0
	}
	return t.to.Emit(e)
}

func (t *tap) shut() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dead = true
}

// send emits an event of the pull stage. The payload is copied: an emitter may keep it.
func send(to journal.Emitter, e journal.Event) {
	e.Stage, e.Side = "pull", journal.Host
	if e.Progress != nil {
		p := *e.Progress
		e.Progress = &p
	}
	to.Emit(e)
}
