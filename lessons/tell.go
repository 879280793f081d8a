package lessons

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"glassbox/runtime/journal"
)

// Tell is something on a screen that gives a question's answer away before it is
// answered.
type Tell struct {
	Run  string         // of which run; "" is the one that stopped last
	Fact string         // a fact's name, or exit, error, output, stdout; "took STAGE", "calls NAME"
	Line *regexp.Regexp // of the fact, the lines of it; nil: all of it
}

// Tells are what shows the value that answers the question. What a command reads
// is told from its words.
func (p *Predict) Tells(runs []Run) []Tell {
	v := &p.Value
	var line *regexp.Regexp
	if v.Line != "" && v.JSON == "" {
		line, _ = regexp.Compile(v.Line) // one that is wrong covers all
	}
	var list []Tell
	add := func(name string) { list = append(list, Tell{v.Run, name, line}) }
	for _, f := range v.Fact {
		add(f)
	}
	for _, s := range v.Took {
		add("took " + s)
	}
	switch {
	case v.Exit != "":
		add("exit")
	case v.Error != "":
		add("error")
	case v.Calls != "":
		add("calls " + v.Calls)
	case v.Command != "":
		return commandTells(v, line, runs)
	}
	return list
}

// reads says which facts hold what a shell's words read, and in which lines; $1 is
// the file's or the namespace's name.
var reads = []struct{ words, fact, line string }{
	{`/proc/[^\s;|]*/(status|mountinfo|cgroup|uid_map|gid_map|cmdline|environ|limits|oom_score_adj)\b`, "proc.$1", ""},
	{`\b(?:readlink|stat|ls)\b[^;|\n]*/ns/(cgroup|ipc|mnt|net|pid|time|user|uts)\b`, "proc.ns.$1", ""},
	{`(?:CGROUP\}?"?|/sys/fs/cgroup[^\s;|]*)/([a-z]+\.[a-z_.]+)`, "cgroup.$1", ""},
	{`\bip\b[^;|\n]*\b(?:addr|link)\b|/proc/[^\s;|]*/net/dev\b`, "net.addr", ""},
	{`\bip\b[^;|\n]*\broute\b`, "net.route", ""},
	{`\bhostname\b|\buname -n\b`, "uts.hostname", ""},
	{`\bps\b|\bls /proc\b`, "proc.tree", ""},
	{`\$\{?(?:[A-Z0-9_]+_)?UPPER\b`, "fs.upper", ""},
	{`\$\{?(?:[A-Z0-9_]+_)?LOWER\b`, "fs.layers", ""},
	{`\$\{?(?:[A-Z0-9_]+_)?(?:MERGED|ROOTFS)\b`, "fs.root", ""},
	{`\$\{?(?:[A-Z0-9_]+_)?JOURNAL\b`, "output", ""},
	{`/proc/[^\s;|]*/fd/`, "stdout", ""},
	{`/proc/[^\s;|]*/comm\b`, "proc.status", "^Name:"},
	{`/proc/[^\s;|]*/comm\b`, "proc.cmdline", ""},
	{`\bcaps\b`, "proc.status", "^Cap"},
	{`\Agrep '\^[UG]id:`, "proc.uid_map", ""},
	{`\Agrep '\^[UG]id:`, "proc.gid_map", ""},
}

const (
	ofRun     = `\$\{?([A-Z0-9_]+)_(?:PID|CGROUP|UPPER|LOWER|MERGED|ROOTFS|JOURNAL)\b`
	statusKey = `\bgrep\b[^;|\n]*\^([A-Z]\w*:)`
)

