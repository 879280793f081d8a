package journal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// appendEvent appends e as JSON, byte for byte as encoding/json writes it. A run
// makes some hundred events while a container starts, and encoding/json first
// learns all of their types by reflection, which takes longer than writing them.
// Kinds that come late or seldom are left to it.
func appendEvent(b []byte, e *Event) ([]byte, error) {
	o := object{b: append(b, '{')}
	o.uint("seq", e.Seq)
	o.time("t", e.T)
	o.word("stage", e.Stage)
	o.word("side", string(e.Side))
	o.str("kind", string(e.Kind))
	o.step(e.Step)
	o.call("call", e.Call)
	o.write("write", e.Write)
	other(&o, "http", e.HTTP)
	other(&o, "progress", e.Progress)
	other(&o, "snapshot", e.Snapshot)
	o.output(e.Output)
	other(&o, "gate", e.Gate)
	o.undo(e.Undo)
	other(&o, "exit", e.Exit)
	o.note(e.Note)
	other(&o, "error", e.Error)
	return append(o.b, '}'), o.err
}

// object appends the members of a JSON object. The methods word and num leave
// out what is empty, as the tag omitempty does.
type object struct {
	b   []byte
	err error
}

// open begins a member that is an object, and is ended by shut.
func (o *object) open(name string) {
	o.name(name)
	o.b = append(o.b, '{')
}

func (o *object) shut() { o.b = append(o.b, '}') }

func (o *object) name(name string) {
	if o.b[len(o.b)-1] != '{' {
		o.b = append(o.b, ',')
	}
	o.b = append(append(append(o.b, '"'), name...), '"', ':')
}

func (o *object) str(name, s string) {
	o.name(name)
	o.b = appendString(o.b, s)
}

func (o *object) word(name, s string) {
	if s != "" {
		o.str(name, s)
	}
}

func (o *object) int(name string, n int64) {
	o.name(name)
	o.b = strconv.AppendInt(o.b, n, 10)
}

func (o *object) num(name string, n int64) {
	if n != 0 {
		o.int(name, n)
	}
}

func (o *object) uint(name string, n uint64) {
	o.name(name)
	o.b = strconv.AppendUint(o.b, n, 10)
}

func (o *object) time(name string, t time.Time) {
	o.name(name)
	var err error
	if o.b, err = t.AppendText(append(o.b, '"')); err != nil && o.err == nil {
		o.err = fmt.Errorf("encode a time: %w", err)
	}
	o.b = append(o.b, '"')
}

func (o *object) step(s *Step) {
	if s == nil {
		return
	}
	o.open("step")
	o.str("state", s.State)
	o.num("dur_us", s.DurUS)
	o.word("why", s.Why)
	o.shut()
}

func (o *object) call(name string, c *Call) {
	if c == nil {
		return
	}
	o.open(name)
	o.str("name", c.Name)
	if len(c.Args) > 0 {
		o.name("args")
		o.b = append(o.b, '[')
		for i, a := range c.Args {
			if i > 0 {
				o.b = append(o.b, ',')
			}
			o.b = append(o.b, '{')
			o.str("name", a.Name)
			o.str("value", a.Value)
			o.shut()
		}
		o.b = append(o.b, ']')
	}
	o.int("ret", c.Ret)
	o.word("errno", c.Errno)
	o.int("dur_us", c.DurUS)
	o.word("man", c.Man)
	o.word("sh", c.Sh)
	o.word("held", c.Held)
	o.shut()
}

func (o *object) write(name string, w *Write) {
	if w == nil {
		return
	}
	o.open(name)
	o.str("path", w.Path)
	o.word("before", w.Before)
	o.str("value", w.Value)
	o.word("after", w.After)
	o.word("errno", w.Errno)
	o.int("dur_us", w.DurUS)
	o.word("man", w.Man)
	o.word("sh", w.Sh)
	o.word("held", w.Held)
	o.shut()
}

func (o *object) output(p *Output) {
	if p == nil {
		return
	}
	if len(p.B64) > 0 {
		other(o, "output", p)
		return
	}
	o.open("output")
	o.str("stream", p.Stream)
	if p.Text != nil {
		o.str("text", *p.Text)
	}
	o.num("dropped", p.Dropped)
	o.shut()
}

func (o *object) undo(u *Undo) {
	if u == nil {
		return
	}
	o.open("undo")
	o.uint("id", u.ID)
	o.str("op", u.Op)
	o.str("target", u.Target)
	o.str("state", u.State)
	o.word("err", u.Err)
	o.num("dur_us", u.DurUS)
	o.shut()
}

func (o *object) note(n *Note) {
	if n == nil {
		return
	}
	o.open("note")
	o.str("about", n.About)
	o.str("key", n.Key)
	o.str("text", n.Text)
	if len(n.Args) > 0 {
		o.open("args")
		for _, name := range sorted(n.Args) {
			o.nameOf(name)
			o.b = appendString(o.b, n.Args[name])
		}
		o.shut()
	}
	o.shut()
}

// nameOf is name for one that is no constant of ours.
func (o *object) nameOf(name string) {
	if o.b[len(o.b)-1] != '{' {
		o.b = append(o.b, ',')
	}
	o.b = append(appendString(o.b, name), ':')
}

func sorted(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// other leaves a payload to encoding/json.
func other[T any](o *object, name string, v *T) {
	if v == nil {
		return
	}
	b, err := json.Marshal(v)
	if err != nil && o.err == nil {
		o.err = fmt.Errorf("encode %s: %w", name, err)
	}
	o.name(name)
	o.b = append(o.b, b...)
}

const hexDigits = "0123456789abcdef"

// appendString appends a string as encoding/json does: what HTML or JavaScript
// could take for its own is escaped, bytes that are no UTF-8 are replaced.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if plain(c) {
				i++
				continue
			}
			b = appendControl(append(b, s[from:i]...), c)
			i++
			from = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(append(b, s[from:i]...), `\ufffd`...)
			from = i + n
		case r == '\u2028' || r == '\u2029':
			b = append(append(b, s[from:i]...), '\\', 'u', '2', '0', '2', hexDigits[r&15])
			from = i + n
		}
		i += n
	}
	return append(append(b, s[from:]...), '"')
}

// plain tells whether a byte of ASCII stands for itself.
func plain(c byte) bool {
	return c >= ' ' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
}

func appendControl(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
