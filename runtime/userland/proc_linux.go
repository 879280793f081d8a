package userland

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is what ps shows of one, from /proc/PID: proc(5).
type process struct {
	pid, ppid, tty int
	policy         int // of scheduling: sched(7)
	fg             int // the terminal's foreground process group
	pgid, sid      int
	uid            int
	state          string
	utime, stime   uint64 // clock ticks
	start          uint64 // clock ticks since boot
	nice, threads  int
	vsize          uint64 // bytes
	rss            int64  // pages
	comm, args     string
}

// tick is a clock tick: USER_HZ is 100 wherever Linux runs today.
const tick = 10 * time.Millisecond

// processes are all that /proc shows, by number. One that ends meanwhile is left
// out.
func processes() ([]process, error) {
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("/proc is not mounted: mount -t proc proc /proc")
	}
	var all []process
	for _, n := range names {
		if p, err := readProcess(n); err == nil {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b process) int { return a.pid - b.pid })
	return all, nil
}

// readProcess reads /proc/PID/stat, cmdline and the owner.
func readProcess(dir string) (process, error) {
	p := process{}
	text, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return p, err
	}
	// The name is in parentheses, and may hold some itself: the last one counts.
	open, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	f := []string{}
	if end > open && open > 0 {
		f = strings.Fields(string(text[end+1:]))
	}
	if len(f) < 22 {
		return p, fmt.Errorf("%s/stat: unknown form", dir)
	}
	num := func(i int) int { n, _ := strconv.Atoi(f[i]); return n }
	big := func(i int) uint64 { n, _ := strconv.ParseUint(f[i], 10, 64); return n }
	p.pid, _ = strconv.Atoi(strings.TrimSpace(string(text[:open])))
	p.comm, p.state = string(text[open+1:end]), f[0]
	p.ppid, p.pgid, p.sid, p.tty = num(1), num(2), num(3), num(4)
	p.fg = num(5)
	if len(f) > 38 {
		p.policy = num(38)
	}
	p.utime, p.stime, p.nice, p.threads = big(11), big(12), num(16), num(17)
	p.start, p.vsize, p.rss = big(19), big(20), int64(num(21))
	if statm, err := os.ReadFile(dir + "/statm"); err == nil { // stat's own count lags behind: proc(5).
		if f := strings.Fields(string(statm)); len(f) > 1 {
			p.rss, _ = strconv.ParseInt(f[1], 10, 64)
		}
	}
	line, err := os.ReadFile(dir + "/cmdline")
	if err != nil {
		return p, err
	}
	p.args = strings.Map(printed, strings.Join(strings.Split(strings.TrimRight(string(line), "\x00"), "\x00"), " "))
	if p.args == "" {
		p.args = "[" + p.comm + "]"
		if p.state == "Z" {
			p.args += " <defunct>"
		}
	}
	info, err := os.Stat(dir)
	if err != nil {
		return p, err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		p.uid = int(st.Uid)
	}
	return p, nil
}

// printed keeps a command line on its row, as procps does.
func printed(r rune) rune {
	if r < ' ' || r == 0x7f {
		return '?'
	}
	return r
}

// booted is when the machine started, from /proc/stat.
func booted() time.Time {
	text, err := os.ReadFile("/proc/stat")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if rest, ok := strings.CutPrefix(line, "btime "); ok {
				sec, _ := strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
				return time.Unix(sec, 0)
			}
		}
	}
	return time.Time{}
}

// running is how long the machine has been up, from /proc/uptime.
func running() (time.Duration, error) {
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return 0, err
	}
	up, _, _ := strings.Cut(string(text), " ")
	sec, err := strconv.ParseFloat(up, 64)
	return time.Duration(sec * float64(time.Second)), err
}

// terminal names a controlling terminal as ps does; see tty_nr in proc(5).
func terminal(nr int) string {
	major, minor := nr>>8&0xfff, nr&0xff|nr>>12&0xfff00
	switch {
	case major >= 136 && major <= 143:
		return fmt.Sprintf("pts/%d", (major-136)<<8|minor)
	case major == 4 && minor < 64:
		return fmt.Sprintf("tty%d", minor)
	case major == 4:
		return fmt.Sprintf("ttyS%d", minor-64)
	case major == 5 && minor == 1:
		return "console"
	}
	return "?"
}

// cpu is the processor time that it used, in user and kernel mode.
func (p *process) cpu() time.Duration { return time.Duration(p.utime+p.stime) * tick }
