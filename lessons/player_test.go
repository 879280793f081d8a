package lessons

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"glassbox/runtime/journal"
)

// fake is a machine whose commands are Go, and which remembers what it was asked.
type fake struct {
	lacks []string
	did   []string
	facts map[string]string // by side and name
	files map[string]bool   // that commands make
	left  []string
}

func newFake() *fake { return &fake{facts: map[string]string{}, files: map[string]bool{}} }

func (f *fake) note(format string, args ...any) { f.did = append(f.did, fmt.Sprintf(format, args...)) }

func (f *fake) Lacks(Needs) []string { return f.lacks }

func (f *fake) Start(_ context.Context, r Run) error {
	f.note("start %s", r.Name)
	return nil
}

func (f *fake) Go(_ context.Context, run string, to Stop) error {
	f.note("go %s %s", run, to)
	return nil
}

func (f *fake) State(context.Context, string) (*journal.State, error) {
	s := journal.NewState(journal.Header{})
	for k, v := range f.facts {
		side, name, _ := strings.Cut(k, " ")
		s.Facts[journal.Key{Fact: name, Side: journal.Side(side)}] = journal.Fact{Value: journal.Value{Fact: name, Source: "/" + name, Text: &v}}
	}
	return s, nil
}

// Do understands: make X, drop X, has X, say X, fail.
func (f *fake) Do(ctx context.Context, run string, c Command) (Result, error) {
	f.note("do %s %s", run, c.Text)
	word, arg, _ := strings.Cut(c.Text, " ")
	switch word {
	case "make":
		f.files[arg] = true
	case "has":
		if !f.files[arg] {
			return Result{Out: "no " + arg, Exit: 1}, nil
		}
	case "say":
		return Result{Out: arg}, nil
	case "fail":
		return Result{Exit: 3}, nil
	case "hang":
		<-ctx.Done()
		return Result{}, ctx.Err()
	}
	return Result{}, nil
}

func (f *fake) End(context.Context) error {
	f.note("end")
	f.files = map[string]bool{}
	return nil
}

func (f *fake) Left() []string { return f.left }

// lesson parses a lesson; what its words mean together is not held.
func lesson(t *testing.T, body string) *Lesson {
	t.Helper()
	l, faults := parse("test.md", []byte(head+body))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return l
}

const question = "\n```predict\nask: Same?\nvalue: {fact: proc.ns.net}\nagainst: {fact: host.ns.net}\nchoices:\n" +
	"  - {text: it is the same, when: same, right: true}\n  - {text: it is another, when: differs, wrong: one call makes it all}\n```\n"

const task = "\n```check\nhas x\n```\n\n```hint\nfirst\n```\n\n```hint\nsecond\n```\n\n```solve\nmake x\n```\n"

