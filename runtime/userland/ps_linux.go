package userland

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// column is one that ps can show.
type column struct {
	names string // what -o calls it, with commas between
	title string
	left  bool
	width int
	value func(p *process, at *instantly) string
}

// instantly is what is the same for all rows.
type instantly struct {
	names  *directory
	booted time.Time
	up     time.Duration
	now    time.Time
	pages  int64 // KiB in a page
	memory int64 // the machine's, KiB
}

var columns = [...]column{
	{"uid_hack", "UID", true, 8, func(p *process, at *instantly) string { return at.names.user(p.uid) }},
	{"user,uname,euser", "USER", true, 8, func(p *process, at *instantly) string { return at.names.user(p.uid) }},
	{"uid,euid", "UID", false, 5, func(p *process, _ *instantly) string { return strconv.Itoa(p.uid) }},
	{"pid", "PID", false, 0, func(p *process, _ *instantly) string { return strconv.Itoa(p.pid) }},
	{"ppid", "PPID", false, 0, func(p *process, _ *instantly) string { return strconv.Itoa(p.ppid) }},
	{"pgid,pgrp", "PGID", false, 0, func(p *process, _ *instantly) string { return strconv.Itoa(p.pgid) }},
	{"sid,sess,session", "SID", false, 0, func(p *process, _ *instantly) string { return strconv.Itoa(p.sid) }},
	{"c", "C", false, 2, func(p *process, at *instantly) string { return strconv.Itoa(min(99, int(p.percent(at)))) }},
	{"stime,start_time,bsdstart", "STIME", false, 5, func(p *process, at *instantly) string { return p.since(at) }},
	{"tname", "TTY", true, 8, func(p *process, _ *instantly) string { return terminal(p.tty) }},
	{"tty,tt", "TT", true, 8, func(p *process, _ *instantly) string { return terminal(p.tty) }},
	{"time,cputime", "TIME", false, 8, func(p *process, _ *instantly) string { return clock(p.cpu()) }},
	{"bsdtime", "TIME", false, 6, func(p *process, _ *instantly) string {
		return fmt.Sprintf("%d:%02d", int(p.cpu().Minutes()), int(p.cpu().Seconds())%60)
	}},
	{"args,cmd,command", "COMMAND", true, 27, func(p *process, _ *instantly) string { return p.args }},
	{"comm,ucmd,ucomm", "COMMAND", true, 15, func(p *process, _ *instantly) string { return p.comm }},
	{"s,state", "S", true, 1, func(p *process, _ *instantly) string { return p.state }},
	{"stat", "STAT", true, 4, func(p *process, _ *instantly) string { return p.status() }},
	{"ni,nice", "NI", false, 3, func(p *process, _ *instantly) string { return p.niceness() }},
	{"rss,rssize,rsz", "RSS", false, 5, func(p *process, at *instantly) string { return strconv.FormatInt(p.rss*at.pages, 10) }},
	{"vsz,vsize", "VSZ", false, 6, func(p *process, _ *instantly) string { return strconv.FormatUint(p.vsize/1024, 10) }},
	{"nlwp,thcount", "NLWP", false, 4, func(p *process, _ *instantly) string { return strconv.Itoa(p.threads) }},
	{"%cpu,pcpu", "%CPU", false, 4, func(p *process, at *instantly) string { return fmt.Sprintf("%.1f", float64(int(10*p.percent(at)))/10) }},
	{"%mem,pmem", "%MEM", false, 4, func(p *process, at *instantly) string {
		return fmt.Sprintf("%.1f", float64(p.rss*at.pages*1000/max(1, at.memory))/10)
	}},
}

