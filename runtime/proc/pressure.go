package proc

import (
	"strconv"
	"strings"
)

// Stall is how long tasks had to wait for a resource.
type Stall struct {
	Avg10, Avg60, Avg300 float64 // per cent of the time, over so many seconds
	Total                uint64  // microseconds since the group was made
}

// Pressure is a file of pressure stall information: /proc/pressure/* and version
// 2's cpu.pressure, memory.pressure, io.pressure. Some tasks waited, or all of
// them (Full, nil where the file has no such line). See
// Documentation/accounting/psi.rst.
type Pressure struct{ Some, Full *Stall }

// ParsePressure reads lines of "some avg10=0.00 avg60=0.00 avg300=0.00 total=0".
func ParsePressure(b []byte) Pressure {
	var p Pressure
	for line := range lines(b) {
		kind, rest, _ := strings.Cut(line, " ")
		switch kind {
		case "some":
			p.Some = parseStall(rest)
		case "full":
			p.Full = parseStall(rest)
		}
	}
	return p
}

func parseStall(text string) *Stall {
	var s Stall
	for _, pair := range strings.Fields(text) {
		k, v, _ := strings.Cut(pair, "=")
		switch k {
		case "avg10":
			s.Avg10, _ = strconv.ParseFloat(v, 64)
		case "avg60":
			s.Avg60, _ = strconv.ParseFloat(v, 64)
		case "avg300":
			s.Avg300, _ = strconv.ParseFloat(v, 64)
		case "total":
			s.Total, _ = strconv.ParseUint(v, 10, 64)
		}
	}
	return &s
}
