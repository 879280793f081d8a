package kernel

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"glassbox/runtime/journal"
)

// Gate waits until somebody lets a call happen. What g tells has not happened
// yet. An error means that the run is to end instead.
type Gate func(g journal.Gate) error

// Kernel makes calls and records them. It is a small value: Stage, Held and
// WithGate return changed copies.
type Kernel struct {
	emit  journal.Emitter
	side  journal.Side
	stage string
	gate  Gate
	held  string
	stack *Stack
}

// New makes a Kernel whose calls are recorded in emit as made on that side.
func New(emit journal.Emitter, side journal.Side) *Kernel {
	return &Kernel{emit: emit, side: side, stack: &Stack{}}
}

// Stage returns a copy whose calls belong to that stage.
func (k *Kernel) Stage(name string) *Kernel {
	c := *k
	c.stage = name
	return &c
}

// WithGate returns a copy that waits at g before each call; nil waits nowhere.
func (k *Kernel) WithGate(g Gate) *Kernel {
	c := *k
	c.gate = g
	return &c
}

// Held returns a copy whose calls are shown and not made: why says the reason,
// such as that they would change the host itself (--without).
func (k *Kernel) Held(why string) *Kernel {
	c := *k
	c.held = why
	return &c
}

// IsHeld tells whether calls are shown and not made.
func (k *Kernel) IsHeld() bool { return k.held != "" }

// Stack returns the undo stack, which all copies share.
func (k *Kernel) Stack() *Stack { return k.stack }

// Emit records an event of this stage and side that is no call: a note, progress.
func (k *Kernel) Emit(e journal.Event) uint64 {
	if e.Stage == "" {
		e.Stage = k.stage
	}
	if e.Side == "" {
		e.Side = k.side
	}
	return k.emit.Emit(e)
}

// Together records what do emits at once, if the journal can: see journal.Writer.
func (k *Kernel) Together(do func()) {
	if w, ok := k.emit.(*journal.Writer); ok {
		w.Together(do)
		return
	}
	do()
}

// Note records a remark of a stage: about is "runc", "info" or "warning"; key is
// stable, so that a view can say it in another language; args are pairs.
func (k *Kernel) Note(about, key, text string, args ...string) {
	k.Emit(journal.Event{Kind: journal.KindNote, Note: journal.NewNote(about, key, text, args...)})
}

// Error is a call that failed: what was tried, why the kernel refused, and what
// a person can do.
type Error struct {
	Tried string // "mount overlay on /x"
	Err   error  // the errno, or what wraps it
	Mend  string // what to do; "" where nothing better is known than the errno
}

func (e *Error) Error() string {
	s := e.Tried + ": " + e.Err.Error()
	if e.Mend != "" {
		s += ": " + e.Mend
	}
	return s
}

// Unwrap returns the errno, or what wraps it.
func (e *Error) Unwrap() error { return e.Err }

// Do makes one call through f and records it as c; tried is the sentence's
// beginning when it fails. It is for calls that have no method of their own
// here because another package's type takes part; prefer the methods.
func (k *Kernel) Do(c journal.Call, tried string, f func() (int64, error)) (int64, error) {
	if k.held != "" {
		c.Held = k.held
		k.Emit(journal.Event{Kind: journal.KindCall, Call: &c})
		return 0, nil
	}
	if k.gate != nil {
		shown := c
		if err := k.gate(journal.Gate{State: journal.Waiting, At: "call", Call: &shown}); err != nil {
			return -1, err
		}
	}
	t := time.Now()
	ret, err := f()
	c.DurUS = time.Since(t).Microseconds()
	c.Ret, c.Errno = ret, Errno(err)
	if err != nil {
		c.Ret = -1
	}
	k.Emit(journal.Event{Kind: journal.KindCall, Call: &c, T: t})
	if err != nil {
		return ret, &Error{Tried: tried, Err: err, Mend: mend(c.Name, err)}
	}
	return ret, nil
}

// do is Do for calls without a result.
func (k *Kernel) do(c journal.Call, tried string, f func() error) error {
	_, err := k.Do(c, tried, func() (int64, error) { return 0, f() })
	return err
}

// Errno is the name of the errno in err ("ENOENT"); "" where there is none.
func Errno(err error) string {
	if err == nil {
		return ""
	}
	var n syscall.Errno
	if errors.As(err, &n) {
		return errnoName(n)
	}
	return ""
}

// args makes a call's arguments from pairs of name and value.
func args(pairs ...string) []journal.Arg {
	list := make([]journal.Arg, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, journal.Arg{Name: pairs[i], Value: pairs[i+1]})
	}
	return list
}

// Quote makes a word safe for a POSIX shell, so that a shown command can be pasted.
func Quote(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-", r)
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// words makes a shell command of words, the empty ones left out.
func words(list ...string) string {
	var b strings.Builder
	for _, w := range list {
		if w == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

func octal(mode uint32) string { return "0" + strconv.FormatUint(uint64(mode), 8) }

func itoa(n int) string { return strconv.Itoa(n) }

func sprint(format string, a ...any) string { return fmt.Sprintf(format, a...) }
