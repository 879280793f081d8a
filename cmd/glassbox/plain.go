package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"glassbox/runtime/journal"
	"glassbox/tui"
)

// plain tells a journal as a linear account in words: for pipes, logs and screen readers.
type plain struct {
	w     io.Writer
	lang  tui.Lang
	state *journal.State

	repeated string // the call that is being repeated, and how often
	times    int

	read map[journal.Key]string // what each fact said last
}

// newPlain tells on w the journal that has this header. What it tells comes from images and
// from strangers' recordings: w gets nothing of it that commands a terminal.
func newPlain(w io.Writer, lang tui.Lang, h journal.Header) *plain {
	return &plain{w: harmless{w}, lang: lang, state: journal.NewState(h)}
}

// pickLang is the language asked for, or the locale's.
func pickLang(asked string) tui.Lang {
	if asked != "" {
		return tui.ParseLang(asked)
	}
	return tui.LangFrom(os.Getenv)
}

// say picks the reader's language.
func (p *plain) say(en, ko string) string { return tui.Say(p.lang, en, ko) }

func (p *plain) title() {
	h := p.state.Header
	who := "root"
	if h.Rootless {
		who = p.say("rootless", "루트리스")
	}
	fmt.Fprintf(p.w, "glassbox %s · %s · %s · Linux %s, cgroup %s, %s\n", clean(h.Glassbox), clean(h.Name), clean(h.Image), clean(h.Kernel), clean(h.Cgroup), who)
}

func (p *plain) event(e journal.Event) {
	if e.Kind != journal.KindCall {
		p.endRow()
	}
	switch {
	case e.Step != nil:
		p.step(e)
	case e.Kind == journal.KindCall && e.Call != nil:
		p.call(e)
	case e.Kind == journal.KindWrite && e.Write != nil:
		p.write(e.Write)
	case e.HTTP != nil:
		p.http(e.HTTP)
	case e.Progress != nil:
		p.progress(e.Progress)
	case e.Snapshot != nil:
		p.changes(e)
	case e.Note != nil:
		p.note(e.Note)
	case e.Undo != nil && e.Undo.State != journal.Planned:
		p.undo(e.Undo)
	case e.Exit != nil:
		p.exit(e.Exit)
	case e.Error != nil:
		fmt.Fprintf(p.w, "   ! %s\n", clean(tui.Phrase(e.Error.Text, p.lang)))
		if e.Error.Mend != "" {
			fmt.Fprintf(p.w, "   > %s\n", clean(tui.Phrase(e.Error.Mend, p.lang)))
		}
	case e.Gate != nil && e.Gate.State == journal.Waiting:
		p.gate(e)
	}
}

func (p *plain) step(e journal.Event) {
	n := slices.Index(journal.Stages(), e.Stage) + 1
	story := tui.Story(e.Stage, p.lang)
	switch e.Step.State {
	case journal.Begin:
		fmt.Fprintf(p.w, "\n%d/10 %s — %s\n   %s\n", n, strings.ToUpper(clean(e.Stage)), story.Title, story.Sentence)
	case journal.Skipped:
		fmt.Fprintf(p.w, "\n%d/10 %s — %s: %s\n", n, strings.ToUpper(clean(e.Stage)), p.say("skipped", "건너뜀"), clean(tui.Phrase(e.Step.Why, p.lang)))
	case journal.Done:
		fmt.Fprintf(p.w, p.say("   = %s done in %s\n", "   = %s 끝, %s 걸림\n"), clean(e.Stage), took(e.Step.DurUS))
	case journal.Failed:
		fmt.Fprintf(p.w, p.say("   ! %s failed\n", "   ! %s 실패\n"), clean(e.Stage))
	}
}

// like tells whether a call repeats the one before but for its last argument:
// after the second such only the argument is told.
func (p *plain) like(e journal.Event) bool {
	c := e.Call
	key := ""
	if len(c.Args) == 2 && c.Errno == "" {
		key = c.Name + " " + c.Args[0].Value
	}
	if key == "" || key != p.repeated {
		p.endRow()
		p.repeated, p.times = key, 1
		return false
	}
	p.times++
	if p.times == 3 {
		fmt.Fprint(p.w, p.say("      and so on:", "      이어서:"))
	}
	if p.times >= 3 {
		fmt.Fprint(p.w, " ", short(c.Args[1].Value, 40))
	}
	return p.times >= 3
}

