package seccomp

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// TestTable holds every number against libseccomp's.
func TestTable(t *testing.T) {
	o := newOracle(t)
	unknown := 0
	for _, c := range calls {
		theirs := o.numbers(t, c.name)
		known := slices.ContainsFunc(theirs[:], func(n int) bool { return n >= 0 })
		if !known {
			unknown++ // newer than this libseccomp
			continue
		}
		for i, n := range theirs {
			if _, ok := muxed(c.name); ok && i == i386 {
				continue // libseccomp has both numbers behind a made-up one
			}
			// An older libseccomp may not have a call yet that this table has.
			if int(c.nr[i]) != n && (n >= 0 || c.nr[i] >= 0 && n != -1 && c.nr[i]&^x32Bit < 430) {
				t.Errorf("%s in column %d is %d, libseccomp says %d", c.name, i, c.nr[i], n)
			}
		}
	}
	if unknown > 40 {
		t.Errorf("libseccomp knows none of %d calls: is the table right?", unknown)
	}
	if !slices.IsSortedFunc(calls[:], func(a, b call) int { return strings.Compare(a.name, b.name) }) {
		t.Error("the table is not sorted")
	}
}

// archs are what tests run a filter of a machine on.
var audits = map[string][]struct {
	column int
	audit  uint32
}{
	"amd64": {{amd64, auditAMD64}, {i386, auditI386}, {x32, auditAMD64}},
	"arm64": {{arm64, auditARM64}, {arm, auditARM}},
}

// newest is the largest number that a profile names, per column: what is above gets
// ENOSYS from what runc lays over libseccomp's program. -1 is no such stub.
func newest(p *specs.LinuxSeccomp) [columns]int64 {
	last := [columns]int64{-1, -1, -1, -1, -1}
	switch p.DefaultAction {
	case specs.ActAllow, specs.ActLog, specs.ActTrace:
		return last
	}
	if p.DefaultErrnoRet != nil && *p.DefaultErrnoRet == enosys {
		return last
	}
	for _, s := range p.Syscalls {
		for _, name := range s.Names {
			c, ok := lookup(name)
			_, mux := muxed(name)
			for i := range last {
				if ok && (!mux || i != i386) && c.nr[i] > 0 {
					last[i] = max(last[i], int64(c.nr[i]))
				}
			}
		}
	}
	for i, a := range map[int]specs.Arch{i386: specs.ArchX86, x32: specs.ArchX32, arm: specs.ArchARM} {
		if !slices.Contains(p.Architectures, a) {
			last[i] = -1
		}
	}
	return last
}

// expected is libseccomp's answer, with the stub laid over it.
func expected(theirs uint32, last [columns]int64, column int, e event) uint32 {
	if column == amd64 && e.nr&x32Bit != 0 {
		column = x32
	}
	if last[column] >= 0 && int64(e.nr) > last[column] {
		return retErrno | enosys
	}
	return theirs
}

// agree asks both programs many times and returns how many questions there were.
func agree(t *testing.T, o *oracle, p *specs.LinuxSeccomp, goarch string, random *rand.Rand, skip func(int, event) bool) int {
	t.Helper()
	our, their := ours(t, p, goarch), o.compile(t, p, goarch)
	asked, wrong, last := 0, 0, newest(p)
	for _, a := range audits[goarch] {
		for _, e := range events(p, a.column, a.audit, random) {
			if skip != nil && skip(a.column, e) {
				continue
			}
			asked++
			got, want := ask(t, our, e), expected(ask(t, their, e), last, a.column, e)
			if got != want {
				t.Errorf("%s: call %s %#x, arguments %#x: %#x, libseccomp and runc say %#x",
					goarch, nameOf(e.nr, a.column), e.nr, e.args, got, want)
				if wrong++; wrong > 5 {
					t.Fatalf("and so on:\n%s", describe(p))
				}
			}
		}
	}
	for _, audit := range []uint32{0, 0x80000016, 0xffffffff} { // no profile here has s390x
		e := event{nr: 1, audit: audit}
		if got, want := ask(t, our, e), ask(t, their, e); got != want {
			t.Errorf("architecture %#x: %#x, libseccomp says %#x", audit, got, want)
		}
	}
	return asked
}

