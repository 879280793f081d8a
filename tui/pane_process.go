package tui

import (
	"slices"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// processes shows the process twice, and what else runs in the container.
func processes(b *lines) {
	t := b.sc.Text
	b.head(t.Rows["twice"])
	if b.borrowed() {
		b.note(t.NoProcYet)
	}
	for _, key := range []string{"Name", "State", "Pid", "NSpid", "PPid", "Uid", "Gid", "Groups", "Threads", "VmRSS", "SigIgn", "SigCgt"} {
		b.field(key)
	}
	b.pairOf(b.row("cmdline"), factCmdline, args)
	b.processTree()
	b.environ()
	if len(b.out) == 1 {
		b.out = b.out[:0]
		b.none()
	}
}

// borrowed says that the inside reads the host's /proc, where PID 1 has another number,
// and will have its own.
func (b *lines) borrowed() bool {
	s := proc.ParseStatus([]byte(b.sc.text(factStatus, journal.Inside)))
	pid, _ := s.Get("Pid")
	all, _ := s.Get("NSpid")
	list := strings.Fields(all)
	st := b.sc.S.Stage("rootfs")
	return len(list) > 1 && list[len(list)-1] != strings.TrimSpace(pid) && st != nil && st.State == ""
}

// field adds a field of /proc/PID/status by the name that the kernel gives it.
func (b *lines) field(key string) {
	b.pairOf(key, factStatus, func(text string) (string, string) {
		s := proc.ParseStatus([]byte(text))
		v, _ := s.Get(key)
		if v = strings.Join(strings.Fields(v), " "); v == "" {
			v = "–"
		}
		note := meaning(key, v)
		if note == "" {
			note = b.here(key, v)
		}
		return Clean(v), note
	})
}

// here says which user or group of the machine it is, where the engine that reads the
// number is in a user namespace, as without root: what another terminal shows.
func (b *lines) here(key, v string) string {
	fact := map[string]string{"Uid": factUIDMap, "Gid": factGIDMap}[key]
	if fact == "" || !b.sc.S.Header.Rootless || inode(b.sc.S, "user") != hostInode(b.sc.S, "user") {
		return ""
	}
	first, _, _ := strings.Cut(v, " ")
	id, err := strconv.ParseUint(first, 10, 32)
	if err != nil {
		return ""
	}
	n, ok := proc.Outer(proc.ParseIDMap([]byte(b.sc.text(fact, journal.Outside))), uint32(id))
	if !ok || uint64(n) == id {
		return ""
	}
	return strings.Replace(b.sc.Text.OnHost, "%s", strconv.FormatUint(uint64(n), 10), 1)
}

// meaning says in words what a field's number stands for.
func meaning(key, v string) string {
	switch key {
	case "SigIgn", "SigCgt", "SigBlk":
		n, err := strconv.ParseUint(v, 16, 64)
		if err != nil || n == 0 {
			return ""
		}
		return strings.ReplaceAll(strings.Join(proc.SignalNames(n), " "), "SIG", "")
	case "Seccomp":
		return map[string]string{"0": "off", "1": "strict", "2": "filter"}[v]
	}
	return ""
}

// environ adds the environment that the program began with.
func (b *lines) environ() {
	f, mark, ok := b.sc.fact(factEnviron, journal.Inside)
	if !ok {
		if f, mark, ok = b.sc.fact(factEnviron, journal.Outside); !ok {
			return
		}
	}
	b.head(b.sc.Text.Rows["environ"])
	l := Line{Wide: true}
	b.where(&l, factEnviron)
	if mark == '~' {
		mark = '+'
	}
	old := map[string]bool{}
	if f.Was != nil && mark != ' ' {
		for _, e := range proc.ParseEnviron([]byte(raw(f.Was))) {
			old[e] = true
		}
	}
	env, note := proc.ParseEnviron([]byte(raw(&f.Value))), ""
	if overwritten(env) {
		note = b.sc.Text.Overwritten
	}
	for _, e := range env {
		l.Out = Cell{Text: Clean(e), Note: note, Mark: mark}
		if old[e] {
			l.Out.Mark = ' '
		}
		b.add(l)
	}
}

// overwritten says that none of these is a variable: a program that shows a title in ps,
// as nginx does, writes it over its arguments and its environment.
func overwritten(env []string) bool {
	return len(env) > 0 && !slices.ContainsFunc(env, func(e string) bool { return strings.Contains(e, "=") })
}
