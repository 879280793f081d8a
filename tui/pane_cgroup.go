package tui

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// limitFiles are the files that hold what a container was limited to, of version 2
// and of version 1.
var limitFiles = []string{
	"memory.max", "memory.swap.max", "memory.high", "memory.oom.group", "cpu.max", "cpu.weight", "pids.max", "io.max", "cpuset.cpus",
	"memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.shares",
	"blkio.throttle.read_bps_device", "blkio.throttle.write_bps_device", "blkio.throttle.read_iops_device", "blkio.throttle.write_iops_device",
}

// cgroup shows every file of the group, the ones that hold limits first.
func cgroup(b *lines) {
	t := b.sc.Text
	b.head(t.Rows["membership"])
	b.pairOf("cgroup", factCgroup, groupPath)
	b.head(t.Rows["gauges"])
	cgroupGauges(b)
	family := ""
	n := 0
	b.head(t.Rows["limits"])
	b.whyUnseen()
	for _, file := range limitFiles {
		b.pairOf(file, famCgroup+file, func(s string) (string, string) { return sized(file, s) })
	}
	names := map[string]string{} // by file: facts of files named cgroup.… are sorted elsewhere
	for _, name := range b.family(famCgroup) {
		names[b.fileName(name)] = name
	}
	for _, file := range sorted(names) {
		name := names[file]
		if slices.Contains(limitFiles, file) {
			continue
		}
		if f, _, _ := strings.Cut(file, "."); f != family {
			family = f
			b.head(f)
		}
		from := len(b.out)
		b.file(file, name)
		for i := range b.out[from:] {
			b.out[from+i].Ticks = b.out[from+i].marked() == '~'
		}
		n++
	}
	if n == 0 && len(b.out) == 3 {
		b.out = b.out[:0]
		b.none()
	}
}

// unseen says that a file of the group is there, and that the inside can't read it
// any more: it left the host's view of the groups and has none of its own yet.
func (b *lines) unseen(name string) bool {
	_, inside := b.sc.S.Fact(name, journal.Inside)
	_, outside := b.sc.S.Fact(name, journal.Outside)
	return strings.HasPrefix(name, famCgroup) && outside && !inside
}

// whyUnseen says in words why the inside's half of the limits is empty.
func (b *lines) whyUnseen() {
	if !slices.ContainsFunc(limitFiles, func(f string) bool { return b.unseen(famCgroup + f) }) {
		return
	}
	if b.sc.ended() {
		b.unread = true
		return
	}
	text := b.sc.Text.NoGroup
	if st := b.sc.S.Stage("rootfs"); st != nil && st.State == "" {
		text = b.sc.Text.NoGroupYet
	}
	b.note(text)
}

// fileName is the file's own name: those that begin with "cgroup." have no more in the fact's.
func (b *lines) fileName(name string) string {
	for _, side := range bothSides {
		if f, _, ok := b.sc.fact(name, side); ok {
			if _, file := path.Split(f.Value.Source); file != "" {
				return Clean(short(file))
			}
		}
	}
	return Clean(short(strings.TrimPrefix(name, famCgroup)))
}

// file adds a file of the group: one row if it has one line, else a row for each.
func (b *lines) file(file, name string) {
	if !b.flat(name) {
		b.pairOf(file, name, func(s string) (string, string) { return sized(file, s) })
		return
	}
	b.pairOf(file, name, func(string) (string, string) { return "", "" })
	b.out[len(b.out)-1].Out.Mark, b.out[len(b.out)-1].In.Mark = ' ', ' '
	keys, cut := b.keys(name)
	for _, key := range keys {
		b.pairOf("  "+Clean(short(key)), name, func(s string) (string, string) {
			for line := range strings.SplitSeq(s, "\n") {
				if k, v, ok := cut(line); ok && k == key {
					return Clean(v), ""
				}
			}
			return "", ""
		})
	}
}

// flat says whether a file has lines of "key value".
func (b *lines) flat(name string) bool {
	s := strings.TrimRight(b.either(name), "\n")
	return strings.Contains(s, "\n") && strings.Contains(s, " ") && !strings.HasSuffix(name, "memory.stat")
}

func (b *lines) either(name string) string {
	if s := b.sc.text(name, journal.Outside); s != "" {
		return s
	}
	return b.sc.text(name, journal.Inside)
}

