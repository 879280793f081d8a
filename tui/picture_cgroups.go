package tui

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// cgroups draws the container's group in its tree, and a gauge for each
// controller: what is used, of how much.
func (p *picture) cgroups() {
	list := p.gauges()
	y := p.groupPath(len(list))
	if len(list) == 0 {
		p.gap(p.indent, y, p.w-p.indent, p.say("the group has not been read yet", "그룹을 아직 읽지 않았습니다"))
		return
	}
	list = list[:min(len(list), p.h-y)]
	for i := range list {
		joint := p.g.TeeRight
		if i == len(list)-1 {
			joint = p.g.BottomLeft
		}
		p.put(p.indent, y+i, p.th.Border, joint+p.g.H)
		p.gaugeRow(p.indent+3, y+i, &list[i])
	}
}

// meter is one controller's row.
type meter struct {
	name  string
	part  float64 // 0…1 of a limit
	whole bool    // there is a limit
	hard  bool    // being full is trouble
	text  []piece // what the files say
	files string  // which files
}

// groupPath draws the directories from the mount of the cgroup file system down,
// as far as there is room, and returns the row after them.
func (p *picture) groupPath(rows int) int {
	dir := p.groupDir()
	if dir == "" {
		p.gap(0, 0, p.w, p.say("no control group yet", "컨트롤 그룹(cgroup)이 아직 없습니다"))
		return 1
	}
	parts := strings.Split(strings.TrimPrefix(dir, "/sys/fs/cgroup/"), "/")
	if len(parts) == 1 && parts[0] == dir || !strings.HasPrefix(dir, "/sys/fs/cgroup") {
		parts = []string{dir}
	}
	if room := p.h - rows; p.w < 56 || room < len(parts)+1 || len(parts) > 6 {
		n := p.members()
		x := p.put(0, 0, p.th.Strong, briefLeft(dir, p.w-Width(n.s)-2))
		p.pieces(x+2, 0, p.w-x-2, n)
		return 1
	}
	p.put(0, 0, p.th.Dim, "/sys/fs/cgroup")
	p.put(16, 0, p.th.Faint, p.mode())
	for i, name := range parts {
		x := 3 * i
		p.put(x, 1+i, p.th.Border, p.g.BottomLeft+p.g.H)
		look := p.th.Dim
		if i == len(parts)-1 {
			look = p.th.Strong
		} else if trees := p.trees(dir); i == 0 && trees != "" {
			name = trees
		}
		x = p.put(x+3, 1+i, look, brief(name, max(p.w-x-30, 12)))
		if i == len(parts)-1 {
			p.pieces(x+2, 1+i, p.w-x-2, p.members(), p.rootHere())
		}
	}
	p.indent = 3 * len(parts)
	return 1 + len(parts)
}

func (p *picture) mode() string {
	switch p.s.Header.Cgroup {
	case "v1":
		return p.say("version 1: a tree for each controller", "버전 1: 컨트롤러마다 트리가 따로")
	case "hybrid":
		return p.say("hybrid: version 1 trees beside version 2", "혼합(hybrid): 버전 1과 버전 2가 함께")
	case "v2":
		return p.say("version 2: one tree", "버전 2: 트리 하나")
	}
	return ""
}

// groupDir is the group's directory, taken from where its files were read.
func (p *picture) groupDir() string {
	for _, name := range []string{"cgroup.memory.max", "cgroup.memory.limit_in_bytes", "cgroup.pids.max", "cgroup.cpu.max", "cgroup.cpu.cfs_quota_us", "cgroup.procs"} {
		if dir := p.dirOf(name); dir != "" {
			return dir
		}
	}
	return ""
}

func (p *picture) dirOf(name string) string {
	f, ok := p.s.Fact(name, journal.Outside)
	if !ok || !strings.HasPrefix(f.Value.Source, "/") || len(f.Value.Source) > 4096 {
		return ""
	}
	return path.Dir(f.Value.Source)
}

// trees are the version 1 hierarchies that have a group of the same path, in one
// word; "" with version 2.
func (p *picture) trees(dir string) string {
	tail, ok := strings.CutPrefix(dir, "/sys/fs/cgroup/")
	_, rest, deep := strings.Cut(tail, "/")
	if !ok || !deep || p.s.Header.Cgroup == "v2" {
		return ""
	}
	var list []string
	for _, name := range []string{"memory.limit_in_bytes", "cpu.cfs_quota_us", "cpu.stat", "pids.max", "blkio.throttle.io_service_bytes", "cpuset.cpus", "memory.max"} {
		t, found := strings.CutPrefix(p.dirOf(famCgroup+name), "/sys/fs/cgroup/")
		tree, r, _ := strings.Cut(t, "/")
		if found && r == rest && !slices.Contains(list, tree) {
			list = append(list, tree)
		}
	}
	if len(list) < 2 {
		return ""
	}
	return strings.Join(list, " "+p.g.Next+" ")
}

// members are how many processes are in the group.
func (p *picture) members() piece {
	b, ok := p.read("cgroup.procs", journal.Outside)
	if !ok {
		return piece{}
	}
	n := len(strings.Fields(string(b)))
	if n == 1 {
		return piece{p.th.Text, p.say("1 process", "프로세스 1개")}
	}
	return piece{p.th.Text, p.say(itoa(n)+" processes", "프로세스 "+itoa(n)+"개")}
}

