package userland

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// top lists processes by the processor time of the last interval, again and
// again, or COUNT times. Ctrl-C ends it.
func top(args []string) int {
	o, rest, err := getopt(args, "n:d:b")
	if err != nil || len(rest) > 0 {
		return misuse("top", err)
	}
	n, err := o.number("n", 1<<62)
	if err != nil {
		return misuse("top", err)
	}
	every, err := o.span("d", 2*time.Second)
	if err != nil {
		return misuse("top", err)
	}
	_, notty := unix.IoctlGetTermios(1, unix.TCGETS)
	before := map[int]time.Duration{}
	last := time.Now()
	for i := range n {
		all, err := processes()
		if err != nil {
			return fail("top", err)
		}
		if notty == nil && !o.has("b") {
			printf("\x1b[H\x1b[J")
		}
		now := time.Now()
		if !busiest(all, before, now.Sub(last), i == 0) {
			return 1
		}
		last = now
		if i+1 < n {
			time.Sleep(every)
		}
	}
	return 0
}

// busiest prints one list, and remembers for the next.
func busiest(all []process, before map[int]time.Duration, span time.Duration, first bool) bool {
	at := newInstantly()
	share := map[int]float64{}
	for i := range all {
		p := &all[i]
		share[p.pid] = 100 * float64(p.cpu()-before[p.pid]) / float64(span)
		if first {
			share[p.pid] = p.percent(at)
		}
		before[p.pid] = p.cpu()
	}
	slices.SortStableFunc(all, func(a, b process) int {
		return strings.Compare(fmt.Sprintf("%08.1f", share[b.pid]), fmt.Sprintf("%08.1f", share[a.pid]))
	})
	load, _ := os.ReadFile("/proc/loadavg")
	w, done := out()
	_, _ = fmt.Fprintf(w, "top - %s up %s, load average: %s\n", at.now.Format("15:04:05"), at.up.Round(time.Second), firstThree(load))
	_, _ = fmt.Fprintf(w, "%7s %-8s %s %8s %4s %9s %s\n", "PID", "USER", "S", "RSS", "%CPU", "TIME", "COMMAND")
	for i := range all[:min(len(all), 20)] {
		p := &all[i]
		_, _ = fmt.Fprintf(w, "%7d %-8s %s %8s %4.0f %9s %s\n", p.pid, at.names.user(p.uid), p.state,
			human(p.rss*at.pages*1024), share[p.pid], clock(p.cpu()), p.args)
	}
	_, _ = fmt.Fprintln(w)
	return done() == 0
}

func firstThree(load []byte) string {
	f := strings.Fields(string(load))
	return strings.Join(f[:min(3, len(f))], ", ")
}
