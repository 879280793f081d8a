package userland

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// percent is the processor time that it used of its life.
func (p *process) percent(at *instantly) float64 {
	life := at.up - time.Duration(p.start)*tick
	if life <= 0 {
		return 0
	}
	return 100 * float64(p.cpu()) / float64(life)
}

// status is the state with what BSD's ps adds: ps(1), PROCESS STATE CODES.
func (p *process) status() string {
	s := p.state
	switch {
	case p.nice < 0:
		s += "<"
	case p.nice > 0:
		s += "N"
	}
	if p.locked() {
		s += "L"
	}
	if p.pid == p.sid {
		s += "s"
	}
	if p.threads > 1 {
		s += "l"
	}
	if p.fg == p.pgid {
		s += "+"
	}
	return s
}

// locked tells whether it has pages locked in memory.
func (p *process) locked() bool {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(p.pid) + "/status")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmLck:"); ok {
			return !strings.HasPrefix(strings.TrimSpace(rest), "0 ")
		}
	}
	return false
}

// niceness is the nice value, of the policies that have one: sched(7).
func (p *process) niceness() string {
	if p.policy != unix.SCHED_NORMAL && p.policy != unix.SCHED_BATCH {
		return "-"
	}
	return strconv.Itoa(p.nice)
}

// since is when it began: the clock if today, else the day.
func (p *process) since(at *instantly) string {
	t := at.booted.Add(time.Duration(p.start) * tick)
	switch {
	case t.YearDay() == at.now.YearDay() && t.Year() == at.now.Year():
		return t.Format("15:04")
	case at.now.Sub(t) < 365*24*time.Hour:
		return t.Format("Jan02")
	}
	return t.Format("2006")
}

// clock is a time as ps shows it, 00:01:09 or 3-00:00:00.
func clock(d time.Duration) string {
	sec := int(d / time.Second)
	s := fmt.Sprintf("%02d:%02d:%02d", sec/3600%24, sec/60%60, sec%60)
	if sec >= 86400 {
		s = fmt.Sprintf("%d-%s", sec/86400, s)
	}
	return s
}