// keys are those of a file's lines, and how a line is cut into its key and its value.
// Where the first word alone is none, as in version 1's "254:0 Read 4096", all words but
// the last are the key.
func (b *lines) keys(name string) (keys []string, cut func(string) (key, v string, ok bool)) {
	cut = func(line string) (string, string, bool) { return strings.Cut(line, " ") }
	all := strings.Split(strings.TrimRight(b.either(name), "\n"), "\n")
	seen := make(map[string]bool, len(all))
	for _, line := range all {
		k, _, _ := cut(line)
		keys = append(keys, k)
		seen[k] = true
	}
	if len(seen) == len(all) {
		return keys, cut
	}
	cut = func(line string) (string, string, bool) {
		i := strings.LastIndexByte(line, ' ')
		if i < 0 {
			return line, "", false
		}
		return line[:i], line[i+1:], true
	}
	for i, line := range all {
		keys[i], _, _ = cut(line)
	}
	return keys, cut
}

// sized is what a file holds, and where that is a number of bytes, what people say;
// they say that first of version 1's number for no limit, which is longer than a column.
func sized(file, s string) (text, note string) {
	text = oneLine(s)
	n, err := proc.ParseLimit([]byte(s))
	switch {
	case !strings.HasPrefix(file, "memory.") || err != nil || n < 1024 || text == "max":
		return text, ""
	case n == proc.Max:
		return "max", text
	}
	return text, limitOf(n)
}

// cgroupGauges adds bars of what is used of each limit.
func cgroupGauges(b *lines) {
	mem := b.of("memory.current", "memory.usage_in_bytes")
	b.gauge("memory", mem, b.of("memory.max", "memory.limit_in_bytes"), amountOf)
	b.gauge("pids", b.of("pids.current"), b.of("pids.max"), countOf)
	b.throttled()
	b.refused()
}

// of finds the first of several files that is there, the v2 name first.
func (b *lines) of(names ...string) string {
	for _, n := range names {
		for _, side := range bothSides {
			if b.sc.text(famCgroup+n, side) != "" {
				return famCgroup + n
			}
		}
	}
	return ""
}

func (b *lines) gauge(label, current, limit string, write func(uint64) string) {
	if current == "" && limit == "" {
		return
	}
	used, _ := proc.ParseLimit([]byte(b.either(current)))
	most, err := proc.ParseLimit([]byte(b.either(limit)))
	l := Line{Label: b.row(label), Wide: true}
	if current != "" {
		b.where(&l, current)
	} else {
		b.where(&l, limit)
	}
	th := b.sc.Theme
	text := write(used)
	switch {
	case limit == "" || err != nil || most == proc.Max:
		text += " / max"
		l.Out = Cell{Text: text}
	default:
		part := 0.0
		if most > 0 {
			part = float64(used) / float64(most)
		}
		l.Out = Cell{Text: text + " / " + write(most), Bar: 20, Part: part, Look: level(th, part), Keep: true}
	}
	if _, mark, ok := b.sc.fact(limit, journal.Outside); ok && mark != ' ' {
		l.Out.Mark = '~'
	}
	b.add(l)
}

// bar is a gauge n cells wide, to an eighth of a cell: what is full of it, and the rest.
func bar(g *Glyphs, n int, part float64) (full, rest string) {
	part = min(max(part, 0), 1)
	eighths := int(part * float64(n*8))
	if part > 0 && eighths == 0 {
		eighths = 1 // something is not nothing
	}
	k := eighths / 8
	full = strings.Repeat(g.Full, k)
	if eighths%8 > 0 {
		full += g.Eighths[eighths%8-1]
		k++
	}
	return full, strings.Repeat(g.Empty, n-k)
}

func level(th *Theme, part float64) Style {
	switch {
	case part >= 0.95:
		return th.Error
	case part >= 0.75:
		return th.Warn
	}
	return th.Good
}

// throttled says how often the group was held back.
func (b *lines) throttled() {
	name := b.of("cpu.stat")
	if name == "" {
		return
	}
	f := proc.ParseFlat([]byte(b.either(name)))
	n, ok := f.Get("nr_throttled")
	if !ok {
		return
	}
	us, ok := f.Get("throttled_usec")
	if !ok {
		ns, _ := f.Get("throttled_time")
		us = ns / 1000
	}
	l := Line{Label: b.row("throttled"), Wide: true, Out: Cell{Text: strconv.FormatUint(n, 10) + "×  " + spanOf(int64(min(us, 1<<62)))}}
	if n > 0 {
		l.Out.Look = b.sc.Theme.Warn
	}
	b.where(&l, name)
	b.add(l)
}

// refused says how often the group got no further process.
func (b *lines) refused() {
	name := b.of("pids.events")
	n, ok := proc.ParseFlat([]byte(b.either(name))).Get("max")
	if !ok {
		return
	}
	l := Line{Label: b.row("refused"), Wide: true, Out: Cell{Text: strconv.FormatUint(n, 10) + "×"}}
	if n > 0 {
		l.Out.Look = b.sc.Theme.Warn
	}
	b.where(&l, name)
	b.add(l)
}
