package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"glassbox/runtime/journal"
	"glassbox/tui"
)

// shownFacts bounds the changed facts that are told after a stage.
const shownFacts = 24

// changes tells what a snapshot found changed. The files of the cgroup that were
// written are told as writes; the others are counted. At a call's gate only what the
// call before has changed is told, and not what moves by itself.
func (p *plain) changes(e journal.Event) {
	if e.Snapshot.When != "running" { // the numbers that move; a screen shows them
		p.differences(e, strings.HasPrefix(e.Snapshot.When, "before "))
	}
	if p.read == nil {
		p.read = map[journal.Key]string{}
	}
	for _, v := range e.Snapshot.Values {
		p.read[journal.Key{Fact: v.Fact, Side: v.Side}] = string(v.Bytes())
	}
	for _, k := range e.Snapshot.Gone {
		delete(p.read, k)
	}
}

func (p *plain) differences(e journal.Event, gate bool) {
	told, more := 0, 0
	for _, v := range e.Snapshot.Values {
		key := journal.Key{Fact: v.Fact, Side: v.Side}
		if f := p.state.Facts[key]; f.Seq != e.Seq || v.Err != "" {
			continue
		}
		was, had := p.read[key]
		mark, first, n := novelty(settled(was), settled(string(v.Bytes())), had)
		switch {
		case gate && (n == 0 || strings.HasPrefix(v.Fact, "cgroup.")):
			continue
		case told == shownFacts || quietFact(v.Fact) || n == 0:
			more++
			continue
		}
		told++
		rest := ""
		if n > 1 {
			rest = fmt.Sprintf(" (+%s)", p.count(n-1, "line", "줄"))
		}
		fmt.Fprintf(p.w, "   %s %s %s: %s%s\n", mark, tui.Pad(p.side(v.Side), 7), clean(v.Source), short(first, 90), rest)
	}
	if more > 0 && !gate {
		fmt.Fprintf(p.w, p.say("   + %s more read (--json has them all)\n", "   + %s 더 읽음 (--json에는 모두 있음)\n"), p.count(more, "value", "값"))
	}
	if n := len(e.Snapshot.Gone); n > 0 {
		fmt.Fprintf(p.w, p.say("   - %s can't be read any more\n", "   - %s 더는 읽을 수 없음\n"), p.count(n, "value", "값"))
	}
}

// quietFact tells whether a fact is only counted: most files of a group, and
// what would be said twice.
func quietFact(fact string) bool {
	name, ok := strings.CutPrefix(fact, "cgroup.")
	switch name {
	case "memory.current", "memory.usage_in_bytes", "pids.current", "procs":
		return false
	}
	return ok || strings.HasPrefix(fact, "host.")
}

// restless are lines of /proc/PID/status that change while nothing happens, and the
// state of a process in a list of them.
var restless = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^(?:State|SigQ|Threads|Vm\w+|Rss\w+|HugetlbPages|(?:non)?voluntary_ctxt_switches):.*\n|^(\d+ \d+ \d+) [A-Z] `)
})

func settled(text string) string { return restless().ReplaceAllString(text, "$1 ") }

// novelty is the first line of what a value says now and did not say before, and
// how many there are; where lines only went, of those.
func novelty(was, now string, had bool) (mark, first string, n int) {
	list := strings.Split(strings.TrimRight(now, "\n"), "\n")
	if !had {
		return "+", list[0], len(list)
	}
	before := strings.Split(strings.TrimRight(was, "\n"), "\n")
	without := func(a, b []string) []string {
		return slices.DeleteFunc(slices.Clone(a), func(l string) bool { return slices.Contains(b, l) })
	}
	mark, lines := "~", without(list, before)
	if len(lines) == 0 {
		mark, lines = "-", without(before, list)
	}
	if len(lines) == 0 {
		return "", "", 0
	}
	return mark, lines[0], len(lines)
}

// side is where a value was read.
func (p *plain) side(s journal.Side) string {
	if s == journal.Outside {
		return p.say("outside", "밖")
	}
	return p.say("inside", "안")
}

// count is a number with its noun.
func (p *plain) count(n int, en, ko string) string {
	switch {
	case p.lang == tui.KO:
		return fmt.Sprintf("%s %d개", ko, n)
	case n == 1:
		return "1 " + en
	}
	return fmt.Sprintf("%d %ss", n, en)
}
