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

// Near is the number of the nearest event of these kinds after seq (dir > 0) or
// before it, 0 if there is none.
func (x *Index) Near(seq uint64, dir int, kinds ...Kind) uint64 {
	x.mu.Lock()
	blocks, end, last := slices.Clip(x.blocks), x.size, x.now.s.Seq
	x.mu.Unlock()
	q := Query{From: seq + 1, To: last, Kinds: kinds}
	if dir <= 0 {
		if seq <= 1 {
			return 0
		}
		q.From, q.To = 1, seq-1
	}
	s := &scanner{f: x.f}
	part := func(i int) []Event {
		to := end
		if i+1 < len(blocks) {
			to = blocks[i+1].off
		}
		return q.scan(s, nil, blocks[i].off, to)
	}
	at := len(blocks) - 1
	for at > 0 && blocks[at].seq > seq {
		at--
	}
	if dir > 0 {
		for i := max(at, 0); i < len(blocks); i++ {
			if found := part(i); len(found) > 0 {
				return found[0].Seq
			}
		}
		return 0
	}
	for i := at; i >= 0; i-- {
		if found := part(i); len(found) > 0 {
			return found[len(found)-1].Seq
		}
	}
	return 0
}