// commandTells are the facts that hold what a command reads: of the runs that its
// variables name, or else of the one that it is about.
func commandTells(v *Value, line *regexp.Regexp, runs []Run) (list []Tell) {
	of := []string{v.Run}
	for _, m := range regexp.MustCompile(ofRun).FindAllStringSubmatch(v.Command, -1) {
		for _, r := range runs {
			if VariableOf(r.Name) == m[1] && !slices.Contains(of, r.Name) {
				of = append(of, r.Name)
			}
		}
	}
	if len(of) > 1 {
		of = of[1:]
	}
	key := regexp.MustCompile(statusKey).FindStringSubmatch(v.Command)
	for _, k := range reads {
		words := regexp.MustCompile(k.words)
		for _, m := range words.FindAllStringSubmatchIndex(v.Command, -1) {
			t := Tell{Line: line}
			if k.line != "" {
				t.Line = regexp.MustCompile(k.line)
			}
			t.Fact = strings.Replace(string(words.ExpandString(nil, k.fact, v.Command, m)), "cgroup.cgroup.", "cgroup.", 1)
			if key != nil && t.Line == nil && t.Fact == "proc.status" {
				t.Line = regexp.MustCompile("^" + regexp.QuoteMeta(key[1]))
			}
			for _, t.Run = range of {
				list = append(list, t)
			}
		}
	}
	return list
}

// VariableOf is how a run's name begins the variables that are its own: WEB_PID.
func VariableOf(run string) string { return strings.ToUpper(strings.ReplaceAll(run, "-", "_")) }

// Without is what would be known of a run if what the tells name were not, or, of
// lines in a fact, were something else: a row of a view that is another one then tells.
func Without(s *journal.State, tells []Tell) *journal.State {
	s = s.Clone()
	for _, t := range tells {
		word, arg, _ := strings.Cut(t.Fact, " ")
		switch word {
		case "exit":
			s.Exit = nil
		case "error":
			s.Errors = nil
		case "output":
			s.Output = nil
		case "stdout": // a program that has not begun has none
			if st := s.Stage("exec"); st != nil {
				st.State = ""
			}
		case "calls":
			for i := range s.Stages {
				s.Stages[i].Calls = 0
			}
			s.Counts.Calls = 0
		case "took":
			if st := s.Stage(arg); st != nil {
				st.DurUS = 0
			}
		case "fs.layers":
			s.Progress = nil
		}
		for _, side := range []journal.Side{journal.Outside, journal.Inside} {
			t.hide(s.Facts, journal.Key{Fact: t.Fact, Side: side})
		}
		s.Calls = slices.DeleteFunc(s.Calls, func(e journal.Event) bool { return t.Has(&e) })
	}
	return s
}

// hide takes a fact from what is known, or says something else in its lines.
func (t Tell) hide(facts map[journal.Key]journal.Fact, key journal.Key) {
	f, ok := facts[key]
	if !ok {
		return
	}
	if t.Line == nil || f.Value.Text == nil {
		delete(facts, key)
		return
	}
	f.Value = t.other(f.Value)
	if f.Was != nil {
		was := t.other(*f.Was)
		f.Was = &was
	}
	facts[key] = f
}

// other has another value behind the name in each line that tells. A line that was
// left out would not do: a number that is not there may be read as 0.
func (t Tell) other(v journal.Value) journal.Value {
	if v.Text == nil {
		return v
	}
	lines := strings.Split(*v.Text, "\n")
	for i, l := range lines {
		if t.Line.MatchString(l) {
			at := strings.IndexAny(l, ": \t=") + 1
			lines[i] = l[:at] + strings.Map(another, l[at:]) + " 9"
		}
	}
	text := strings.Join(lines, "\n")
	v.Text = &text
	return v
}

func another(r rune) rune {
	switch {
	case r >= '0' && r <= '9':
		return '9' - (r - '0')
	case r >= 'a' && r <= 'y':
		return r + 1
	}
	return r
}

// Has tells whether a call or a write tells the same.
func (t Tell) Has(e *journal.Event) bool {
	file, group := strings.CutPrefix(t.Fact, "cgroup.")
	name, calls := strings.CutPrefix(t.Fact, "calls ")
	switch {
	case e.Write != nil:
		return group && path.Base(e.Write.Path) == file
	case e.Call != nil:
		return calls && e.Call.Name == name
	}
	return false
}