func nameOf(nr uint32, column int) string {
	for _, c := range calls {
		if uint32(c.nr[column]) == nr {
			return c.name
		}
	}
	return "?"
}

// events are calls that a profile's rules are near to: every number, with arguments
// at and beside the values that rules compare.
func events(p *specs.LinuxSeccomp, column int, audit uint32, random *rand.Rand) []event {
	values := []uint64{0, 1, 1 << 31, 1<<32 - 1}
	if column != i386 && column != arm {
		values = append(values, 1<<32, 1<<63, ^uint64(0))
	}
	for _, s := range p.Syscalls {
		for _, a := range s.Args {
			for _, v := range []uint64{a.Value, a.ValueTwo} {
				for _, w := range []uint64{v - 1, v, v + 1, v ^ 1<<40, v ^ 1<<3, v | a.Value} {
					if column == i386 || column == arm {
						w = uint64(uint32(w)) // the upper halves are zero there
					}
					values = append(values, w)
				}
			}
		}
	}
	var list []event
	add := func(nr uint32, times int) {
		for range times {
			e := event{nr: nr, audit: audit}
			for i := range e.args {
				e.args[i] = values[random.IntN(len(values))]
			}
			list = append(list, e)
		}
	}
	bit := uint32(0)
	if column == x32 {
		bit = x32Bit
	}
	for nr := range uint32(600) {
		add(nr|bit, 1)
	}
	for _, s := range p.Syscalls {
		if len(s.Args) == 0 {
			continue
		}
		for _, name := range s.Names {
			if c, ok := lookup(name); ok && c.nr[column] >= 0 {
				add(uint32(c.nr[column]), 60)
			}
			if m, ok := muxed(name); ok && column == i386 {
				add(m.call, 30)
				for range 30 {
					e := event{nr: m.call, audit: audit}
					for i := range e.args {
						e.args[i] = values[random.IntN(len(values))]
					}
					e.args[0] = m.arg
					list = append(list, e)
				}
			}
		}
	}
	for _, nr := range []uint32{0xf0001, 0xf0002, 0xf0005, 1<<30 - 1, 1 << 29, 0xffff} {
		add(nr|bit, 1)
	}
	if column == amd64 {
		add(0xffffffff, 1)
	}
	return list
}

// newer says that a number belongs to a call that the installed libseccomp does not
// know, so that it can't have compiled the rule.
func newer(t *testing.T, o *oracle) func(column int, e event) bool {
	unknown := map[[2]uint32]bool{}
	for _, c := range calls {
		theirs := o.numbers(t, c.name)
		for i, n := range theirs {
			_, mux := muxed(c.name)
			if n < 0 && c.nr[i] >= 0 && (!mux || i != i386) {
				unknown[[2]uint32{uint32(i), uint32(c.nr[i])}] = true
			}
		}
	}
	return func(column int, e event) bool { return unknown[[2]uint32{uint32(column), e.nr}] }
}

// TestDefault holds docker's profile under several sets of capabilities against what
// libseccomp makes of it.
func TestDefault(t *testing.T) {
	o := newOracle(t)
	skip := newer(t, o)
	random := rand.New(rand.NewPCG(1, 2))
	docker := []string{"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE"}
	asked := 0
	for _, caps := range [][]string{
		nil, docker, append(slices.Clone(docker), "CAP_SYS_ADMIN"), append(slices.Clone(docker), "CAP_SYS_PTRACE", "CAP_BPF", "CAP_PERFMON"),
		{"CAP_SYS_TIME", "CAP_SYS_NICE", "CAP_SYSLOG", "CAP_SYS_MODULE", "CAP_SYS_BOOT", "CAP_SYS_RAWIO", "CAP_SYS_PACCT", "CAP_SYS_TTY_CONFIG", "CAP_DAC_READ_SEARCH"},
	} {
		p, err := Default(caps)
		if err != nil {
			t.Fatal(err)
		}
		for _, goarch := range []string{"amd64", "arm64"} {
			q := *p
			if goarch == "arm64" {
				q.Architectures = []specs.Arch{specs.ArchAARCH64, specs.ArchARM}
			}
			asked += agree(t, o, &q, goarch, random, skip)
		}
		q := *p
		q.Architectures = nil // the machine's own alone
		asked += agree(t, o, &q, "amd64", random, skip)
	}
	t.Logf("%d calls", asked)
}

