package tui

import (
	"strconv"
	"strings"
	"time"

	"glassbox/runtime/proc"
)

// amountOf writes bytes as people read them, in units of 1024: 38.2 MiB. Below 1
// KiB it is exact.
func amountOf(n uint64) string {
	const units = "KMGTPE"
	if n < 1024 {
		return strconv.FormatUint(n, 10) + " B"
	}
	f, i := float64(n)/1024, 0
	for f >= 1023.95 && i < len(units)-1 {
		f, i = f/1024, i+1
	}
	prec := 1
	if f >= 99.95 || f == float64(int64(f)) {
		prec = 0
	}
	return strconv.FormatFloat(f, 'f', prec, 64) + " " + units[i:i+1] + "iB"
}

// limitOf is amountOf for a limit, where Max is none.
func limitOf(n uint64) string {
	if n == proc.Max {
		return "max"
	}
	return amountOf(n)
}

// countOf writes a count, max for none.
func countOf(n uint64) string {
	if n == proc.Max {
		return "max"
	}
	return strconv.FormatUint(n, 10)
}

// signed is for counts that events carry as signed numbers; less than nothing is nothing.
func signed(n int64) uint64 { return uint64(max(n, 0)) }

// spanOf writes microseconds with the unit that fits: 12 µs, 3.4 ms, 1.25 s.
func spanOf(us int64) string {
	switch {
	case us < 0:
		return "0 µs"
	case us < 1000:
		return strconv.FormatInt(us, 10) + " µs"
	case us < 1000_000:
		return trimZero(strconv.FormatFloat(float64(us)/1e3, 'f', 1, 64)) + " ms"
	}
	return trimZero(strconv.FormatFloat(float64(us)/1e6, 'f', 2, 64)) + " s"
}

// trimZero drops zeros that say nothing after a decimal point.
func trimZero(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// rateOf is bytes in a time; "" where the time is too short to tell.
func rateOf(n int64, d time.Duration) string {
	if d < time.Millisecond || n <= 0 {
		return ""
	}
	return amountOf(uint64(float64(n)/d.Seconds())) + "/s"
}

// percent is a part of a whole as a whole number.
func percent(part float64) string { return strconv.Itoa(int(part*100+0.5)) + " %" }

// digestOf shortens a digest as docker does: twelve digits without the algorithm.
func digestOf(id string) string {
	if _, hex, ok := strings.Cut(id, ":"); ok {
		id = hex
	}
	if len(id) > 12 {
		id = id[:12]
	}
	return Clean(id)
}
