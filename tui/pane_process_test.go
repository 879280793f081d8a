package tui

import (
	"testing"

	"glassbox/runtime/journal"
)

// TestUsersOfTheMachine: without root the engine reads users as its own namespace
// numbers them; the pane says what the machine calls them.
func TestUsersOfTheMachine(t *testing.T) {
	for _, rootless := range []bool{true, false} {
		s := journal.NewState(journal.Header{Rootless: rootless, Stages: journal.Stages()})
		for name, text := range map[string]string{
			factStatus: "Uid:\t1000\t1000\t1000\t1000\nGid:\t0\t0\t0\t0\nGroups:\t800 \n",
			factUIDMap: "0 1001 1\n1 100000 65536\n", factGIDMap: "0 1001 1\n1 100000 65536\n",
			famNS + "user": "user:[7]", famHostNS + "user": "user:[7]",
		} {
			s.Facts[journal.Key{Fact: name, Side: journal.Outside}] = journal.Fact{Value: journal.Value{Fact: name, Text: &text}}
		}
		b := lines{sc: &Scene{S: s, Text: &textEN, Theme: NewTheme("none", false)}}
		want := map[string]string{"Uid": "100999 on the host", "Gid": "1001 on the host"}
		for _, key := range []string{"Uid", "Gid", "Groups"} {
			b.field(key)
			if got := b.out[len(b.out)-1].Out.Note; rootless && got != want[key] || !rootless && got != "" {
				t.Errorf("rootless %t, %s: %q", rootless, key, got)
			}
		}
	}
}
