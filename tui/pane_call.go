package tui

import (
	"strconv"
	"strings"

	"glassbox/runtime/journal"
)

// CallList is a part of the calls up to the shown moment: the newest that match
// the search. It is asked of the index, since a State keeps only a few.
type CallList struct {
	Events []journal.Event
	More   bool   // there are older ones
	To     uint64 // up to this event
	Text   string // that match this
}

// calls lists system calls and writes to kernel files, in their order.
func calls(b *lines) {
	list := b.sc.callEvents()
	t := b.sc.Text
	if b.sc.Calls.More {
		b.note(t.More)
	}
	stage := ""
	for i := range list {
		e := &list[i]
		if e.Stage != stage {
			stage = e.Stage
			b.head(Clean(stage))
		}
		b.add(b.sc.callLine(e))
	}
	switch {
	case len(list) == 0 && b.sc.Search != "":
		b.note(t.NoMatch)
	case len(list) == 0:
		b.note(t.Nothing)
	}
	b.nextCall()
}

// nextCall lists the call that a gate holds back, an argument a row.
func (b *lines) nextCall() {
	g := b.sc.gate()
	if g == nil || g.At != atCall || b.sc.Search != "" {
		return
	}
	b.head(b.sc.Theme.Glyphs.Gate + " " + b.sc.Text.WaitsCall)
	row := func(text string) {
		b.add(Line{Wide: true, Out: Cell{Text: text, Look: b.sc.Theme.Accent}})
	}
	if g.Write != nil {
		row(announceWrite(g.Write, b.sc.Lang))
	}
	if g.Call == nil {
		return
	}
	row(Clean(g.Call.Name))
	n := 0
	for _, a := range g.Call.Args {
		n = max(n, Width(a.Name))
	}
	for _, a := range g.Call.Args {
		row("  " + Pad(Clean(a.Name), n) + "  " + oneLine(a.Value))
	}
}

// callEvents are the calls to show: what the index found, or, as long as that is
// not there, the newest that the State has.
func (sc *Scene) callEvents() []journal.Event {
	if sc.Calls.To >= sc.S.Seq && sc.Calls.Text == sc.Search && len(sc.Calls.Events) > 0 {
		return sc.Calls.Events
	}
	if sc.Search == "" {
		return sc.S.Calls
	}
	want := strings.ToLower(sc.Search)
	var out []journal.Event
	for i := range sc.S.Calls {
		if strings.Contains(strings.ToLower(callText(&sc.S.Calls[i], sc.Lang)), want) {
			out = append(out, sc.S.Calls[i])
		}
	}
	return out
}

// callLine is a call as strace(1) would print it, with what a person would type.
func (sc *Scene) callLine(e *journal.Event) Line {
	l := Line{Wide: true, Label: strconv.FormatUint(e.Seq, 10)}
	errno, held, us := "", "", int64(0)
	if c := e.Call; c != nil {
		errno, held, us = c.Errno, c.Held, c.DurUS
		l.Sh, l.Source, l.Full = Clean(c.Sh), Clean(c.Man), sc.callFull(e)
	} else if w := e.Write; w != nil {
		errno, held, us = w.Errno, w.Held, w.DurUS
		l.Sh, l.Source, l.Full = Clean(w.Sh), Clean(w.Path), sc.callFull(e)
	}
	l.Out = Cell{Text: callText(e, sc.Lang), Note: spanOf(us), Call: true}
	if e.Side == journal.Child || e.Side == journal.Container {
		l.Out.Look = sc.Theme.Inside
	}
	if e.Stage == sc.stage() && e.Seq == sc.S.Seq {
		l.Out.Mark = '+'
	}
	switch {
	case held != "":
		l.Out.Look, l.Out.Note = sc.Theme.Faint, sc.Text.LeftOut
	case errno != "":
		l.Out.Look = sc.Theme.Error
	}
	return l
}

// callText is a call on one row.
func callText(e *journal.Event, lang Lang) string {
	switch {
	case e.Call != nil:
		return announce(e.Call) + result(e.Call)
	case e.Write != nil:
		return announceWrite(e.Write, lang) + failed(e.Write.Errno)
	}
	return ""
}

// announce is a call before it is made.
func announce(c *journal.Call) string {
	parts := make([]string, len(c.Args))
	for i, a := range c.Args {
		if parts[i] = oneLine(a.Value); a.Value == "" {
			parts[i] = `""`
		}
	}
	return Clean(c.Name) + "(" + strings.Join(parts, ", ") + ")"
}

func result(c *journal.Call) string {
	if c.Held != "" {
		return ""
	}
	return " = " + strconv.FormatInt(c.Ret, 10) + failed(c.Errno)
}

func failed(errno string) string {
	if errno == "" {
		return ""
	}
	return " " + Clean(errno)
}

func announceWrite(w *journal.Write, lang Lang) string {
	s := "write " + Clean(w.Path) + " " + quoted(w.Value)
	if w.Before != "" && strings.TrimSpace(w.Before) != strings.TrimSpace(w.After) {
		s += Say(lang, " (was ", " (이전 ") + quoted(w.Before) + ")"
	}
	return s
}

func quoted(s string) string { return `"` + oneLine(s) + `"` }

// callFull is all that is known of a call, a row for each argument.
func (sc *Scene) callFull(e *journal.Event) string {
	var b strings.Builder
	row := func(k, v string) {
		if v != "" {
			b.WriteString(Pad(k, 10) + " " + v + "\n")
		}
	}
	if c := e.Call; c != nil {
		row(Say(sc.Lang, "call", "호출"), c.Name)
		for _, a := range c.Args {
			row("  "+a.Name, a.Value)
		}
		row(Say(sc.Lang, "result", "결과"), strings.TrimSpace(strconv.FormatInt(c.Ret, 10)+" "+c.Errno))
		row(Say(sc.Lang, "not made", "하지 않음"), Phrase(c.Held, sc.Lang))
		row(Say(sc.Lang, "took", "걸린 시간"), spanOf(c.DurUS))
		row(Say(sc.Lang, "man", "매뉴얼"), c.Man)
		row(Say(sc.Lang, "shell", "셸"), c.Sh)
	}
	if w := e.Write; w != nil {
		row(Say(sc.Lang, "write", "쓰기"), w.Path)
		row(Say(sc.Lang, "before", "이전"), w.Before)
		row(Say(sc.Lang, "value", "값"), w.Value)
		row(Say(sc.Lang, "after", "이후"), w.After)
		row("errno", w.Errno)
		row(Say(sc.Lang, "not made", "하지 않음"), Phrase(w.Held, sc.Lang))
		row(Say(sc.Lang, "took", "걸린 시간"), spanOf(w.DurUS))
		row(Say(sc.Lang, "man", "매뉴얼"), w.Man)
		row(Say(sc.Lang, "shell", "셸"), w.Sh)
	}
	row(Say(sc.Lang, "side", "쪽"), string(e.Side))
	row(Say(sc.Lang, "time", "시각"), e.T.Format("15:04:05.000000"))
	return b.String()
}