// ps lists processes in the forms of ps, ps -e, ps -ef, ps aux and ps -o.
func ps(args []string) int {
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' { // BSD style has no dash.
		args[0] = "-" + args[0]
	}
	o, rest, err := getopt(args, "eAfaxuwlo:p:", "pid:=p", "format:=o")
	if err != nil || len(rest) > 0 {
		return misuse("ps", err)
	}
	all, err := processes()
	if err != nil {
		return fail("ps", err)
	}
	shown := choose(o, all)
	cols, err := picked(o)
	if err != nil {
		return misuse("ps", err)
	}
	at := newInstantly()
	w, done := out()
	rows := [][]string{nil}
	for _, c := range cols {
		rows[0] = append(rows[0], c.title)
	}
	for i := range shown {
		var row []string
		for _, c := range cols {
			row = append(row, c.value(&shown[i], at))
		}
		rows = append(rows, row)
	}
	for i, row := range rows {
		if i > 0 || strings.Join(row, "") != "" {
			_, _ = fmt.Fprintln(w, align(row, cols))
		}
	}
	if len(shown) == 0 {
		return max(1, done())
	}
	return done()
}

func newInstantly() *instantly {
	up, _ := running()
	m, _ := meminfo()
	return &instantly{
		names: newDirectory(), booted: booted(), up: up, now: time.Now(),
		pages: int64(os.Getpagesize() / 1024), memory: m["MemTotal"],
	}
}

// choose picks the processes: of one's own terminal and user without -e.
func choose(o opts, all []process) []process {
	if o.has("p") {
		var pids []string
		for _, v := range o["p"] {
			pids = append(pids, strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' })...)
		}
		return slices.DeleteFunc(all, func(p process) bool { return !slices.Contains(pids, strconv.Itoa(p.pid)) })
	}
	if o.has("e") || o.has("A") || o.has("a") && (o.has("x") || o.has("u")) || o.has("x") {
		return all
	}
	me, err := readProcess("/proc/self")
	return slices.DeleteFunc(all, func(p process) bool { return err == nil && (p.tty != me.tty || p.uid != os.Geteuid()) })
}

// picked are the columns: of -o, or those of ps, ps -f and ps u.
func picked(o opts) ([]column, error) {
	want := "pid,tname,time,ucmd=CMD"
	switch {
	case o.has("o"):
		want = strings.Join(o["o"], ",")
	case o.has("f") || o.has("l"):
		want = "uid_hack,pid,ppid,c,stime,tname,time,cmd=CMD"
	case o.has("u"):
		want = "user,pid,%cpu,%mem,vsz,rss,tname,stat,stime=START,bsdtime,command"
	}
	digits := 5 // of a PID: as many as the largest can have
	if text, err := os.ReadFile("/proc/sys/kernel/pid_max"); err == nil {
		n, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		digits = max(digits, len(strconv.Itoa(n-1)))
	}
	var cols []column
	for name := range strings.SplitSeq(want, ",") {
		name, title, renamed := strings.Cut(strings.TrimSpace(name), "=")
		i := slices.IndexFunc(columns[:], func(c column) bool {
			return slices.Contains(strings.Split(c.names, ","), strings.ToLower(name))
		})
		if i < 0 {
			return nil, fmt.Errorf("unknown user-defined format specifier \"%s\"", name)
		}
		c := columns[i]
		if c.width == 0 {
			c.width = digits
		}
		if renamed {
			c.title = title
		}
		cols = append(cols, c)
	}
	return cols, nil
}

func align(row []string, cols []column) string {
	var b strings.Builder
	for i, c := range cols {
		if i > 0 {
			b.WriteByte(' ')
		}
		switch {
		case i == len(cols)-1 && c.left:
			b.WriteString(row[i])
		case c.title == "USER" && len(row[i]) > c.width: // a name that is cut says so
			b.WriteString(row[i][:c.width-1] + "+")
		case c.left:
			_, _ = fmt.Fprintf(&b, "%-*.*s", c.width, c.width, row[i])
		default:
			_, _ = fmt.Fprintf(&b, "%*s", c.width, row[i])
		}
	}
	return b.String()
}
