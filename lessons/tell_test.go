package lessons

import (
	"fmt"
	"strings"
	"testing"

	"glassbox/runtime/journal"
)

// TestTells holds what a question's value is read from, of which run.
func TestTells(t *testing.T) {
	runs := []Run{{Name: "one"}, {Name: "side-car"}}
	for _, c := range []struct {
		v    Value
		want string
	}{
		{Value{Fact: Words{"proc.status"}, Line: "^VmRSS:"}, " proc.status ^VmRSS:"},
		{Value{Run: "one", Fact: Words{"cgroup.memory.max", "cgroup.memory.limit_in_bytes"}}, "one cgroup.memory.max; one cgroup.memory.limit_in_bytes"},
		{Value{Took: Words{"clone", "exec"}}, " took clone; took exec"},
		{Value{Exit: "code"}, " exit"},
		{Value{Calls: "unshare"}, " calls unshare"},
		{Value{Command: `cat /proc/"$CONTAINER_PID"/status`, Line: "^State:"}, " proc.status ^State:"},
		{Value{Command: `grep '^Uid:' /proc/"$SIDE_CAR_PID"/status`}, "side-car proc.status ^Uid:; side-car proc.uid_map; side-car proc.gid_map"},
		{Value{Command: `cat "$CGROUP"/memory.events /sys/fs/cgroup/x/cgroup.procs`}, " cgroup.memory.events; cgroup.procs"},
		{Value{Command: `[ -e "$ONE_UPPER/tmp/note" ]`}, "one fs.upper"},
		{Value{Command: `readlink "/proc/$ONE_PID/ns/mnt"`}, "one proc.ns.mnt"},
		{Value{Command: `nsenter --net=/proc/1/ns/net ip -o addr show`}, " net.addr"},
		{Value{Command: `readlink "/proc/$ONE_PID/fd/1"`}, "one stdout"},
		{Value{Command: "uname -r"}, ""},
	} {
		var got []string
		for _, tell := range (&Predict{Value: c.v}).Tells(runs) {
			s := tell.Run + " " + tell.Fact
			if tell.Line != nil {
				s += " " + tell.Line.String()
			}
			if len(got) > 0 {
				s = strings.TrimLeft(s, " ")
			}
			got = append(got, s)
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%+v: %q, not %q", c.v, s, c.want)
		}
	}
}

// TestWithout holds that what tells is not in what is left, nor what it was, and that
// nothing else has changed, here or in what was given.
func TestWithout(t *testing.T) {
	s := journal.NewState(journal.Header{})
	text, was := "Name:\tsleep\nUid:\t0\t0\n", "Name:\tinit\nUid:\t1000\t1000\n"
	status := journal.Key{Fact: "proc.status", Side: journal.Outside}
	s.Facts[status] = journal.Fact{Value: journal.Value{Text: &text}, Was: &journal.Value{Text: &was}}
	s.Facts[journal.Key{Fact: "cgroup.pids.max", Side: journal.Inside}] = journal.Fact{Value: journal.Value{Text: &text}}
	s.Calls = []journal.Event{{Write: &journal.Write{Path: "/sys/fs/cgroup/x/pids.max"}}, {Write: &journal.Write{Path: "/sys/fs/cgroup/x/cpu.max"}}}
	s.Stages[3].DurUS, s.Exit = 7, &journal.Exit{}
	before := fmt.Sprintf("%+v %+v %q", s.Facts, s.Stages, text)
	tells := (&Predict{Value: Value{Fact: Words{"proc.status"}, Line: "^Uid:"}}).Tells(nil)
	for _, v := range []Value{{Fact: Words{"cgroup.pids.max"}}, {Took: Words{s.Stages[3].Name}}, {Exit: "code"}} {
		tells = append(tells, (&Predict{Value: v}).Tells(nil)...)
	}
	r := Without(s, tells)
	f := r.Facts[status]
	if now, old := *f.Value.Text, *f.Was.Text; !strings.HasPrefix(now, "Name:\tsleep\nUid:") || strings.Contains(now, "\t0") || strings.Contains(old, "1000") {
		t.Errorf("the status is %q, and was %q", now, old)
	}
	if len(r.Facts) != 1 || len(r.Calls) != 1 || r.Calls[0].Write.Path != "/sys/fs/cgroup/x/cpu.max" || r.Stages[3].DurUS != 0 || r.Exit != nil {
		t.Errorf("left: %+v", r)
	}
	if after := fmt.Sprintf("%+v %+v %q", s.Facts, s.Stages, text); after != before || len(s.Calls) != 2 || s.Exit == nil {
		t.Errorf("it was changed:\n%s\n%s", before, after)
	}
}