// TestRandom makes up profiles of every action and comparison, with one rule for a call
// or several that each compare one argument for equality, and with calls that every
// architecture has: libseccomp 2.5 goes wrong with others (it forgets to load the number
// when the first call of its list is one that the architecture lacks).
func TestRandom(t *testing.T) {
	o := newOracle(t)
	skip := newer(t, o)
	asked := 0
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 7))
		p := randomProfile(random, simple, true)
		asked += agree(t, o, p, []string{"amd64", "arm64"}[random.IntN(2)], random, skip)
		if t.Failed() {
			t.Fatalf("seed %d: %s", seed, describe(p))
		}
	}
	t.Logf("%d calls", asked)
}

// TestMeaning holds profiles with any rules against the specification's words, as a few
// lines of Go say them. libseccomp up to 2.5 is no oracle here: it goes wrong where
// several rules of one call compare several arguments for more and less.
func TestMeaning(t *testing.T) {
	asked := 0
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 9))
		p := randomProfile(random, complicated, false)
		goarch := []string{"amd64", "arm64"}[random.IntN(2)]
		vm, last := ours(t, p, goarch), newest(p)
		for _, a := range audits[goarch] {
			for _, e := range events(p, a.column, a.audit, random) {
				asked++
				if got, want := ask(t, vm, e), expected(meaning(p, a.column, e), last, a.column, e); got != want {
					t.Fatalf("seed %d, call %s %#x, arguments %#x: %#x, not %#x\n%s",
						seed, nameOf(e.nr, a.column), e.nr, e.args, got, want, describe(p))
				}
			}
		}
	}
	t.Logf("%d calls", asked)
}

// meaning is what a profile says of a call.
func meaning(p *specs.LinuxSeccomp, column int, e event) uint32 {
	names := map[int]specs.Arch{i386: specs.ArchX86, x32: specs.ArchX32, arm: specs.ArchARM}
	if a, ok := names[column]; ok && !slices.Contains(p.Architectures, a) {
		return retKillThread
	}
	def, _ := action(p.DefaultAction, p.DefaultErrnoRet)
	if column == amd64 && e.nr&x32Bit != 0 {
		return def // -1, the one such number that is asked
	}
	var found []uint32
	for _, s := range p.Syscalls {
		r, _ := action(s.Action, s.ErrnoRet)
		if r == def {
			continue
		}
		for _, name := range s.Names {
			c, ok := lookup(name)
			m, mux := muxed(name)
			direct := ok && uint32(c.nr[column]) == e.nr
			through := mux && column == i386 && m.call == e.nr && e.args[0] == m.arg
			if direct && holds(s.Args, e, column, -1) || through && holds(s.Args, e, column, 0) {
				found = append(found, r)
			}
		}
	}
	if len(found) == 0 {
		return def
	}
	return found[0] // rules of one call have one action here
}

// holds says whether a rule's comparisons hold, but for those of argument without.
func holds(args []specs.LinuxSeccompArg, e event, column, without int) bool {
	var seen [6]bool
	several := false
	for _, a := range args {
		several = several || seen[a.Index]
		seen[a.Index] = true
	}
	for _, a := range args {
		yes := int(a.Index) == without || compares(a, e.args[a.Index], column)
		if several && yes {
			return true
		}
		if !several && !yes {
			return false
		}
	}
	return !several
}

func compares(a specs.LinuxSeccompArg, v uint64, column int) bool {
	value, two := a.Value, a.ValueTwo
	if column == i386 || column == arm || column == x32 {
		v, value, two = uint64(uint32(v)), uint64(uint32(value)), uint64(uint32(two))
	}
	switch a.Op {
	case specs.OpEqualTo:
		return v == value
	case specs.OpNotEqual:
		return v != value
	case specs.OpGreaterThan:
		return v > value
	case specs.OpGreaterEqual:
		return v >= value
	case specs.OpLessThan:
		return v < value
	case specs.OpLessEqual:
		return v <= value
	}
	return v&value == two&value
}

