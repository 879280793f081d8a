package tui

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// exec draws who PID 1 is now, each with what it was before this stage, and the
// way of a byte of its output, here and in Kubernetes.
func (p *picture) exec() {
	st, ok := p.status(journal.Outside)
	if !ok {
		p.noProcess()
		p.way(2)
		return
	}
	room := p.w - 14
	rows := p.who(&st, room, 1)
	if len(rows)+2 > p.h {
		room = math.MaxInt
		rows = p.who(&st, room, 1)
	}
	if spare := p.h - len(rows) - 5; spare > 0 {
		rows = p.who(&st, room, 1+spare)
	}
	wayRows := 0
	if p.h >= len(rows)+4 {
		wayRows = 4
	} else if p.h >= 6 {
		wayRows = 2
	}
	y := 0
	for i := range rows[:min(len(rows), max(p.h-wayRows, 1))] {
		x := p.text(0, y, min(14, p.w), p.th.Dim, rows[i].name)
		p.pieces(x, y, p.w-x, rows[i].list...)
		y++
	}
	if wayRows == 4 {
		y++
	}
	p.way(y)
}

type whoRow struct {
	name string
	list []piece
}

// who are the rows about PID 1, its capabilities in so many of them at most; its
// command stands in a row of its own where both don't fit into w cells.
func (p *picture) who(st *proc.Status, w, capRows int) []whoRow {
	was, had := p.before()
	old := func(text, now string) piece {
		if !had || text == now || text == "" {
			return piece{}
		}
		return piece{p.th.Faint, text + " " + p.g.Right + " "}
	}
	caps := func(s *proc.Status) string { return itoa(len(proc.CapNames(s.CapEff))) }
	ids := func(s *proc.Status) string { return itoa(s.UID[1]) + ":" + itoa(s.GID[1]) }
	rows := []whoRow{{"PID " + itoa(max(p.innerPID(), 0)), []piece{old(brief(was.Name, 15), brief(st.Name, 15)), {p.th.Accent, brief(st.Name, 15)}}}}
	if command := p.command(); Width(rows[0].list[0].s)+Width(rows[0].list[1].s)+2+Width(command) <= w {
		rows[0].list = append(rows[0].list, piece{p.th.Text, "  " + command})
	} else {
		rows = append(rows, whoRow{p.say("command", "명령"), []piece{{p.th.Text, command}}})
	}
	rows = append(rows,
		whoRow{p.say("user:group", "사용자:그룹"), []piece{old(ids(&was), ids(st)), {p.th.Text, ids(st)}, p.groups(st)}},
		whoRow{p.say("capabilities", "캐퍼빌리티"), []piece{
			old(caps(&was), caps(st)),
			{p.th.Strong, caps(st)},
			{p.th.Dim, p.say(" effective", "개 유효(effective)")},
			{p.th.Dim, p.say(", bounding ", p.wide(", 한계(bounding) ", ", 한계 ")) + itoa(len(proc.CapNames(st.CapBnd)))},
		}})
	for _, names := range capList(st.CapEff, p.w-14, capRows) {
		rows = append(rows, whoRow{"", []piece{{p.th.Faint, names}}})
	}
	rows = append(rows,
		whoRow{"seccomp", []piece{old(p.filter(&was), p.filter(st)), {p.th.Text, p.filter(st)}}},
		whoRow{"no_new_privs", []piece{old(yes(p.lang, was.NoNewPrivs), yes(p.lang, st.NoNewPrivs)), {p.th.Text, yes(p.lang, st.NoNewPrivs)}}})
	if env, ok := p.environ(); ok {
		row := []piece{{p.th.Text, itoa(len(env)) + p.say("", "개")}, {p.th.Faint, "  " + envNames(env, p.w-14)}}
		if overwritten(env) {
			row = []piece{{p.th.Faint, p.say("the program wrote its title over it", "프로그램이 제목으로 덮어썼습니다")}}
		}
		rows = append(rows, whoRow{p.say("environment", "환경 변수"), row})
	}
	return rows
}

// wide is the longer of two wordings where there is room.
func (p *picture) wide(long, short string) string {
	if p.w < roomy {
		return short
	}
	return long
}

// before is the process as it was before the stage in which its status changed last.
func (p *picture) before() (proc.Status, bool) {
	f, ok := p.s.Fact(factStatus, journal.Outside)
	if !ok || f.Was == nil || f.Stage != "exec" {
		return proc.Status{}, false
	}
	b := f.Was.Bytes()
	return proc.ParseStatus(b[:min(len(b), mostRead)]), true
}

// command is the command line that the kernel has, as a shell would have it.
func (p *picture) command() string {
	b, ok := p.read(factCmdline, journal.Inside)
	if !ok {
		b, ok = p.read(factCmdline, journal.Outside)
	}
	if !ok {
		return ""
	}
	line, _ := args(string(b[:min(len(b), 1024)]))
	return brief(line, p.w)
}

func (p *picture) environ() ([]string, bool) {
	b, ok := p.read(factEnviron, journal.Inside)
	if !ok {
		b, ok = p.read(factEnviron, journal.Outside)
	}
	return proc.ParseEnviron(b), ok
}

// envNames are names alone: a value may be a secret.
func envNames(env []string, w int) string {
	var b strings.Builder
	for _, e := range env {
		if b.Len() > 2*max(w, 0) {
			break
		}
		name, _, _ := strings.Cut(e, "=")
		b.WriteString(brief(name, 40) + " ")
	}
	return b.String()
}

