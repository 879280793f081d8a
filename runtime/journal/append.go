package journal

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
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

// appendHeader is appendEvent for the first line.
func appendHeader(b []byte, h *Header) ([]byte, error) {
	o := object{b: append(b, '{')}
	o.int("format", int64(h.Format))
	o.str("glassbox", h.Glassbox)
	o.str("id", h.ID)
	o.str("name", h.Name)
	o.time("started", h.Started)
	o.word("boot_id", h.BootID)
	o.num("pid", int64(h.Pid))
	if h.PidStart != 0 {
		o.uint("pid_start", h.PidStart)
	}
	o.str("kernel", h.Kernel)
	o.str("arch", h.Arch)
	o.str("cgroup", h.Cgroup)
	o.bool("rootless", h.Rootless)
	o.word("root", h.Root)
	o.str("image", h.Image)
	if len(h.Args) > 0 {
		o.list("args", h.Args)
	}
	if len(h.Limits) > 0 {
		o.pairs("limits", h.Limits)
	}
	o.list("stages", h.Stages)
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

func (o *object) bool(name string, v bool) {
	o.name(name)
	o.b = strconv.AppendBool(o.b, v)
}

func (o *object) list(name string, list []string) {
	o.name(name)
	if list == nil {
		o.b = append(o.b, "null"...)
		return
	}
	o.b = append(o.b, '[')
	for i, s := range list {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = appendString(o.b, s)
	}
	o.b = append(o.b, ']')
}

// pairs is a member that is an object of strings, in the order of their names.
func (o *object) pairs(name string, m map[string]string) {
	o.open(name)
	for i, key := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = append(appendString(o.b, key), ':')
		o.b = appendString(o.b, m[key])
	}
	o.shut()
}

func (o *object) time(name string, t time.Time) {
	o.name(name)
	var err error
	if o.b, err = t.AppendText(append(o.b, '"')); err != nil && o.err == nil {
		o.err = fmt.Errorf("encode a time: %w", err)
	}
	o.b = append(o.b, '"')
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
