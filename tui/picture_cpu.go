package tui

import (
	"strconv"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// cpu is the limit of CPU time; its gauge shows in how many of the periods the
// group used up its quota and had to wait. That is throttling: it comes from the
// limit, not from other groups.
func (p *picture) cpu() (meter, bool) {
	m := meter{name: "cpu"}
	limit, file, ok := p.quota()
	b, stat := p.read("cgroup.cpu.stat", journal.Outside)
	if !ok && !stat {
		return m, false
	}
	m.files = join("cpu.stat", file)
	if cores, capped := limit.Cores(); ok && capped {
		m.text = append(m.text, piece{p.th.Strong, trimZero(strconv.FormatFloat(cores, 'f', 3, 64)) + " CPU"})
	} else if ok {
		m.text = append(m.text, piece{p.th.Dim, p.say("no limit", "제한 없음")})
	}
	raw := piece{}
	if ok && limit.Quota != proc.Max {
		raw = piece{p.th.Faint, "  " + strconv.FormatUint(limit.Quota, 10) + "/" + strconv.FormatUint(limit.Period, 10) + " µs"}
	}
	if !stat {
		m.text = append(m.text, raw)
		return m, true
	}
	flat := proc.ParseFlat(b)
	periods, _ := flat.Get("nr_periods")
	waits, _ := flat.Get("nr_throttled")
	if periods > 0 {
		m.whole, m.part = true, float64(waits)/float64(periods)
		what, of, unit := p.say(", throttled in ", ", 스로틀링(throttled) "), p.say(" of ", " / "), p.say(" periods", " 주기")
		if p.w < 76 {
			what, of, unit = p.say(", throttled ", ", 스로틀링 "), "/", ""
		}
		m.text = append(m.text, piece{p.th.Dim, what}, piece{p.mild(m.part), strconv.FormatUint(waits, 10)},
			piece{p.th.Dim, of + strconv.FormatUint(periods, 10) + unit})
	}
	if used, have := flat.Get("usage_usec"); have {
		m.text = append(m.text, piece{p.th.Dim, p.say(", used ", ", 사용 ") + spanOf(int64(min(used, 1<<62)))})
	}
	m.text = append(m.text, raw)
	return m, true
}

// quota reads cpu.max, or version 1's two files.
func (p *picture) quota() (proc.CPUMax, string, bool) {
	if b, ok := p.read("cgroup.cpu.max", journal.Outside); ok {
		c, err := proc.ParseCPUMax(b)
		return c, "cpu.max", err == nil
	}
	q, file, ok := p.number("cpu.cfs_quota_us")
	period, _, ok2 := p.number("cpu.cfs_period_us")
	return proc.CPUMax{Quota: q, Period: period}, file, ok && ok2
}

// weight is the share among groups that compete; it caps nothing, so it has no gauge.
func (p *picture) weight() (meter, bool) {
	n, file, ok := p.number("cpu.weight", "cpu.shares")
	if !ok {
		return meter{}, false
	}
	return meter{name: p.say("weight", "가중치"), files: file, text: []piece{
		{p.th.Strong, strconv.FormatUint(n, 10)},
		{p.th.Dim, p.say(" when CPUs are scarce", " CPU가 모자랄 때의 몫")},
	}}, true
}

// io is what was read and written, and the limits of each device.
func (p *picture) io() (meter, bool) {
	m := meter{name: "io"}
	b, ok1 := p.read("cgroup.io.stat", journal.Outside)
	var in, out uint64
	for _, d := range proc.ParseIOStat(b) {
		in, out = in+d.RBytes, out+d.WBytes
	}
	if v1, ok := p.read("cgroup.blkio.throttle.io_service_bytes", journal.Outside); ok && !ok1 {
		ok1 = true
		for _, t := range proc.ParseThrottle(v1) {
			switch t.Op {
			case "Read":
				in += t.Value
			case "Write":
				out += t.Value
			}
		}
	}
	limits, file := p.ioLimits()
	if !ok1 && len(limits) == 0 {
		return m, false
	}
	if ok1 {
		m.text = append(m.text, piece{p.th.Dim, p.say("read ", "읽기 ")}, piece{p.th.Strong, amountOf(in)},
			piece{p.th.Dim, p.say(", written ", ", 쓰기 ")}, piece{p.th.Strong, amountOf(out)})
	}
	m.text = append(m.text, limits...)
	m.files = file
	return m, true
}

// ioLimits are the limits of the first devices.
func (p *picture) ioLimits() ([]piece, string) {
	var list []piece
	add := func(major, minor int, what string, n uint64) {
		if n == proc.Max || len(list) >= 4 {
			return
		}
		list = append(list, piece{p.th.Dim, "  " + itoa(major) + ":" + itoa(minor) + " " + what + " "}, piece{p.th.Text, limitOf(n)})
	}
	if b, ok := p.read("cgroup.io.max", journal.Outside); ok {
		for _, d := range proc.ParseIOMax(b) {
			add(d.Major, d.Minor, "rbps", d.RBps)
			add(d.Major, d.Minor, "wbps", d.WBps)
		}
		return list, "io.stat io.max"
	}
	for _, f := range []struct{ name, what string }{
		{"blkio.throttle.read_bps_device", "rbps"}, {"blkio.throttle.write_bps_device", "wbps"},
	} {
		b, _ := p.read("cgroup."+f.name, journal.Outside)
		for _, t := range proc.ParseThrottle(b) {
			add(t.Major, t.Minor, f.what, t.Value)
		}
	}
	return list, "blkio.throttle.*"
}
