package lessons

import (
	"slices"
	"time"
)

// Lesson is one lesson in one language.
type Lesson struct {
	Name   string // of its directory, without the number: "namespaces"
	Number int    // of its directory; -1 where it has none
	Lang   string // en or ko; "" where the file's name says no language
	File   string // as it is named in messages

	Front
	Intro string // Markdown before the first step
	Steps []Step

	Shipped bool     // came with this program: its commands are trusted
	files   []string // what lies beside it, for links
	tape    []byte   // its recording, where one lies beside a stranger's
	line    int      // of the front matter's first line
}

// Front is the front matter: what the lesson is, what it needs and what it runs.
type Front struct {
	Title   string        `yaml:"title" doc:"what the lesson is called, in its language" must:"yes"`
	Minutes int           `yaml:"minutes" doc:"how long a learner takes" must:"yes"`
	Level   string        `yaml:"level" doc:"for whom it is" enum:"beginner intermediate advanced" must:"yes"`
	Tags    []string      `yaml:"tags" doc:"what it serves: cka:… ckad:… cks:… from the curriculum, and free words"`
	Needs   Needs         `yaml:"needs" doc:"what the machine must have; without it the lesson is not started"`
	Run     *Run          `yaml:"run" doc:"the container that the lesson is about"`
	Runs    []Run         `yaml:"runs" doc:"several containers instead, each with a name; one may join another's namespaces, as a Pod's do"`
	Read    []Read        `yaml:"read" doc:"where to read on, told at the end"`
	Timing  *Timing       `yaml:"timing" doc:"how long --auto stays, for all steps"`
	Timeout time.Duration `yaml:"timeout" doc:"how long one stop, command or check may take: 60s"`
}

// Needs is what a machine must have.
type Needs struct {
	Root        bool     `yaml:"root" doc:"real root; without it the lesson must work in a user namespace"`
	Cgroup      string   `yaml:"cgroup" doc:"the version of the controllers" enum:"any v1 v2"`
	Controllers []string `yaml:"controllers" doc:"cgroup controllers, in either version" enum:"cpu cpuset memory io pids"`
	Kernel      string   `yaml:"kernel" doc:"at least this version: 5.11"`
	Network     bool     `yaml:"network" doc:"a way to the internet"`
	Users       bool     `yaml:"-"` // found out: a program runs as another user than root
	Commands    []string `yaml:"commands" doc:"programs that commands on the host call"`
}

// Run is one container of a lesson. It is started when the first stop names it.
type Run struct {
	Name     string            `yaml:"name" doc:"by which stops, commands and facts name it; needed where there are several"`
	Image    string            `yaml:"image" doc:"as glassbox run takes it; demo where it is left out"`
	Offline  string            `yaml:"offline" doc:"the image to take where the store has the first one not, and no registry answers: demo"`
	Args     []string          `yaml:"args" doc:"the command, instead of the image's own"`
	Requests map[string]string `yaml:"requests" doc:"Kubernetes requests: cpu, memory" keys:"cpu memory"`
	Limits   map[string]string `yaml:"limits" doc:"Kubernetes limits: cpu, memory" keys:"cpu memory"`
	Joins    map[string]string `yaml:"joins" doc:"namespaces of another run to join: net: NAME" keys:"net ipc uts pid"`
	Without  []string          `yaml:"without" doc:"what to leave out, to see what happens" enum:"pid mnt uts ipc net cgroupns cgroup pivot_root seccomp masks caps"`
	Flags    []string          `yaml:"flags" doc:"other flags of glassbox run, one a word: [--hostname, web]"`
}

// Read is one place to read on: exactly one of its fields is set.
type Read struct {
	Kubernetes string `yaml:"kubernetes" doc:"a page of kubernetes.io/docs, by its title"`
	Man        string `yaml:"man" doc:"a manual page: namespaces(7)"`
	Lesson     string `yaml:"lesson" doc:"another lesson's name"`
	Spec       string `yaml:"spec" doc:"a specification and its section"`
}

// Timing is how long --auto stays.
type Timing struct {
	Read  time.Duration `yaml:"read" doc:"at each piece of prose; by its length where it is left out"`
	Think time.Duration `yaml:"think" doc:"at each question, before the answer is told"`
	Look  time.Duration `yaml:"look" doc:"at each place to look at"`
}

// All are the lesson's runs, whichever way they are written.
func (l *Lesson) All() []Run {
	if l.Run != nil {
		return []Run{*l.Run}
	}
	return l.Runs
}

// users tells whether a program of the lesson's is no root: the demo image's is user 1000.
func (l *Lesson) users() bool {
	return slices.ContainsFunc(l.All(), func(r Run) bool {
		at := slices.IndexFunc(r.Flags, func(f string) bool { return f == "-u" || f == "--user" })
		return at < 0 || at+1 == len(r.Flags) || r.Flags[at+1] != "0" && r.Flags[at+1] != "root"
	})
}

// Only is the name of a lesson's only run where it has none.
const Only = "main"

// run finds a run by its name; "" is the first one.
func (l *Lesson) run(name string) (Run, bool) {
	for _, r := range l.All() {
		if r.Name == "" {
			r.Name = Only
		}
		if name == "" || r.Name == name {
			return r, true
		}
	}
	return Run{}, false
}

// RunName is a run's name, the first one's for ""; "" where there is no such run.
func (l *Lesson) RunName(name string) string {
	r, _ := l.run(name)
	return r.Name
}

// Predictions is how many questions the lesson asks.
func (l *Lesson) Predictions() int { return l.count(func(i Item) bool { return i.Predict != nil }) }

// Tasks is how many checks it has.
func (l *Lesson) Tasks() int { return l.count(func(i Item) bool { return i.Check != nil }) }

func (l *Lesson) count(is func(Item) bool) int {
	n := 0
	for _, s := range l.Steps {
		for _, i := range s.Items {
			if is(i) {
				n++
			}
		}
	}
	return n
}

// String is the place as a person is told it.
func (r Read) String() string {
	switch {
	case r.Kubernetes != "":
		return "kubernetes.io/docs: " + r.Kubernetes
	case r.Lesson != "":
		return "glassbox lesson " + r.Lesson
	case r.Man != "":
		return r.Man
	}
	return r.Spec
}
