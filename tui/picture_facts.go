package tui

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// mostRead is how much of one fact a picture looks at, in bytes. Kernel files are
// far shorter; a recording from a stranger may say anything.
const mostRead = 64 << 10

// mostStatus and mostWord are the same for files that are shorter still.
const mostStatus, mostWord = 8 << 10, 1 << 10

// read returns a fact as it was read, or false.
func (p *picture) read(name string, side journal.Side) ([]byte, bool) {
	return readFact(p.s, name, side)
}

func readFact(s *journal.State, name string, side journal.Side) ([]byte, bool) {
	f, ok := s.Fact(name, side)
	if !ok || f.Value.Err != "" && f.Value.Text == nil && len(f.Value.B64) == 0 {
		return nil, false // an error beside text says that the text was cut
	}
	b := f.Value.B64
	if f.Value.Text != nil { // the one copy, and a short one
		b = []byte((*f.Value.Text)[:min(len(*f.Value.Text), mostRead)])
	}
	return b[:min(len(b), mostRead)], true
}

// word is a fact of one line, as it is.
func (p *picture) word(name string, side journal.Side) string {
	return wordOf(p.s, name, side)
}

func wordOf(s *journal.State, name string, side journal.Side) string {
	b, _ := readFact(s, name, side)
	b, _, _ = bytes.Cut(b[:min(len(b), mostWord)], []byte("\n"))
	return strings.TrimSpace(string(b))
}

// status is /proc/PID/status as read from one side.
// It is parsed once a picture.
func (p *picture) status(side journal.Side) (proc.Status, bool) {
	m := &p.statuses[0]
	if side == journal.Inside {
		m = &p.statuses[1]
	}
	if !m.tried {
		m.tried = true
		m.st, m.ok = statusOf(p.s, side)
	}
	return m.st, m.ok
}

// parsed is a status that was looked for.
type parsed struct {
	st        proc.Status
	ok, tried bool
}

func statusOf(s *journal.State, side journal.Side) (proc.Status, bool) {
	b, ok := readFact(s, factStatus, side)
	if !ok {
		return proc.Status{}, false
	}
	return proc.ParseStatus(b[:min(len(b), mostStatus)]), true
}

// hostPID is the PID by which the host knows the container's first process; 0
// while that is not known.
func (p *picture) hostPID() int {
	st, ok := p.status(journal.Outside)
	switch {
	case !ok:
		return 0
	case len(st.NSpid) > 0:
		return st.NSpid[0]
	}
	return st.Pid
}

// hostPID is the same for who has no picture.
func hostPID(s *journal.State) int { return (&picture{s: s}).hostPID() }

// innerPID is its PID in its own namespace; 0 while that is not known.
func (p *picture) innerPID() int {
	// The last of NSpid, not Pid: before /proc is the container's own, the process reads the host's.
	for _, side := range []journal.Side{journal.Inside, journal.Outside} {
		if st, ok := p.status(side); ok && len(st.NSpid) > 0 {
			return st.NSpid[len(st.NSpid)-1]
		}
	}
	return 0
}

// firstName is what a program in the container calls the first process, even when
// that has ended: PID 1, or its number on the host where it shares that's namespace.
func firstName(s *journal.State) string {
	f := s.Facts[journal.Key{Fact: factStatus, Side: journal.Outside}]
	b := raw(&f.Value)
	if st := proc.ParseStatus([]byte(b[:min(len(b), mostStatus)])); len(st.NSpid) == 1 {
		return "PID " + strconv.Itoa(st.NSpid[0])
	}
	return "PID 1"
}

// ended is firstName with the Korean particle of a subject, which depends on how
// the last digit is read aloud.
func ended(s *journal.State, lang Lang) string {
	name := firstName(s)
	switch {
	case lang != KO:
		return name + " ended"
	case strings.ContainsAny(name[len(name)-1:], "2459"):
		return name + "가 끝났습니다"
	}
	return name + "이 끝났습니다"
}

// inode is the namespace of a kind that the container's first process is in; 0
// while that is not known.
func inode(s *journal.State, kind string) uint64 {
	_, n, _ := proc.ParseNamespace(wordOf(s, famNS+kind, journal.Outside))
	return n
}

// hostInode is the host's own namespace of a kind.
func hostInode(s *journal.State, kind string) uint64 {
	_, n, _ := proc.ParseNamespace(wordOf(s, famHostNS+kind, journal.Outside))
	return n
}

// engines says whether a namespace that the container shares is the engine's alone:
// without root the engine runs in a user and mount namespace of its own, and the
// machine has others.
func engines(s *journal.State, kind string) bool {
	return s.Header.Rootless && (kind == "user" || kind == "mnt")
}

// joined says whether the container's namespace of that kind is one that was there already.
func joined(s *journal.State, kind string) bool {
	st := s.Stage("namespaces")
	return st != nil && slices.ContainsFunc(st.Notes, func(n journal.Note) bool {
		return n.Key == "namespaces-joined" && slices.Contains(strings.Split(n.Args["kinds"], ", "), kind)
	})
}

// began says that the program took the init's place.
func began(s *journal.State) bool {
	st := s.Stage("exec")
	return st != nil && st.State == journal.Done
}

// freshKinds are the kinds whose namespace differs from the host's.
func freshKinds(s *journal.State) []string {
	var list []string
	for _, k := range proc.Namespaces() {
		if in, out := inode(s, k), hostInode(s, k); in != 0 && out != 0 && in != out {
			list = append(list, k)
		}
	}
	return list
}
