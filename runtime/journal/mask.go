package journal

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
)

// masked stands for what is not shown.
const masked = "***"

// minSecret is the shortest value, in bytes, that is looked for outside of the
// environment itself: "1" or "yes" would be found everywhere.
const minSecret = 4

// environFact is the snapshots' fact that is the environment.
const environFact = "proc.environ"

// Mask hides the values of environment variables (--redact): all of them in what
// /proc/PID/environ says, and those that it was given wherever else they turn up,
// such as in output or an argument. What the program turns them into it can't know.
type Mask struct {
	values  []string
	replace *strings.Replacer
}

// NewMask makes a mask for variables NAME=VALUE.
func NewMask(env []string) *Mask { return (&Mask{}).with(env) }

// with is the mask for more variables.
func (m *Mask) with(env []string) *Mask {
	n := &Mask{values: slices.Clone(m.values)}
	for _, e := range env {
		if _, v, ok := strings.Cut(e, "="); ok && len(v) >= minSecret {
			n.values = append(n.values, v)
		}
	}
	slices.SortFunc(n.values, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // one may be a part of another
	var pairs []string
	for _, v := range n.values {
		pairs = append(pairs, v, masked)
	}
	n.replace = strings.NewReplacer(pairs...)
	return n
}

// Header masks the words of the command line.
func (m *Mask) Header(h *Header) { h.Args = m.list(h.Args) }

func (m *Mask) text(s string) string { return m.replace.Replace(s) }

func (m *Mask) list(l []string) []string {
	l = slices.Clone(l)
	for i := range l {
		l[i] = m.text(l[i])
	}
	return l
}

// event returns a masked copy; what identifies things, and what `glassbox clean`
// acts on, stays as it is.
func (m *Mask) event(e Event) Event {
	e.Call, e.Write = m.call(e.Call), m.write(e.Write)
	if e.Step != nil {
		c := *e.Step
		c.Why, e.Step = m.text(c.Why), &c
	}
	if e.Gate != nil {
		c := *e.Gate
		c.Call, c.Write, e.Gate = m.call(c.Call), m.write(c.Write), &c
	}
	if e.HTTP != nil {
		c := *e.HTTP
		c.URL, c.Err, e.HTTP = m.text(c.URL), m.text(c.Err), &c
	}
	if e.Progress != nil {
		c := *e.Progress
		c.By, e.Progress = m.text(c.By), &c
	}
	if e.Snapshot != nil {
		c := *e.Snapshot
		c.Values, e.Snapshot = m.facts(c.Values), &c
	}
	if e.Output != nil {
		c := *e.Output
		c.SetBytes([]byte(m.text(string(c.Bytes()))))
		e.Output = &c
	}
	if e.Note != nil {
		c := *e.Note
		c.Text, c.Args = m.text(c.Text), maps.Clone(c.Args)
		for k, v := range c.Args {
			c.Args[k] = m.text(v)
		}
		e.Note = &c
	}
	if e.Error != nil {
		c := *e.Error
		c.Text, c.Mend, e.Error = m.text(c.Text), m.text(c.Mend), &c
	}
	return e
}

func (m *Mask) call(c *Call) *Call {
	if c == nil {
		return nil
	}
	n := *c
	n.Args, n.Sh = slices.Clone(n.Args), m.text(n.Sh)
	for i := range n.Args {
		n.Args[i].Value = m.text(n.Args[i].Value)
	}
	return &n
}

func (m *Mask) write(w *Write) *Write {
	if w == nil {
		return nil
	}
	n := *w
	n.Before, n.Value, n.After, n.Sh = m.text(n.Before), m.text(n.Value), m.text(n.After), m.text(n.Sh)
	return &n
}

func (m *Mask) facts(list []Value) []Value {
	list = slices.Clone(list)
	for i := range list {
		v := &list[i]
		if v.Text == nil && v.B64 == nil {
			continue
		}
		if v.Fact == environFact {
			v.SetBytes(names(v.Bytes()))
			continue
		}
		v.SetBytes([]byte(m.text(string(v.Bytes()))))
	}
	return list
}

// names masks every value of NAME=VALUE records that end in NUL: proc_pid_environ(5).
func names(b []byte) []byte {
	var out []byte
	for _, e := range bytes.SplitAfter(b, []byte{0}) {
		name, rest, ok := bytes.Cut(e, []byte("="))
		out = append(out, name...)
		if ok {
			out = append(out, "="+masked...)
			if bytes.HasSuffix(rest, []byte{0}) {
				out = append(out, 0)
			}
		}
	}
	return out
}