func describe(p *specs.LinuxSeccomp) string {
	var s strings.Builder
	fmt.Fprintf(&s, "default %s %v\n", p.DefaultAction, p.Architectures)
	for _, r := range p.Syscalls {
		fmt.Fprintf(&s, "%s %v %+v\n", r.Action, r.Names, r.Args)
	}
	return s.String()
}

var values = []uint64{0, 1, 2, 0xff, 1 << 31, 1<<32 - 1, 1 << 32, 1<<40 | 5, ^uint64(0)}

func anyArg(random *rand.Rand, index uint, op specs.LinuxSeccompOperator) specs.LinuxSeccompArg {
	return specs.LinuxSeccompArg{Index: index, Op: op, Value: values[random.IntN(len(values))], ValueTwo: values[random.IntN(len(values))]}
}

// complicated makes up to three rules of up to three comparisons of any arguments.
func complicated(random *rand.Rand) [][]specs.LinuxSeccompArg {
	rules := make([][]specs.LinuxSeccompArg, 1+random.IntN(3))
	for i := range rules {
		for range random.IntN(4) {
			rules[i] = append(rules[i], anyArg(random, uint(random.IntN(6)), operators[random.IntN(len(operators))]))
		}
	}
	return rules
}

// simple makes one rule of any comparisons of different arguments, or several of one
// equality each.
func simple(random *rand.Rand) [][]specs.LinuxSeccompArg {
	if random.IntN(2) == 0 {
		index := uint(random.IntN(6))
		var rules [][]specs.LinuxSeccompArg
		for _, v := range random.Perm(len(values))[:1+random.IntN(4)] {
			rules = append(rules, []specs.LinuxSeccompArg{{Index: index, Op: specs.OpEqualTo, Value: values[v] & 0xffffffff}})
		}
		return rules
	}
	var rule []specs.LinuxSeccompArg
	for _, i := range random.Perm(6)[:random.IntN(4)] {
		rule = append(rule, anyArg(random, uint(i), operators[random.IntN(len(operators))]))
	}
	return [][]specs.LinuxSeccompArg{rule}
}

// randomProfile gives each call one action: where rules of one call overlap and differ,
// the specification does not say which holds.
func randomProfile(random *rand.Rand, rules func(*rand.Rand) [][]specs.LinuxSeccompArg, everywhere bool) *specs.LinuxSeccomp {
	actions := []specs.LinuxSeccompAction{
		specs.ActAllow, specs.ActErrno, specs.ActKillProcess, specs.ActKillThread, specs.ActTrap, specs.ActTrace, specs.ActLog,
	}
	pick := func() specs.LinuxSeccompAction { return actions[random.IntN(len(actions))] }
	p := &specs.LinuxSeccomp{DefaultAction: pick()}
	all := [][]specs.Arch{
		nil,
		{specs.ArchX86_64, specs.ArchX86, specs.ArchX32},
		{specs.ArchX86_64, specs.ArchX86},
		{specs.ArchX32},
		{specs.ArchAARCH64, specs.ArchARM},
		{specs.ArchARM},
	}
	p.Architectures = all[random.IntN(len(all))]
	used := map[string]bool{}
	for range 1 + random.IntN(60) {
		name := calls[random.IntN(len(calls))].name
		if random.IntN(6) == 0 {
			name = []string{"socket", "bind", "semop", "shmget", "accept4", "sendmmsg"}[random.IntN(6)]
		}
		c, _ := lookup(name)
		if used[name] || name == "socketcall" || name == "ipc" || everywhere && slices.Min(c.nr[:]) < 0 {
			continue
		}
		used[name] = true
		act := pick()
		errno := uint(random.IntN(200))
		for _, args := range rules(random) {
			s := specs.LinuxSyscall{Names: []string{name}, Action: act, Args: args}
			if act == specs.ActErrno || act == specs.ActTrace {
				s.ErrnoRet = &errno
			}
			p.Syscalls = append(p.Syscalls, s)
		}
	}
	return p
}