// TestPlay plays a lesson as a view does, and holds what the machine was asked.
func TestPlay(t *testing.T) {
	f := newFake()
	f.facts["outside proc.ns.net"], f.facts["outside host.ns.net"] = "net:[1]", "net:[1]"
	p := NewPlayer(lesson(t, "\n## One\n\nProse.\n"+question+"\n```stop\nat: running\n```\n\n## Two\n"+task), f)
	ctx := context.Background()
	var verdicts []Verdict
	for {
		s, i := p.Peek()
		if s == nil {
			break
		}
		if i != nil && i.Predict != nil {
			p.Answer(1)
		}
		if i != nil && i.Check != nil {
			if _, ok, err := p.Check(ctx); ok || err != nil {
				t.Fatalf("the task is done before it was: %v", err)
			}
			if text, left, ok := p.Hint(); text != "first" || left != 1 || !ok {
				t.Errorf("hint %q, %d more, %v", text, left, ok)
			}
			f.files["x"] = true
			if _, ok, err := p.Check(ctx); !ok || err != nil {
				t.Fatalf("the task is not done: %v", err)
			}
		}
		v, _, err := p.Advance(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(v) > 0 && i.Stop == nil {
			t.Error("the answer was told before the run went on")
		}
		verdicts = append(verdicts, v...)
	}
	if len(verdicts) != 1 || verdicts[0].Right != 0 || verdicts[0].Chosen != 1 {
		t.Fatalf("verdicts %+v", verdicts)
	}
	s := p.Score
	if !s.Done || s.Step != 2 || len(s.Answers) != 1 || s.Answers[0].Wrong != "one call makes it all" || s.Answers[0].Read != "net:[1]" {
		t.Errorf("score %+v", s)
	}
	if len(s.Tasks) != 1 || s.Tasks[0] != (Task{Step: 2, Title: "Two", Tries: 2, Hints: 1, Solved: true}) {
		t.Errorf("tasks %+v", s.Tasks)
	}
	if want := []string{"start main", "go main running", "do main has x", "do main has x"}; !slices.Equal(f.did, want) {
		t.Errorf("the machine was asked %q, want %q", f.did, want)
	}
}

// TestReset holds that a step begins anew with all that the steps before did.
func TestReset(t *testing.T) {
	f := newFake()
	p := NewPlayer(lesson(t, stop+"\n```do\nmake y\n```\n"+task+"\n## Two\n\n```do\nmake z\n```\n"), f)
	if err := p.Reset(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	if want := []string{"end", "start main", "go main running", "do main make y", "do main make x"}; !slices.Equal(f.did, want) {
		t.Errorf("the machine was asked %q, want %q", f.did, want)
	}
	if s, i := p.Peek(); s.Title != "Two" || i.Do == nil {
		t.Errorf("the lesson is at %q, %+v", s.Title, i)
	}
}

// TestProve holds what a proof finds.
func TestProve(t *testing.T) {
	one := func(f *fake) { f.facts["outside proc.ns.net"], f.facts["outside host.ns.net"] = "net:[1]", "net:[1]" }
	two := func(f *fake) { f.facts["outside proc.ns.net"], f.facts["outside host.ns.net"] = "net:[2]", "net:[1]" }
	for _, c := range []struct {
		name, body string
		set        func(*fake)
		want, why  string
	}{
		{"true", stop + question + task, one, Pass, ""},
		{"the kernel says otherwise", stop + question, two, Fail, "test.md:14: /proc.ns.net says \"net:[2]\", so that choice 2"},
		{"passes before", stop + "\n```do\nmake x\n```\n" + task, one, Fail, "the check passes before the task is done"},
		{"never passes", stop + strings.Replace(task, "make x", "make y", 1), one, Fail, "test.md:14: the check does not pass after the solution"},
		{"solve fails", stop + strings.Replace(task, "make x", "fail", 1), one, Fail, "the solution exited with 3"},
		{"mute check", stop + strings.Replace(task, "has x", "fail", 1), one, Fail, "says nothing"},
		{"do fails", stop + "\n```do\nfail\n```\n", one, Fail, "test.md:14: the command exited with 3"},
		{"meant to fail", stop + "\n```do fails\nfail\n```\n", one, Pass, ""},
		{"meant to fail and did not", stop + "\n```do fails\nmake x\n```\n", one, Fail, "is meant to fail"},
		{"nothing to see", stop + "\n```look\nfact: proc.status\n```\n", one, Fail, "none of the facts proc.status was read"},
		{"not lit", stop + "\n```look\nfact: proc.ns.net\nhighlight: uts\n```\n", one, Fail, `has "uts"`},
		{"never ends", stop + "\n```do timeout=20ms\nhang\n```\n", one, Fail, "did not end in time"},
		{"check never ends", stop + strings.Replace(task, "```check\nhas x", "```check timeout=20ms\nhang", 1), one, Fail, "did not end in time"},
		{"leaves something", stop, func(f *fake) { f.left = []string{"mount /x"} }, Fail, "left behind: mount /x"},
		{"lacks something", stop, func(f *fake) { f.lacks = []string{"it needs root"} }, Skip, "it needs root"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			c.set(f)
			p := Prove(context.Background(), lesson(t, c.body), f)
			if p.Result != c.want || !strings.Contains(strings.Join(p.Why, "\n"), c.why) {
				t.Errorf("%s: %q; want %s: %q", p.Result, p.Why, c.want, c.why)
			}
			if c.want != Skip && !slices.Contains(f.did, "end") {
				t.Error("the runs were not ended")
			}
			if c.want == Skip && len(f.did) > 0 {
				t.Errorf("a skipped lesson did %q", f.did)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		when        string
		value, than string
		absent      bool
		want        bool
	}{
		{"= 1", "1", "", false, true},
		{"= 1", "2", "", false, false},
		{"!= 1", "2", "", false, true},
		{"< 10", "9.5", "", false, true},
		{"> against", "5", "4", false, true},
		{"< 0.5 against", "5", "11", false, true},
		{">= 2 against", "5", "3", false, false},
		{"has eth0", "lo eth0", "", false, true},
		{"lacks eth0", "lo", "", false, true},
		{`matches ^\d+$`, "12", "", false, true},
		{"present", "", "", true, false},
		{"absent", "", "", true, true},
		{"= ", "x", "", true, false},
		{"same", "a", "a", false, true},
		{"differs", "a", "b", false, true},
	} {
		p := &Predict{Choices: []Choice{{Text: "a", When: c.when}, {Text: "b", When: "else"}}}
		got, err := p.right(Reading{Text: c.value, Absent: c.absent}, Reading{Text: c.than})
		if err != nil || (got == 0) != c.want {
			t.Errorf("%s for %q against %q: choice %d, %v", c.when, c.value, c.than, got, err)
		}
	}
	p := &Predict{Choices: []Choice{{When: "> 1"}, {When: "> 2"}}}
	if _, err := p.right(Reading{Text: "3"}, Reading{}); err == nil || !strings.Contains(err.Error(), "both right") {
		t.Errorf("two right choices: %v", err)
	}
	if _, err := p.right(Reading{Text: "0"}, Reading{}); err == nil || !strings.Contains(err.Error(), "no choice is right") {
		t.Errorf("no right choice: %v", err)
	}
	if _, err := p.right(Reading{Text: "max"}, Reading{}); err == nil {
		t.Error("a word was compared as a number")
	}
}

func TestExtract(t *testing.T) {
	const status = "Name:\tsleep\nNSpid:\t812\t1\nThreads:\t1\n"
	for _, c := range []struct {
		v    Value
		text string
		want string
	}{
		{Value{Line: "^NSpid:", Field: -1}, status, "1"},
		{Value{Line: "^NSpid:", Field: 2}, status, "812"},
		{Value{Find: `Threads:\s+(\d+)`}, status, "1"},
		{Value{Count: true}, status, "3"},
		{Value{Count: true, Line: "s"}, status, "2"},
		{Value{Count: true, Line: "^T"}, status, "1"},
		{Value{JSON: "1.addr_info.0.local"}, `[{"ifname":"lo"},{"addr_info":[{"local":"10.0.0.2"}]}]`, "10.0.0.2"},
	} {
		if got, err := c.v.of(c.text); err != nil || got != c.want {
			t.Errorf("%+v: %q, %v; want %q", c.v, got, err, c.want)
		}
	}
	for _, v := range []Value{{Line: "^Pid:"}, {Field: 99}, {Find: "x{3}"}, {JSON: "a"}} {
		if got, err := v.of(status); err == nil {
			t.Errorf("%+v takes %q of what has it not", v, got)
		}
	}
}

func TestStore(t *testing.T) {
	s := Store{Dir: t.TempDir() + "/a/b"}
	if got, err := s.Load("x"); got != nil || err != nil {
		t.Fatalf("a score that is not there: %v, %v", got, err)
	}
	score := &Score{Format: 1, Lesson: "../x", Step: 2, Steps: 5, Updated: time.Unix(1, 0).UTC()}
	if err := s.Save(score); err != nil {
		t.Fatal(err)
	}
	got, err := s.Load("../x")
	if err != nil || got == nil || got.Step != 2 || got.Lesson != "../x" {
		t.Fatalf("%+v, %v", got, err)
	}
	all, err := s.All()
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	if err := errors.Join(s.Remove("../x"), s.Remove("../x")); err != nil {
		t.Error(err)
	}
}

func TestTrust(t *testing.T) {
	l := lesson(t, stop+question+"\n```do outside\nrm -rf /tmp/x\n```\n"+task+
		"\n## Two\n\n```predict\nask: x\nvalue: {command: \"uname -a\"}\nchoices:\n  - {text: a, when: present, right: true}\n  - {text: b, when: absent, wrong: c}\n```\n")
	var have []string
	for _, w := range l.Will() {
		have = append(have, w.Where+": "+w.Text)
	}
	want := []string{"run: glassbox run demo sleep 60", "host: rm -rf /tmp/x", "inside: has x", "inside: make x", "host: uname -a"}
	if !slices.Equal(have, want) {
		t.Errorf("a person is asked to trust %q, want %q", have, want)
	}
}
