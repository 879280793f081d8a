package tui

import (
	"strings"
	"testing"

	"glassbox/runtime/journal"
)

// TestNetworkOfTheHost holds that an interface which both sides see, since the
// container has no network namespace, stands in one row.
func TestNetworkOfTheHost(t *testing.T) {
	dump := `[{"ifindex":1,"ifname":"lo","operstate":"UNKNOWN"},{"ifindex":4,"ifname":"eth0","address":"02:fc:00:00:00:01","operstate":"UP"}]`
	s := journal.NewState(journal.Header{})
	for _, side := range []journal.Side{journal.Outside, journal.Inside} {
		s.Facts[journal.Key{Fact: factAddrs, Side: side}] = journal.Fact{Value: journal.Value{Fact: factAddrs, Side: side, Text: &dump}}
	}
	sc := &Scene{Theme: NewTheme("none", false), Text: textOf(EN), S: s, Pane: PaneNetwork}
	n := 0
	for _, l := range sc.paneLines() {
		if l.Label == "eth0" {
			n++
			if !strings.Contains(l.Out.Text, "#4") || l.Out.Text != l.In.Text {
				t.Errorf("outside %q, inside %q", l.Out.Text, l.In.Text)
			}
		}
	}
	if n != 1 {
		t.Errorf("eth0 stands in %d rows", n)
	}
}
