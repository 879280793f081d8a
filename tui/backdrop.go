package tui

import (
	"image/color"

	tea "charm.land/bubbletea/v2"
)

// backdrop asks the terminal for its background, and tells the screen where that is
// light. A terminal that does not answer is taken for dark: nobody waits for it.
type backdrop struct {
	tea.Model
	picked bool // nobody named a theme
}

// themed is a screen that has a theme.
type themed interface {
	wear(change func(*Theme) *Theme)
}

// Init asks, too.
func (b backdrop) Init() tea.Cmd { return tea.Batch(b.Model.Init(), tea.RequestBackgroundColor) }

// Update obeys a message.
func (b backdrop) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if c, ok := msg.(tea.BackgroundColorMsg); ok {
		if s, ok := b.Model.(themed); ok && isLight(c.Color) {
			s.wear(func(t *Theme) *Theme { return t.onLight(b.picked) })
		}
		return b, nil
	}
	m, cmd := b.Model.Update(msg)
	b.Model = m
	return b, cmd
}

// isLight tells whether a background is light: by its luma.
func isLight(c color.Color) bool {
	if c == nil {
		return false
	}
	r, g, b, _ := c.RGBA()
	return 2126*r+7152*g+722*b > 0xffff*5000
}

func (m *Model) wear(change func(*Theme) *Theme) {
	m.sc.Theme = change(m.sc.Theme)
	m.drawn = false
}

func (m *homeModel) wear(change func(*Theme) *Theme) { m.sc.Theme = change(m.sc.Theme) }

func (m *notesModel) wear(change func(*Theme) *Theme) { m.sc.Theme = change(m.sc.Theme) }

// wear changes the theme here and in the runs' screens.
func (m *lessonModel) wear(change func(*Theme) *Theme) {
	m.sc.Theme, m.drawn = change(m.sc.Theme), false
	for _, b := range m.runs {
		b.m.sc.Theme = m.sc.Theme
	}
}
