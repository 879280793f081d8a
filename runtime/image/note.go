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
	note := &journal.Note{About: about, Key: key, Text: text}
	for i := 0; i+1 < len(args); i += 2 {
		if note.Args == nil {
			note.Args = map[string]string{}
		}
		note.Args[args[i]] = args[i+1]
	}
	n.to.Emit(journal.Event{Stage: n.stage, Side: journal.Host, Kind: journal.KindNote, Note: note})
}

func (p *puller) notes() noter { return noter{p.opt.Emit, "pull"} }
