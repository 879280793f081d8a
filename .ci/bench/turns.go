package main

import (
	"fmt"
	"time"
)

// contender is a way to do the work.
type contender struct {
	name   string
	args   func(round int) []string
	time   func([]string) sample // timeIt where nil
	after  func(round int)       // clears away; not measured
	all    []sample
	broken string
}

// warm is how many first rounds do not count.
const warm = 2

// turns lets the contenders do the work one after the other, again and again. Before
// each the machine rests.
func turns(cs []*contender, rounds int, rest time.Duration) {
	for round := range rounds + warm {
		for _, c := range cs {
			if c.broken != "" {
				continue
			}
			run := c.time
			if run == nil {
				run = timeIt
			}
			time.Sleep(rest)
			s := run(c.args(round))
			if c.after != nil {
				c.after(round)
			}
			switch {
			case s.Err != "":
				c.broken = s.Err
			case round >= warm:
				c.all = append(c.all, s)
			}
		}
	}
}

// budget is what the ratio of the first contender to another must not pass.
type budget struct {
	against     string
	floor, goal float64 // goal 0: there is none
}

// table prints the contenders, the ratio of the first to each other one, and what was allowed.
func (b *bench) table(title string, cs []*contender, budgets []budget) {
	b.printf("%s\n\twall\tCPU\tpeak RSS\tratio of wall\tbudget\n", title)
	first := middle(cs[0].all)
	for _, c := range cs {
		if c.broken != "" {
			b.printf("%s\tnot measured: %s\n", c.name, c.broken)
			continue
		}
		m := middle(c.all)
		b.printf("%s\t%s\t%s\t%.1f MiB", c.name, short(m.Wall), short(m.CPU), float64(m.RSS)/(1<<20))
		if c != cs[0] && first.Wall > 0 {
			ratio := float64(first.Wall) / float64(m.Wall)
			b.printf("\t%.2f\t%s", ratio, allowed(ratio, c.name, budgets))
		}
		b.printf("\n")
	}
}

func allowed(ratio float64, name string, budgets []budget) string {
	for _, l := range budgets {
		if l.against != name {
			continue
		}
		say := fmt.Sprintf("≤ %.2f %s", l.floor, verdict(ratio <= l.floor))
		if l.goal > 0 {
			say += fmt.Sprintf(", goal ≤ %.2f %s", l.goal, verdict(ratio <= l.goal))
		}
		return say
	}
	return ""
}

func verdict(kept bool) string {
	if kept {
		return "kept"
	}
	return "MISSED"
}

func short(d time.Duration) string {
	if d >= time.Second {
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}