// rootHere says so when the container sees this group as the root of the tree.
func (p *picture) rootHere() piece {
	if p.ownGroup() != "/" {
		return piece{}
	}
	return piece{p.th.Inside, p.say("  "+p.g.Left+" / for the container", "  "+p.g.Left+" 안에서는 /")}
}

func (p *picture) gaugeRow(x, y int, m *meter) {
	x = p.text(x, y, 8, p.th.Text, m.name)
	bar := min(max((p.w-x)/3, 0), 32)
	switch {
	case p.w < 44:
		bar = min(bar, 5)
	case p.w < 60:
		bar = min(bar, 8)
	case p.w < 76:
		bar = min(bar, 12)
	}
	switch {
	case m.whole && m.hard:
		p.gauge(x, y, bar, m.part, p.level(m.part))
	case m.whole:
		p.gauge(x, y, bar, m.part, p.mild(m.part))
	default:
		p.line(x, y, bar, p.th.Border, p.g.DashH)
	}
	x += bar + 1
	x = p.pieces(x, y, p.w-x, fitting(m.text, p.w-x)...)
	files := m.files
	if x+Width(files)+2 > p.w { // the limit's file alone
		files = files[strings.LastIndex(files, " ")+1:]
	}
	if x+Width(files)+2 <= p.w {
		p.right(x, y, p.w-x, p.th.Faint, files)
	}
}

// fitting leaves out, from the end, what is said by the way and has no room: part
// of a number would be another number.
func fitting(list []piece, w int) []piece {
	for {
		n, last := 0, 0
		for i, k := range list {
			n += Width(k.s)
			if i > 0 && (strings.HasPrefix(k.s, ", ") || strings.HasPrefix(k.s, "  ")) {
				last = i
			}
		}
		if n <= w || last == 0 {
			return list
		}
		list = list[:last]
	}
}

// mild is the look of a gauge whose being full is no accident: throttling.
func (p *picture) mild(part float64) Style {
	if part > 0.25 {
		return p.th.Warn
	}
	return p.th.Good
}

// gauges are the meters of the controllers that were read, version 2's files or version 1's.
func (p *picture) gauges() []meter {
	var list []meter
	for _, m := range []func() (meter, bool){p.memory, p.cpu, p.weight, p.pids, p.io} {
		if row, ok := m(); ok {
			list = append(list, row)
		}
	}
	return list
}

// number reads a file with one number from the group; the first name that is there counts.
func (p *picture) number(names ...string) (n uint64, file string, ok bool) {
	for _, name := range names {
		b, have := p.read("cgroup."+name, journal.Outside)
		if !have {
			continue
		}
		if n, err := proc.ParseLimit(b); err == nil {
			return n, name, true
		}
	}
	return 0, "", false
}

func (p *picture) memory() (meter, bool) {
	m := meter{name: p.say("memory", "메모리"), hard: true}
	now, f1, ok1 := p.number("memory.current", "memory.usage_in_bytes")
	limit, f2, ok2 := p.number("memory.max", "memory.limit_in_bytes")
	m.files = join(f1, f2)
	m.text = p.ofLimit(now, limit, ok1, ok2, amountOf)
	if m.whole = ok1 && ok2 && limit != proc.Max && limit > 0; m.whole {
		m.part = float64(now) / float64(limit)
	}
	if n := p.oom(); n > 0 {
		m.text = append(m.text, piece{p.th.Error, "  oom_kill " + strconv.FormatUint(n, 10)})
	}
	return m, ok1 || ok2
}

// oom is how often something in the group was killed for want of memory.
func (p *picture) oom() uint64 { return oomKills(p.s) }

func oomKills(s *journal.State) uint64 {
	for _, name := range []string{"cgroup.memory.events", "cgroup.memory.oom_control"} {
		if b, ok := readFact(s, name, journal.Outside); ok {
			if n, ok := proc.ParseFlat(b).Get("oom_kill"); ok {
				return n
			}
		}
	}
	return 0
}

func (p *picture) pids() (meter, bool) {
	m := meter{name: p.say("pids", "pids"), hard: true}
	now, f1, ok1 := p.number("pids.current")
	limit, f2, ok2 := p.number("pids.max")
	m.files = join(f1, f2)
	m.text = p.ofLimit(now, limit, ok1, ok2, countOf)
	if m.whole = ok1 && ok2 && limit != proc.Max && limit > 0; m.whole {
		m.part = float64(now) / float64(limit)
		m.text = append(m.text, piece{p.th.Dim, p.say(" threads", " 스레드")}) // a process of Go's has several
	}
	return m, ok1 || ok2
}

// ofLimit is "38.2 MiB of 128 MiB", with a gap for what was not read.
func (p *picture) ofLimit(now, limit uint64, ok1, ok2 bool, write func(uint64) string) []piece {
	have, most := "?", "?"
	if ok1 {
		have = write(now)
	}
	switch {
	case ok2 && limit == proc.Max:
		return []piece{{p.th.Strong, have}, {p.th.Dim, p.say(", no limit", ", 제한 없음")}}
	case ok2:
		most = write(limit)
	}
	return []piece{{p.th.Strong, have}, {p.th.Dim, p.say(" of ", " / ")}, {p.th.Text, most}}
}

func join(list ...string) string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}
