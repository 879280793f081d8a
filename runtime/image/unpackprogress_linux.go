package image

import (
	"strconv"
	"time"

	"glassbox/runtime/journal"
)

// progressEvery bounds the events of one layer that is being unpacked.
const progressEvery = 100 * time.Millisecond

// progress tells how far a layer is.
type progress struct {
	emit   journal.Emitter
	at     journal.Progress
	last   time.Time
	reused bool
}

func newProgress(emit journal.Emitter, j *job) *progress {
	return &progress{emit: emit, at: journal.Progress{What: "layer", ID: j.Digest, Index: j.index, Total: j.Size, By: j.By}}
}

func (p *progress) send(state string) {
	if p.emit == nil {
		return
	}
	at := p.at
	at.State = state
	p.emit.Emit(journal.Event{Stage: "unpack", Side: journal.Host, Kind: journal.KindProgress, Progress: &at})
}

// unpacking tells how much of the blob was read, ten times a second at most.
func (p *progress) unpacking(done int64, entries int) {
	if p.emit == nil {
		return
	}
	now := time.Now()
	if now.Sub(p.last) < progressEvery {
		return
	}
	p.last = now
	p.at.Done, p.at.Entries = done, entries
	p.send(journal.Unpacking)
}

func (p *progress) present(c *claim) {
	p.reused = true
	p.end(c, journal.Present)
}

// unpacked tells that a layer is in its place, and what could not be kept of it.
func (p *progress) unpacked(c *claim, l *layer) {
	p.end(c, journal.Unpacked)
	k, id := noter{p.emit, "unpack"}, p.at.ID
	if n := strconv.Itoa(l.lostOwner); l.lostOwner > 0 {
		k.Note("warning", "unpack.owner", "Owners in the layer "+id+" that this user namespace does not have: "+n+" files are ours instead.", "count", n, "layer", id)
	}
	if n := strconv.Itoa(l.lostXattr); l.lostXattr > 0 {
		k.Note("warning", "unpack.xattr", "Extended attributes in the layer "+id+" that could not be kept here: "+n+". The file system or our privileges do not allow them.", "count", n, "layer", id)
	}
	if n := strconv.Itoa(l.lostDevice); l.lostDevice > 0 {
		k.Note("warning", "unpack.device", "Devices in the layer "+id+" that were left out: "+n+". Only root may make devices.", "count", n, "layer", id)
	}
}

func (p *progress) end(c *claim, state string) {
	m := c.meta
	p.at.Done, p.at.Entries, p.at.Added, p.at.Hidden, p.at.Path = p.at.Total, m.Entries, m.Added, m.Removed, c.fs()
	p.send(state)
}

func (p *progress) waiting() {
	noter{p.emit, "unpack"}.Note("info", "unpack.waiting", "Another glassbox is unpacking the layer "+p.at.ID+": this one waits for it.", "layer", p.at.ID)
}
