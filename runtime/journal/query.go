package journal

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Query says which events are wanted.
type Query struct {
	From, To uint64 // numbers of the first and the last; To 0: the newest
	Kinds    []Kind // none: all
	Stage    string // "": all
	Text     string // in the event's line, in any case; "": all
	Limit    int    // the newest so many; 0: 1000
}

// Events returns the newest events that match, in their order. more says that
// there were older ones as well.
func (x *Index) Events(q Query) (found []Event, more bool, err error) {
	if q.Limit <= 0 {
		q.Limit = 1000
	}
	text := []byte(strings.ToLower(q.Text))
	x.mu.Lock()
	blocks, end := slices.Clip(x.blocks), x.size
	x.mu.Unlock()
	var parts [][]Event
	n := 0
	s := &scanner{f: x.f}
	for i := len(blocks) - 1; i >= 0 && n <= q.Limit; i-- {
		if q.To == 0 || blocks[i].seq <= q.To {
			part := q.scan(s, text, blocks[i].off, end)
			n += len(part)
			parts = append(parts, part)
		}
		end = blocks[i].off
		if blocks[i].seq <= q.From {
			break
		}
	}
	slices.Reverse(parts)
	found = slices.Concat(parts...)
	cut := max(0, n-q.Limit)
	return found[cut:], cut > 0, s.failed()
}

// scan returns what matches between two offsets. The file is only read, so that
// nothing has to be locked.
func (q Query) scan(s *scanner, text []byte, from, end int64) []Event {
	var found []Event
	s.seek(from, end)
	for s.off < end {
		l, err := s.next()
		if err != nil {
			break
		}
		if l.long || len(l.text) == 0 || !q.may(l.text, text) {
			continue
		}
		var e Event
		if json.Unmarshal(l.text, &e) == nil && q.match(e) {
			found = append(found, e)
		}
	}
	return found
}

// may passes over most lines without decoding them.
func (q Query) may(b, text []byte) bool {
	if h, ok := readHead(b); ok {
		if h.seq < q.From || q.To > 0 && h.seq > q.To || len(q.Kinds) > 0 && !slices.Contains(q.Kinds, Kind(h.kind)) {
			return false
		}
	}
	return len(text) == 0 || bytes.Contains(bytes.ToLower(b), text)
}

func (q Query) match(e Event) bool {
	return e.Seq >= q.From && (q.To == 0 || e.Seq <= q.To) &&
		(len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind)) &&
		(q.Stage == "" || e.Stage == q.Stage)
}
