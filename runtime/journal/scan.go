package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// line is one line of a journal's file: its text without the newline, valid
// until the next is read, and where it lies.
type line struct {
	text     []byte
	off, end int64
	long     bool // longer than MaxLine: no text
}

// scanner reads lines from a place in a file. A line whose end is not there yet
// is not read: off stays at its beginning, unless it is too long to be one.
type scanner struct {
	f    *os.File
	off  int64 // of the next line
	skip bool  // off lies within a line that is too long

	end int64 // no line that begins here or later is wanted; 0: to the end

	buf  []byte
	have []byte // the part of buf from off on
	at   int64  // where in the file the next read begins
	err  error  // of the last read
}

// seek goes to a place where a line begins.
func (s *scanner) seek(off, end int64) {
	s.off, s.end, s.have, s.skip = off, end, nil, false
}

// failed is the error of reading, if it was not just the end.
func (s *scanner) failed() error {
	if s.err == nil || errors.Is(s.err, io.EOF) {
		return nil
	}
	return fmt.Errorf("read the recording: %w", s.err)
}

func (s *scanner) next() (line, error) {
	from := 0
	for {
		if i := bytes.IndexByte(s.have[from:], '\n'); i >= 0 {
			return s.take(from + i), nil
		}
		from = len(s.have)
		if from > MaxLine {
			s.off += int64(from)
			s.have, s.skip, from = nil, true, 0
		}
		if err := s.read(); err != nil {
			return line{}, err
		}
	}
}

func (s *scanner) take(n int) line {
	l := line{text: bytes.TrimSpace(s.have[:n]), off: s.off, end: s.off + int64(n) + 1, long: s.skip}
	if s.skip {
		l.text = nil
	}
	s.skip = false
	s.off, s.have = l.end, s.have[n+1:]
	return l
}

// read appends a piece of the file to what is had.
func (s *scanner) read() error {
	if s.have == nil {
		s.at = s.off
	}
	want := pieceBytes
	if rest := s.end - s.at; rest > 0 && rest < pieceBytes {
		want = int(rest)
	}
	if len(s.buf) < len(s.have)+want {
		s.buf = append(s.have, make([]byte, len(s.have)+want)...)
	} else {
		copy(s.buf, s.have)
	}
	n := len(s.have)
	k, err := s.f.ReadAt(s.buf[n:n+want], s.at)
	s.at += int64(k)
	s.have, s.err = s.buf[:n+k], err
	if k > 0 && errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// head is what stands before the payload of an event's line.
type head struct {
	seq   uint64
	t     []byte
	stage []byte
	kind  []byte
	rest  []byte // from the comma after kind
}

// readHead reads a line as Writer writes it. A line that is written otherwise,
// though it be the same JSON, is not ok, and has to be decoded in full.
func readHead(b []byte) (h head, ok bool) {
	b, ok = bytes.CutPrefix(b, []byte(`{"seq":`))
	for ok && len(b) > 0 && b[0] >= '0' && b[0] <= '9' {
		h.seq = h.seq*10 + uint64(b[0]-'0')
		b = b[1:]
	}
	if !ok || h.seq == 0 {
		return h, false
	}
	if h.t, b, ok = member(b, `,"t":"`); !ok {
		return h, false
	}
	if v, rest, has := member(b, `,"stage":"`); has {
		h.stage, b = v, rest
	}
	if _, rest, has := member(b, `,"side":"`); has {
		b = rest
	}
	h.kind, h.rest, ok = member(b, `,"kind":"`)
	return h, ok
}

// member reads a string without escapes that follows key.
func member(b []byte, key string) (value, rest []byte, ok bool) {
	if len(b) < len(key) || string(b[:len(key)]) != key {
		return nil, b, false
	}
	v := b[len(key):]
	i := bytes.IndexByte(v, '"')
	if i < 0 || bytes.IndexByte(v[:i], '\\') >= 0 {
		return nil, b, false
	}
	return v[:i], v[i+1:], true
}

// seqOf is the number of the event on a line, 0 if there is none.
func seqOf(text []byte) uint64 {
	if h, ok := readHead(text); ok {
		return h.seq
	}
	var e struct {
		Seq uint64 `json:"seq"`
	}
	_ = json.Unmarshal(text, &e)
	return e.Seq
}

// outputSize reads how many bytes an output event brought, and how many were
// dropped before it, without decoding them.
func outputSize(rest []byte) (n int, ok bool) {
	_, b, ok := member(rest, `,"output":{"stream":"`)
	if !ok {
		return 0, false
	}
	b, ok = bytes.CutPrefix(b, []byte(`,"text":"`))
	if !ok {
		return 0, false
	}
	n, b, ok = stringSize(b)
	return n, ok && string(b) == "}}"
}

// stringSize is the length in UTF-8 of a JSON string whose opening quote was read.
func stringSize(b []byte) (n int, rest []byte, ok bool) {
	for {
		i := bytes.IndexAny(b, `"\`)
		if i < 0 {
			return 0, nil, false
		}
		n += i
		if b[i] == '"' {
			return n, b[i+1:], true
		}
		k, w := escapeSize(b[i:])
		if k == 0 {
			return 0, nil, false
		}
		n += w
		b = b[i+k:]
	}
}

// escapeSize is how long an escape is in JSON, and in UTF-8; 0 if it is none
// that the short way knows (surrogates are left to the decoder).
func escapeSize(b []byte) (k, w int) {
	if len(b) < 2 {
		return 0, 0
	}
	if b[1] != 'u' {
		return 2, 1
	}
	if len(b) < 6 {
		return 0, 0
	}
	r := 0
	for _, c := range b[2:6] {
		d := bytes.IndexByte([]byte("0123456789abcdef"), c|0x20)
		if d < 0 {
			return 0, 0
		}
		r = r<<4 | d
	}
	switch {
	case r >= 0xd800 && r <= 0xdfff:
		return 0, 0
	case r < 0x80:
		return 6, 1
	case r < 0x800:
		return 6, 2
	}
	return 6, 3
}
