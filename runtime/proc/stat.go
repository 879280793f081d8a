package proc

import (
	"errors"
	"strconv"
	"strings"
)

// Stat is /proc/PID/stat, the fields of use here. See proc_pid_stat(5).
type Stat struct {
	Pid     int
	Comm    string // without its parentheses; may itself have any bytes
	State   string // one letter: R S D Z T t X I
	PPid    int
	Pgrp    int
	Session int
	TTY     int    // the controlling terminal's device number
	UTime   uint64 // user time, clock ticks (1/100 s): field 14
	STime   uint64 // system time, clock ticks: field 15
	Threads int    // field 20
	Start   uint64 // when it began, clock ticks since boot: field 22; with Pid it names a process for good
	VSize   uint64 // bytes: field 23
	RSS     int64  // pages: field 24
}

var errStat = errors.New("read stat: not a line of proc_pid_stat(5)")

// ParseStat reads /proc/PID/stat. The command is what lies between the first "("
// and the last ")": a program may name itself "a) R 1 (".
func ParseStat(b []byte) (Stat, error) {
	text := strings.TrimSuffix(string(b), "\n")
	open, end := strings.Index(text, " ("), strings.LastIndex(text, ") ")
	if open < 0 || end < open+2 {
		return Stat{}, errStat
	}
	pid, err := strconv.Atoi(text[:open])
	if err != nil {
		return Stat{}, errStat
	}
	f := strings.Fields(text[end+2:])
	// f[0] is field 3. Field 24 has been there since 2.6.
	if len(f) < 22 {
		return Stat{}, errStat
	}
	at := func(field int) string { return f[field-3] }
	big := func(field int) uint64 {
		n, _ := strconv.ParseUint(at(field), 10, 64)
		return n
	}
	rss, _ := strconv.ParseInt(at(24), 10, 64)
	return Stat{
		Pid: pid, Comm: text[open+2 : end], State: at(3),
		PPid: number(at(4)), Pgrp: number(at(5)), Session: number(at(6)), TTY: number(at(7)),
		UTime: big(14), STime: big(15), Threads: number(at(20)), Start: big(22),
		VSize: big(23), RSS: rss,
	}, nil
}
