package image

import (
	"fmt"
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
	p.note("unpack.owner", l.lostOwner, "%d files of the layer %s belong to users or groups that this user namespace does not have: they are ours instead")
	p.note("unpack.xattr", l.lostXattr, "%d extended attributes in the layer %s could not be kept here: the file system or our privileges do not allow them")
	p.note("unpack.device", l.lostDevice, "%d devices in the layer %s were left out: only root may make devices")
}

func (p *progress) end(c *claim, state string) {
	m := c.meta
	p.at.Done, p.at.Entries, p.at.Added, p.at.Hidden, p.at.Path = p.at.Total, m.Entries, m.Added, m.Removed, c.fs()
	p.send(state)
}

func (p *progress) waiting() {
	p.say("info", "unpack.waiting", fmt.Sprintf("another glassbox is unpacking the layer %s: waiting for it", p.at.ID), nil)
}

func (p *progress) note(key string, n int, text string) {
	if n > 0 {
		p.say("warning", key, fmt.Sprintf(text, n, p.at.ID), map[string]string{"count": strconv.Itoa(n), "layer": p.at.ID})
	}
}

func (p *progress) say(about, key, text string, args map[string]string) {
	if p.emit != nil {
		p.emit.Emit(journal.Event{Stage: "unpack", Side: journal.Host, Kind: journal.KindNote, Note: &journal.Note{About: about, Key: key, Text: text, Args: args}})
	}
}