// endRow ends a row of repeated calls.
func (p *plain) endRow() {
	if p.times >= 3 {
		fmt.Fprintln(p.w)
	}
	p.repeated, p.times = "", 0
}

func (p *plain) call(e journal.Event) {
	c := e.Call
	if p.like(e) {
		return
	}
	args := make([]string, len(c.Args))
	for i, a := range c.Args {
		args[i] = clean(a.Name) + "=" + short(a.Value, 120)
	}
	result := fmt.Sprint(c.Ret)
	if c.Errno != "" {
		result = "-1 " + c.Errno
	}
	if c.Held != "" {
		result = p.say("not made: ", "하지 않음: ") + tui.Phrase(c.Held, p.lang)
	}
	side := ""
	if e.Side == journal.Child {
		side = p.say("inside: ", "안: ")
	}
	fmt.Fprintf(p.w, "   %s%s(%s) = %s  [%s]\n", side, clean(c.Name), strings.Join(args, ", "), clean(result), took(c.DurUS))
	if c.Sh != "" {
		fmt.Fprintf(p.w, "      $ %s\n", short(c.Sh, 200))
	}
}

func (p *plain) write(w *journal.Write) {
	after := ""
	if w.After != "" && strings.TrimSpace(w.After) != strings.TrimSpace(w.Value) {
		after = p.say("  now ", "  지금 ") + short(w.After, 80)
	}
	if w.Errno != "" {
		after = "  " + clean(w.Errno)
	}
	fmt.Fprintf(p.w, p.say("   %s <- %s  (before: %s)%s\n", "   %s <- %s  (이전: %s)%s\n"), clean(w.Path), short(w.Value, 80), short(w.Before, 80), after)
}

func (p *plain) http(h *journal.HTTP) {
	what := fmt.Sprint(h.Status)
	if h.Err != "" {
		what = tui.Phrase(h.Err, p.lang)
	}
	fmt.Fprintf(p.w, p.say("   %s %s -> %s, %s in %s\n", "   %s %s -> %s, %s, %s 걸림\n"), clean(h.Method), clean(h.URL), clean(what), size(h.Bytes), took(h.DurUS))
}

func (p *plain) progress(g *journal.Progress) {
	if g.State == journal.Downloading || g.State == journal.Unpacking {
		return // the end of it will do
	}
	state, what := clean(g.State), clean(g.What)
	switch g.State {
	case journal.Present:
		state = p.say("already here", "이미 있음")
	case journal.Verified:
		state = p.say("verified", "검증함")
	case journal.Unpacked:
		state = p.say("unpacked", "풀었음")
	}
	switch g.What {
	case "manifest":
		what = p.say("manifest", "매니페스트")
	case "config":
		what = p.say("config", "설정")
	case "layer":
		what = p.say("layer", "레이어")
	}
	s := fmt.Sprintf("   %s %s: %s, %s", what, short(g.ID, 19), state, size(g.Done))
	if g.Entries > 0 {
		s += ", " + p.count(g.Entries, "name", "이름")
	}
	fmt.Fprintln(p.w, s)
}

func (p *plain) note(n *journal.Note) {
	about := map[string]string{
		"runc": p.say("runc differs", "runc는 다름"), "warning": p.say("mind", "주의"), "info": p.say("note", "참고"),
	}[n.About]
	fmt.Fprintf(p.w, "   %s: %s\n", about, clean(tui.NoteText(*n, p.lang)))
}

