package tui

import tea "charm.land/bubbletea/v2"

// roll is which rows of an overlay are shown, where there is no room for all.
type roll struct {
	top  int
	more bool // there are others: as it was drawn last
}

// longer says that there are more rows than are shown.
func (r *roll) longer() bool { return r.more }

// scroll obeys the keys that move in the rows, and tells whether this is one.
func (r *roll) scroll(m *Model, k tea.KeyPressMsg) bool {
	switch actOf(k) {
	case ActDown:
		r.top++
	case ActUp:
		r.top--
	case ActPageDown, ActNext:
		r.top += m.h / 2
	case ActPageUp, ActBack:
		r.top -= m.h / 2
	case ActTop, ActFirst:
		r.top = 0
	case ActBottom, ActNewest:
		r.top = 1 << 20 // drawing knows where that is
	default:
		return false
	}
	r.top = max(r.top, 0)
	return true
}

// scrolled is a panel of those rows for which there is room; its lower edge tells how
// many there are where that is not all.
func (sc *Scene) scrolled(title, foot string, rows []string, r *roll, w, h int) []string {
	room, n := max(h-2, 1), len(rows)
	r.top, r.more = max(min(r.top, n-room), 0), room < n
	end, place := min(r.top+room, n), ""
	if r.more {
		place = itoa(end) + "/" + itoa(n)
	}
	return sc.placed(title, foot, place, rows[r.top:end], w, h)
}