func (p *picture) groups(st *proc.Status) piece {
	if len(st.Groups) == 0 {
		return piece{}
	}
	text := p.say("  groups", "  그룹")
	for _, g := range st.Groups[:min(len(st.Groups), 8)] {
		text += " " + itoa(g)
	}
	return piece{p.th.Faint, text}
}

func (p *picture) filter(st *proc.Status) string {
	switch st.Seccomp {
	case 1:
		return p.say("strict", "엄격(strict)")
	case 2:
		if st.SeccompFilters > 0 {
			return p.say("filter ×", "필터(filter) ×") + itoa(st.SeccompFilters)
		}
		return p.say("filter", "필터(filter)")
	}
	return p.say("off", "꺼짐")
}

func yes(lang Lang, b bool) string {
	if b {
		return Say(lang, "yes", "켜짐")
	}
	return Say(lang, "no", "꺼짐")
}

// capList are names without CAP_, in lower case as --cap-drop takes them, in n rows
// of w cells at most.
func capList(mask uint64, w, n int) []string {
	if mask == 0 || w <= 0 {
		return nil
	}
	list := proc.CapNames(mask)
	for i, name := range list {
		list[i] = strings.ToLower(strings.TrimPrefix(name, "CAP_"))
	}
	rows := Wrap(strings.Join(list, " "), w)
	if len(rows) > n {
		rows = append(rows[:n-1], CutWords(strings.Join(rows[n-1:], " "), w))
	}
	return rows
}

// way draws the way of a byte that the program prints.
func (p *picture) way(y int) {
	if y >= p.h {
		return
	}
	program := p.say("program", "프로그램")
	if st, ok := p.status(journal.Outside); ok && st.Name != "" && began(p.s) {
		program = brief(st.Name, 15)
	}
	carrier := p.say("pipe", "파이프")
	if p.terminal() {
		carrier = "pty"
	}
	here := []string{program, carrier, "glassbox", p.say("journal", "저널"), p.say("screen", "화면")}
	there := []string{program, carrier, p.say("shim", p.wide("심(shim)", "심")), "FIFO", "containerd", p.say("log file", "로그 파일"), "kubelet", "kubectl logs"}
	label := "stdout"
	if p.h-y >= 3 {
		label = p.say("here", "여기")
		n := strconv.FormatInt(p.s.Counts.OutputBytes, 10)
		p.pieces(0, y, p.w, piece{p.th.Strong, p.say("the way of a byte of stdout", "표준 출력 한 바이트가 가는 길")},
			piece{p.th.Faint, p.say("   so far "+n+" bytes", "   지금까지 "+n+"바이트")})
		y++
	}
	x := 14 // below the values above, where that costs no name and no row
	for _, list := range [][]string{here, there} {
		if len(inRows(list, p.w-x)) > len(inRows(list, p.w-12)) {
			x = 12
		}
	}
	y = p.flow(x, y, 1, label, here, p.th.Accent)
	p.flow(x, y, p.h-y, "Kubernetes", there, p.th.Dim)
}

// terminal says that the program was given a terminal: its /dev/console is a mount then.
func (p *picture) terminal() bool {
	b, ok := p.read(factMountinfo, journal.Inside)
	if !ok {
		b, _ = p.read(factMountinfo, journal.Outside)
	}
	mounts, _ := proc.ParseMountinfo(b)
	return slices.ContainsFunc(mounts, func(m proc.Mount) bool { return m.Point == "/dev/console" })
}

// flow draws names joined by arrows from x on, behind their label, in most rows at
// most, and returns the row after them; those that have no room are left out in the middle.
func (p *picture) flow(x, y, most int, label string, list []string, look Style) int {
	if y >= p.h {
		return y
	}
	if p.w >= 48 {
		p.text(0, y, x, p.th.Dim, label)
	} else {
		x = 0
	}
	arrow := p.g.Right + " "
	rows := inRows(list, p.w-x)
	if len(rows) > most {
		rows = [][]string{shorten(list, p.w-x)}
	}
	for k, row := range rows {
		at := x
		for i, s := range row {
			if i > 0 {
				at++
			}
			if i+k > 0 {
				at = p.put(at, y, p.th.Faint, arrow)
			}
			at = p.pieces(at, y, p.w-at, piece{look, s})
		}
		y++
	}
	return y
}

// inRows sets names joined by arrows into rows of w cells; all but the first begin
// with an arrow.
func inRows(list []string, w int) [][]string {
	var rows [][]string
	n := 0
	for _, s := range list {
		n += Width(s) + 3
		if len(rows) == 0 || n-1 > w {
			rows = append(rows, nil)
			n = Width(s) + 3
			if len(rows) == 1 {
				n = Width(s) + 1
			}
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], s)
	}
	return rows
}

// shorten leaves names out of the middle, with one ellipsis for all of them, until
// the rest fits into w cells.
func shorten(list []string, w int) []string {
	width := func(list []string) int {
		n := -3
		for _, s := range list {
			n += Width(s) + 3
		}
		return n
	}
	short := list
	for gone := 1; width(short) > w && gone <= len(list)-2; gone++ {
		from := (len(list) - gone) / 2
		short = slices.Concat(list[:from], []string{"…"}, list[from+gone:])
	}
	return short
}
