package lessons

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"glassbox/runtime/journal"
)

// linter holds a lesson's words against each other.
type linter struct {
	l      *Lesson
	faults Faults
}

// lint says what is wrong with a lesson that has the right form.
func lint(l *Lesson) Faults {
	c := &linter{l: l}
	c.front()
	c.runs()
	c.order()
	for i := range l.Steps {
		c.step(&l.Steps[i])
	}
	c.links()
	return c.faults
}

func (c *linter) say(line int, format string, args ...any) {
	c.faults.add(c.l.File, line, format, args...)
}

var kernelForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d{1,2}\.\d{1,3}$`) })

// front holds the front matter.
func (c *linter) front() {
	l := c.l
	at := l.line
	for _, t := range l.Tags {
		exam, _, curriculum := strings.Cut(t, ":")
		switch {
		case curriculum && !slices.Contains(tags, t):
			known := slices.DeleteFunc(slices.Clone(tags), func(k string) bool { return !strings.HasPrefix(k, exam+":") })
			if len(known) == 0 {
				known = []string{"cka:…", "ckad:…", "cks:…"}
			}
			c.say(at, "unknown tag %s%s", t, meant(t, known))
		case !curriculum && (t == "" || strings.ContainsAny(t, " \t")):
			c.say(at, "the tag %q is no word", t)
		}
	}
	if l.Minutes < 1 || l.Minutes > 240 {
		c.say(at, "minutes: %d; a lesson takes 1 to 240", l.Minutes)
	}
	if l.Needs.Kernel != "" && !kernelForm().MatchString(l.Needs.Kernel) {
		c.say(at, "needs.kernel: %q is no version: write \"5.11\", in quotes", l.Needs.Kernel)
	}
	for _, r := range l.Read {
		n := 0
		for _, w := range []string{r.Kubernetes, r.Man, r.Lesson, r.Spec} {
			if w != "" {
				n++
			}
		}
		if n != 1 {
			c.say(at, "read: each place has one of kubernetes, man, lesson, spec")
		}
		if r.Man != "" && !manForm().MatchString(r.Man) {
			c.say(at, "read: %q is no manual page: namespaces(7)", r.Man)
		}
		if r.Lesson != "" && l.Shipped && !slices.Contains(Names(), r.Lesson) {
			c.say(at, "read: there is no lesson %s%s", r.Lesson, meant(r.Lesson, Names()))
		}
	}
}

var (
	manForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9_.-]+\(\d[a-z]*\)$`) })
	// quantityForm is how Kubernetes writes amounts.
	quantityForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$`)
	})
	runForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9-]{0,20}$`) })
)

// runs holds the containers.
func (c *linter) runs() {
	l := c.l
	if l.Run != nil && len(l.Runs) > 0 {
		c.say(l.line, "run and runs: a lesson has one of them")
	}
	if l.Run == nil && len(l.Runs) == 0 {
		c.say(l.line, "no run: write `run: %s` for the demo image's own program", "{}")
	}
	var before []string
	for _, r := range l.All() {
		if r.Name == "" && len(l.Runs) > 1 {
			c.say(l.line, "runs: each of several has a name")
		}
		if r.Name != "" && !runForm().MatchString(r.Name) {
			c.say(l.line, "runs: the name %q: small letters, digits and -, 21 at most", r.Name)
		}
		if slices.Contains(before, r.Name) {
			c.say(l.line, "runs: the name %q is there twice", r.Name)
		}
		for kind, who := range r.Joins {
			if !slices.Contains(before, who) {
				c.say(l.line, "runs: %s joins the %s of %q, which is no run before it", r.Name, kind, who)
			}
		}
		before = append(before, r.Name)
		for _, of := range []map[string]string{r.Requests, r.Limits} {
			for _, what := range slices.Sorted(maps.Keys(of)) {
				if !quantityForm().MatchString(of[what]) {
					c.say(l.line, "runs: %s: %q is no quantity: 64Mi, 200m", what, of[what])
				}
			}
		}
		if said := flagFault(r.Flags); said != "" {
			c.say(l.line, "runs: %s", said)
		}
	}
}

