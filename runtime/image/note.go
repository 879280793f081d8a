package image

import "glassbox/runtime/journal"

// noter makes remarks of a stage. A zero one makes none.
type noter struct {
	to    journal.Emitter
	stage string
}

// Note is kernel.Kernel's: about is "runc", "info" or "warning"; key is stable, so that
// a view can say it in another language; args are pairs.
func (n noter) Note(about, key, text string, args ...string) {
	if n.to == nil {
		return
	}
	n.to.Emit(journal.Event{Stage: n.stage, Side: journal.Host, Kind: journal.KindNote, Note: journal.NewNote(about, key, text, args...)})
}

func (p *puller) notes() noter { return noter{p.opt.Emit, "pull"} }
