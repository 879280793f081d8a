package tui

import (
	"strings"

	"glassbox/runtime/journal"
)

// mostOutput is how many of the newest lines of output a pane holds.
const mostOutput = 4000

// output shows what the container's program wrote, the newest at the end.
func output(b *lines) {
	s := b.sc.S
	t := b.sc.Text
	if len(s.Output) == 0 {
		if st := s.Stage("exec"); st != nil && st.State != journal.Done && s.Exit == nil {
			b.note(t.OutputBefore)
		} else {
			b.note(t.OutputNone)
		}
		return
	}
	written := writtenLines(s.Output)
	over := len(written) - mostOutput
	if over > 0 {
		written = written[over:]
	}
	var kept int64
	for _, c := range s.Output {
		kept += int64(len(c.Data))
	}
	if over > 0 || s.Counts.OutputBytes-s.Dropped > kept {
		b.note(t.OutputCut)
	}
	for _, w := range written {
		look := b.sc.Theme.Text
		if w.stream == "stderr" {
			look = b.sc.Theme.Warn
		}
		b.add(Line{Wide: true, Out: Cell{Text: Clean(short(strings.TrimSuffix(strings.TrimSuffix(w.text, "\n"), "\r"))), Look: look}, Source: w.stream})
	}
}

// writtenLine is a line of one stream.
type writtenLine struct{ stream, text string }

// writtenLines are the lines that were written, in the order of their beginnings: what
// comes between two parts of one on the other stream does not end it.
func writtenLines(chunks []journal.Chunk) []writtenLine {
	var list []writtenLine
	open := map[string]int{} // the stream's line that has no end yet
	for _, c := range chunks {
		for part := range strings.SplitAfterSeq(string(c.Data), "\n") {
			at, ok := open[c.Stream]
			switch {
			case part == "":
				continue
			case !ok:
				at = len(list)
				list = append(list, writtenLine{stream: c.Stream})
				fallthrough
			case len(list[at].text) <= longest:
				list[at].text += part
			}
			if open[c.Stream] = at; strings.HasSuffix(part, "\n") {
				delete(open, c.Stream)
			}
		}
	}
	return list
}
