package tui

import (
	"context"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// OpenHome shows what can be started, until the person chooses, and tells in which
// language they want it. ok is false if they left.
func OpenHome(ctx context.Context, h Home, opts Options) (chosen Item, lang Lang, ok bool, err error) {
	opts = opts.filled()
	m := newHome(h, opts)
	if err := play(ctx, m, opts); err != nil {
		return Item{}, "", false, err
	}
	return m.chosen, m.sc.Lang, m.done, nil
}

// homeModel is the home screen: a field for an image's reference, and lists.
type homeModel struct {
	h       Home
	sc      Scene // for its theme, its words and its boxes
	w, rows int

	items  []Item
	health *Health
	err    string
	text   string // what was typed
	at     int    // the selected item
	chosen Item
	done   bool

	report bool // doctor's whole report is shown
	top    int  // its first row that is seen
}

// homeMsg are the things to choose from.
type homeMsg struct {
	items []Item
	err   error
}

// doctorMsg is what doctor found.
type doctorMsg Health

func newHome(h Home, opts Options) *homeModel {
	return &homeModel{h: h, sc: Scene{
		Theme: NewTheme(opts.Theme, opts.ASCII), Lang: opts.Lang, Text: textOf(opts.Lang),
	}}
}

// Init asks for the lists, and for what doctor says, which may take longer.
func (m *homeModel) Init() tea.Cmd {
	return tea.Batch(m.load(), func() tea.Msg { return doctorMsg(m.h.Doctor()) })
}

// load reads the lists, in the language of now.
func (m *homeModel) load() tea.Cmd {
	lang := m.sc.Lang
	return func() tea.Msg {
		list, err := m.h.Items(lang)
		return homeMsg{list, err}
	}
}

// Update obeys a message.
func (m *homeModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.rows = msg.Width, msg.Height
	case homeMsg:
		m.items = msg.items
		if msg.err != nil {
			m.err = oneLine(Phrase(msg.err.Error(), m.sc.Lang))
		}
	case doctorMsg:
		health := Health(msg)
		m.health = &health
	case tea.PasteMsg:
		m.typed(msg.Content)
	case tea.KeyPressMsg:
		return m, m.key(msg)
	}
	return m, nil
}

func (m *homeModel) key(k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "ctrl+c", "ctrl+d", "ctrl+q":
		return tea.Quit
	case "ctrl+z":
		return tea.Suspend
	case "ctrl+g":
		m.sc.Lang = map[Lang]Lang{EN: KO, KO: EN}[m.sc.Lang]
		m.sc.Text = textOf(m.sc.Lang)
		return m.load()
	case "!": // which no reference has
		m.report, m.top = !m.report, 0
		return nil
	}
	if m.report {
		return m.leaf(k.String())
	}
	switch k.String() {
	case "up", "shift+tab", "pgup":
		m.at--
	case "down", "tab", "pgdown":
		m.at++
	case "esc", "ctrl+u":
		m.text, m.at = "", 0
	case "backspace":
		if r := []rune(m.text); len(r) > 0 {
			m.text = string(r[:len(r)-1])
		}
	case "enter":
		return m.enter()
	case "q":
		if m.text == "" {
			return tea.Quit
		}
		m.typed("q")
	default:
		m.typed(k.Text)
	}
	m.at = max(min(m.at, len(m.shown())-1), 0)
	return nil
}

// typed takes text. No reference has Hangul: what comes with a Hangul input
// method on are the letters on the same keys.
func (m *homeModel) typed(s string) {
	for _, r := range s {
		if l, ok := jamo[r]; ok {
			r = l
		}
		if r != ' ' && unicode.IsPrint(r) && !hidden(r) && len(m.text) < 500 {
			m.text += string(r)
		}
	}
	m.at = 0
}

// enter starts what was chosen: the selected item, or what was typed if that is none.
func (m *homeModel) enter() tea.Cmd {
	list := m.shown()
	switch {
	case m.at < len(list):
		m.chosen = list[m.at]
	case m.text != "":
		m.chosen = Item{Kind: OpenImage, Ref: m.text}
	default:
		return nil
	}
	m.done = true
	return tea.Quit
}

// first is how many images and recordings are shown before anything was typed:
// the lessons below are to be seen, too.
func (m *homeModel) first() int {
	if m.rows < 34 {
		return 3
	}
	return 6
}

// shown are the items that what was typed leaves. What was typed comes first, as
// an image, unless an item is called just so. With nothing typed they are all
// lessons, and the first few of the other kinds.
func (m *homeModel) shown() []Item {
	if m.text == "" {
		var list []Item
		seen := map[string]int{}
		for _, it := range m.items {
			if seen[it.Kind]++; it.Kind == OpenLesson || seen[it.Kind] <= m.first() {
				list = append(list, it)
			}
		}
		return list
	}
	want := strings.ToLower(m.text)
	var list []Item
	same := false
	for _, it := range m.items {
		if strings.Contains(strings.ToLower(it.Ref), want) {
			list = append(list, it)
			same = same || it.Ref == m.text
		}
	}
	if !same {
		list = append([]Item{{Kind: OpenImage, Ref: m.text}}, list...)
	}
	return list
}

// View is the frame.
func (m *homeModel) View() tea.View {
	v := tea.NewView(strings.Join(m.sc.Theme.sent(m.frame(m.w, m.rows)), "\n"))
	v.AltScreen = true
	v.WindowTitle = "glassbox"
	return v
}
