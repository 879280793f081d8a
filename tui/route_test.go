package tui

import (
	"strings"
	"testing"
)

// TestRoutes: a default route of each family is a row of its own.
func TestRoutes(t *testing.T) {
	rows := routeRows(`[{"dst":"default","gateway":"10.0.2.2","dev":"eth0","flags":[]},{"dst":"default","gateway":"fe80::2","dev":"eth0","flags":[]}]`)
	if len(rows) != 2 || rows[0].key == rows[1].key || !strings.Contains(rows[0].text, "10.0.2.2") {
		t.Fatalf("%+v", rows)
	}
	if got := merge(rows[:1], rows); len(got) != 2 || got[0].mark != ' ' || got[1].mark != '+' {
		t.Errorf("%+v", got)
	}
}
