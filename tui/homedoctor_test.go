package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

type sick struct{ shelf }

func (sick) Doctor() Health {
	h := Health{Kernel: "6.12.1", Cgroup: "v2", Who: WhoUser, Found: []Found{
		{Name: "uts", What: "UTS namespaces", State: FoundHave, Said: "fine"},
		{Name: "veth", What: "veth pairs", State: FoundLack, Said: "make veth: \x1b[31mEPERM", Lose: "only --network none and host", Mend: []string{"modprobe veth"}},
		{Name: "mount", What: "mounting", State: FoundLack, Said: "mount tmpfs: EPERM", Lose: "no container can have a root of its own", Mend: []string{"run as root; in a container of Docker: docker run --privileged"}, Stops: true},
		{Name: "tun", What: "tap interfaces", State: FoundUnused, Lose: "no {}"},
	}}
	for range 40 {
		h.Found = append(h.Found, Found{Name: "ipc", What: "IPC namespaces", State: FoundHave})
	}
	return h
}

// TestHomeDoctor: ! opens doctor's report, what matters most first, each lack with its
// effect and its mend, in the reader's language; it scrolls, and esc leads back.
func TestHomeDoctor(t *testing.T) {
	for lang, want := range map[Lang][]string{
		EN: {"Missing", "mounting", "no container can have a root of its own", "run as root", "veth pairs", "EPERM", "only --network none and host", "modprobe veth", "not needed here", "There"},
		KO: {"없는 것", "마운트", "자기 루트를 가질 수 없습니다", "root로 실행하세요", "veth 쌍", "EPERM", "--network none과 host만 됩니다", "modprobe veth", "필요 없는 것", "갖춘 것"},
	} {
		m := newHome(sick{}, Options{Lang: lang, Theme: "none"})
		m.Update(tea.WindowSizeMsg{Width: 80, Height: 30})
		m.Update(doctorMsg(sick{}.Doctor()))
		text := func() string { return ansi.Strip(strings.Join(m.frame(80, 30), "\n")) }
		press := func(k tea.KeyPressMsg) { m.Update(k) }
		if strings.Contains(text(), want[2]) || !strings.Contains(text(), "!") {
			t.Errorf("%s: home itself says\n%s", lang, text())
		}
		press(tea.KeyPressMsg{Code: '!', Text: "!"})
		whole, at := text(), 0
		for _, w := range want {
			i := strings.Index(whole[at:], w)
			if i < 0 {
				t.Fatalf("%s: %q is not there, or too early:\n%s", lang, w, whole)
			}
			at += i
		}
		for i, r := range strings.Split(m.View().Content, "\n") {
			if Width(r) != 80 || strings.Contains(r, "\x1b[31m") {
				t.Errorf("%s: row %d is %d wide: %q", lang, i, Width(r), r)
			}
		}
		press(tea.KeyPressMsg{Code: tea.KeyEnd})
		if text() == whole || strings.Contains(text(), want[3]) {
			t.Errorf("%s: its end is\n%s", lang, text())
		}
		press(tea.KeyPressMsg{Code: tea.KeyHome})
		press(tea.KeyPressMsg{Code: 'x', Text: "x"})
		if text() != whole {
			t.Errorf("%s: it does not come back to its top, or takes what is typed:\n%s", lang, text())
		}
		press(tea.KeyPressMsg{Code: tea.KeyEscape})
		if m.text != "" || strings.Contains(text(), want[2]) {
			t.Errorf("%s: esc leads to\n%s", lang, text())
		}
	}
}