// over tells what a recording lacks: lines, or its run's end.
func (p *plain) over(damaged int) {
	if damaged > 0 {
		fmt.Fprintf(p.w, p.say("   mind: %d lines of the recording could not be read\n", "   주의: 녹화에서 %d줄을 읽지 못했습니다\n"), damaged)
	}
	now := p.state.Current()
	if now != nil && now.State == journal.Begin || slices.ContainsFunc(p.state.Undo, func(u journal.Undo) bool { return u.State == journal.Planned }) {
		fmt.Fprint(p.w, p.say("   mind: the recording ends before its run: that goes on, or was killed\n", "   주의: 실행이 끝나기 전에 녹화가 끊겼습니다. 실행이 계속되고 있거나 강제로 끝난 것입니다\n"))
	}
}

func (p *plain) undo(u *journal.Undo) {
	mark := "-"
	if u.State == journal.Failed {
		mark = "!"
	}
	fmt.Fprintf(p.w, "   %s %s %s %s\n", mark, clean(u.Op), clean(u.Target), clean(tui.Phrase(u.Err, p.lang)))
}

func (p *plain) exit(x *journal.Exit) {
	how := fmt.Sprintf(p.say("exit status %d", "종료 코드 %d"), x.Code)
	if x.Signal != "" {
		how = fmt.Sprintf(p.say("killed by %s, which a shell calls %d", "시그널 %s에 의해 종료, 셸에서는 %d"), clean(x.Signal), x.Code)
	}
	// What the kernel counts it counts for the process, which was ours before it was the program.
	fmt.Fprintf(p.w, p.say("   the program ended: %s (its process, since clone(2): CPU %s user, %s system; %d KiB at most)\n",
		"   프로그램이 끝났습니다: %s (clone(2) 이후 이 프로세스: CPU 사용자 %s, 시스템 %s, 최대 %d KiB)\n"), how, took(x.UserUS), took(x.SystemUS), x.MaxRSSKiB)
	if x.OOMKills > 0 {
		fmt.Fprintf(p.w, p.say("   the kernel killed %d of the group's processes for want of memory: oom_kill in %s\n",
			"   메모리가 모자라 커널이 cgroup의 프로세스 %d개를 죽였습니다: %s의 oom_kill\n"), x.OOMKills, clean(x.OOMSource))
	}
}

func (p *plain) gate(e journal.Event) {
	n := slices.Index(journal.Stages(), e.Stage) + 1
	switch {
	case e.Gate.Call != nil:
		fmt.Fprintf(p.w, "   %s: %s\n", p.say("next", "다음"), short(e.Gate.Call.Name+" "+e.Gate.Call.Sh, 160))
	case e.Gate.Write != nil:
		fmt.Fprintf(p.w, p.say("   next: write %s to %s\n", "   다음: %s을(를) %s에 쓰기\n"), short(e.Gate.Write.Value, 80), clean(e.Gate.Write.Path))
	case e.Gate.At == "failure":
		fmt.Fprintln(p.w, p.say("   it failed; nothing is undone yet", "   실패했습니다. 아직 아무것도 되돌리지 않았습니다"))
	default:
		fmt.Fprintf(p.w, "\n-- %s: %d/10 %s\n", p.say("next", "다음"), n, clean(e.Stage))
	}
}

// output tells what the program of a recording had written: not to this terminal, which
// it can't command.
func (p *plain) output(o *journal.Output) {
	_, _ = io.WriteString(p.w, strings.ReplaceAll(string(o.Bytes()), "\r\n", "\n"))
}

// harmless is a writer to a terminal that nothing written can command: of control
// characters only the newline is left, and tabulators become spaces.
type harmless struct{ w io.Writer }

func (h harmless) Write(b []byte) (int, error) {
	if _, err := io.WriteString(h.w, cleanLines(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// clean makes foreign text safe for a terminal.
func clean(s string) string { return tui.Clean(s) }

// short is clean text on one line, cut at n cells.
func short(s string, n int) string {
	return tui.Cut(clean(strings.ReplaceAll(strings.TrimSpace(s), "\n", "; ")), n)
}

func took(us int64) string {
	d := time.Duration(us) * time.Microsecond
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", us)
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", float64(us)/1000)
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func size(n int64) string {
	const k = 1024
	switch {
	case n < k:
		return fmt.Sprintf("%d B", n)
	case n < k*k:
		return fmt.Sprintf("%.1f KiB", float64(n)/k)
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/k/k)
}