// known complains about a run that is not there.
func (c *linter) known(line int, name string) {
	if _, ok := c.l.run(name); !ok && len(c.l.All()) > 0 {
		var all []string
		for _, r := range c.l.All() {
			if n := cmp.Or(r.Name, Only); !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
		c.say(line, "there is no run %q%s", name, meant(name, all))
	}
}

// order holds the stops of each run against the order of the stages, and says
// where a run is used before its first stop.
func (c *linter) order() {
	at := map[string]int{}
	last := c.l.RunName("")
	for _, s := range c.l.Steps {
		for _, i := range s.Items {
			switch {
			case i.Stop != nil:
				last = c.l.RunName(i.Stop.Run)
				to, ok := i.Stop.place()
				if last == "" { // which known says
					continue
				}
				if !ok {
					at[last] = max(at[last], 1)
					continue
				}
				if to < at[last] || to == at[last] {
					c.say(i.Line, "the run is at this place already or past it: a run can't go back")
				}
				at[last] = to
			default:
				for _, run := range i.uses(last, c.l.RunName) {
					if run != "" && at[run] == 0 && i.Prose == "" {
						c.say(i.Line, "no stop has started the run %q yet", run)
					}
				}
			}
		}
	}
}

// uses are the runs that an item reads or acts in.
func (i Item) uses(last string, name func(string) string) []string {
	of := func(run string) string {
		if run == "" {
			return last
		}
		return name(run)
	}
	switch {
	case i.Look != nil:
		return []string{of(i.Look.Run)}
	case i.Do != nil && !i.Do.Outside:
		return []string{of(i.Do.Run)}
	case i.Check != nil && !i.Check.Outside:
		return []string{of(i.Check.Run)}
	}
	return nil
}

// place is where a stop is, as a number that grows with the stages; a call is
// anywhere after the stop before it.
func (s *Stop) place() (int, bool) {
	all := journal.Stages()
	switch {
	case s.Before != "":
		return 2*slices.Index(all, s.Before) + 1, true
	case s.At == "running", s.After == "exec": // the same: the program has begun
		return 2*len(all) - 2, true
	case s.After != "":
		return 2*slices.Index(all, s.After) + 3, true
	case s.At == "failed": // wherever that is
		return 0, false
	case s.At == "exited":
		return 2*len(all) + 1, true
	}
	return 0, false
}

// step holds one step.
func (c *linter) step(s *Step) {
	if s.Title == "" {
		c.say(s.Line, "a step without a title")
	}
	if len(s.Items) == 0 {
		c.say(s.Line, "the step %q is empty", s.Title)
	}
	task := 0
	for i := range s.Items {
		c.item(&s.Items[i])
		if s.Items[i].Check != nil {
			task = s.Items[i].Line
		}
	}
	switch {
	case task > 0 && s.Solve == nil:
		c.say(task, "a check without a solve: nothing shows that the task can be done")
	case task == 0 && s.Solve != nil:
		c.say(s.Solve.Line, "a solve without a check: nothing shows whether it is done")
	case task == 0 && len(s.Hints) > 0:
		c.say(s.Hints[0].Line, "a hint without a check: there is no task in this step")
	}
	if s.Solve != nil {
		c.command(s.Solve)
	}
}

// item holds one item.
func (c *linter) item(i *Item) {
	switch {
	case i.Stop != nil:
		c.stop(i.Stop)
	case i.Look != nil:
		c.known(i.Line, i.Look.Run)
		if i.Look.Pane == "" && len(i.Look.Fact) == 0 {
			c.say(i.Line, "look says neither a pane nor a fact")
		}
		for _, f := range i.Look.Fact {
			if said := factFault(f, i.Look.Side); said != "" {
				c.say(i.Line, "%s", said)
			}
		}
	case i.Predict != nil:
		c.predict(i.Predict)
	case i.Do != nil:
		c.command(i.Do)
	case i.Check != nil:
		c.command(i.Check)
	}
}

func (c *linter) stop(s *Stop) {
	c.known(s.Line, s.Run)
	n := 0
	for _, w := range []string{s.Before, s.After, s.Call, s.At} {
		if w != "" {
			n++
		}
	}
	if n != 1 {
		c.say(s.Line, "a stop has one of before, after, call, at; this has %s", strconv.Itoa(n))
	}
	c.call(s.Line, s.Call)
}

func (c *linter) command(d *Command) {
	c.known(d.Line, d.Run)
	if line, said := scriptFault(d.Text); said != "" {
		c.say(d.Line+line, "the shell does not take this: %s", said)
	}
}
