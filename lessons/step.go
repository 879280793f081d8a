package lessons

import "time"

// Step is one `##` of a lesson.
type Step struct {
	Title  string
	Line   int
	Items  []Item   // in the order of the file: what is played
	Hints  []Block  // to the step's check, told one at a time
	Notes  []Block  // for the speaker
	Solve  *Command // what makes the check pass
	Timing *Timing  // for this step alone
}

// Item is one thing that is played. One of its fields is set.
type Item struct {
	Line    int
	Prose   string // Markdown
	Stop    *Stop
	Look    *Look
	Predict *Predict
	Do      *Command
	Check   *Command
}

// Block is a text in a fenced block, Markdown.
type Block struct {
	Line int
	Text string
}

// Stop lets a run go on to a place and wait there. One of Before, After, Call
// and At is set. A run can't go back: the stops of a lesson are in the order of
// the stages.
type Stop struct {
	Line    int           `yaml:"-"`
	Run     string        `yaml:"run" doc:"which run; the first one where it is left out"`
	Before  string        `yaml:"before" doc:"wait before this stage: nothing of it has happened" enum:"pull unpack overlay clone namespaces cgroups rootfs network exec exit"`
	After   string        `yaml:"after" doc:"wait when this stage is done, and observed" enum:"pull unpack overlay clone namespaces cgroups rootfs network exec exit"`
	Call    string        `yaml:"call" doc:"wait right before the next such call: its name, then words that its arguments have (unshare CLONE_NEWNET); or write FILE"`
	At      string        `yaml:"at" doc:"running: the program runs; exited: it has ended and all is undone; failed: a stage has failed, and the wreck can be looked at" enum:"running exited failed"`
	Timeout time.Duration `yaml:"timeout" doc:"how long it may take: 60s"`
}

// Look shows a pane and lights what matters in it.
type Look struct {
	Line      int    `yaml:"-"`
	Run       string `yaml:"run" doc:"which run; the last one that stopped where it is left out"`
	Pane      string `yaml:"pane" doc:"the pane to show" enum:"overview processes namespaces cgroup mounts files network security calls output"`
	Fact      Words  `yaml:"fact" doc:"facts to point at, by their names: proc.ns.uts; those that the machine has not are passed over"`
	Side      string `yaml:"side" doc:"which side; both where it is left out" enum:"outside inside both"`
	Highlight string `yaml:"highlight" doc:"a word, or several, to light in the pane: Seccomp is not in Seccomp_filters"`
}

// Predict is a question that is asked before what answers it happens. The answer
// is read when the next stop or do of the step is over, or at once where there
// is none; the kernel decides which choice is right.
type Predict struct {
	Line    int      `yaml:"-"`
	Ask     string   `yaml:"ask" doc:"the question, Markdown" must:"yes"`
	Value   Value    `yaml:"value" doc:"what is read to answer it; the screen covers that until there is an answer" must:"yes"`
	Against *Value   `yaml:"against" doc:"what it is compared with"`
	Choices []Choice `yaml:"choices" doc:"two to six answers" must:"yes"`
}

// Choice is one answer to a question.
type Choice struct {
	Text  string `yaml:"text" doc:"the answer, Markdown" must:"yes"`
	When  string `yaml:"when" doc:"for which values it is right: same, differs, present, absent, else, = TEXT, != TEXT, < N, <= N, > N, >= N, has TEXT, lacks TEXT, matches REGEXP" must:"yes"`
	Right bool   `yaml:"right" doc:"what the author expects; lesson check --run holds it against the kernel"`
	Wrong string `yaml:"wrong" doc:"the misconception behind it; needed where it is not right"`
}

// Value is where a value is read, and what of it. One of Fact, Command, Exit,
// Error, Calls and Took is set.
type Value struct {
	Run     string        `yaml:"run" doc:"which run; the last one that stopped where it is left out"`
	Fact    Words         `yaml:"fact" doc:"a fact; of several the first one that the machine has (for cgroup v1 and v2)"`
	Side    string        `yaml:"side" doc:"from where it is read; outside where it is left out" enum:"outside inside"`
	Command string        `yaml:"command" doc:"or what a shell command prints on that side"`
	Exit    string        `yaml:"exit" doc:"or how the program ended" enum:"code signal oom_kills"`
	Error   string        `yaml:"error" doc:"or what the last stage that failed said" enum:"text errno"`
	Calls   string        `yaml:"calls" doc:"or how many such calls were made so far: unshare"`
	Took    Words         `yaml:"took" doc:"or how many milliseconds these stages took together" enum:"pull unpack overlay clone namespaces cgroups rootfs network exec exit"`
	Line    string        `yaml:"line" doc:"a regular expression: of the text, the first line that it matches"`
	Field   int           `yaml:"field" doc:"of that line, the word at this place, from 1; -1 is the last"`
	Find    string        `yaml:"find" doc:"a regular expression: what it, or its first group, matches"`
	JSON    string        `yaml:"json" doc:"a path into a JSON text: 1.addr_info.0.local"`
	Count   bool          `yaml:"count" doc:"how many lines there are, or how many match line"`
	Timeout time.Duration `yaml:"timeout" doc:"of a command: 60s"`
}

// Command is what a shell runs: inside the container, or on the host. Its text is
// the fenced block's; the rest stands in the info string: ```check outside timeout=5s.
type Command struct {
	Line    int           `yaml:"-"`
	Outside bool          `yaml:"outside" doc:"on the host, with CONTAINER_PID and its like set"`
	Run     string        `yaml:"run" doc:"in which run"`
	User    string        `yaml:"user" doc:"inside: as this user, by name or number"`
	Timeout time.Duration `yaml:"timeout" doc:"how long it may take: 60s"`
	Fails   bool          `yaml:"fails" doc:"of do: it is meant to fail"`
	Text    string        `yaml:"-"`
}
