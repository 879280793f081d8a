package tui

import (
	"slices"
	"time"

	"glassbox/runtime/journal"
)

// pull draws each blob on its way into the content store: a bar, bytes, and in
// the last row all of them together, with the speed since the stage began.
func (p *picture) pull() {
	blobs := slices.Clone(p.s.Progress)
	slices.SortStableFunc(blobs, func(a, b journal.Progress) int { return a.Index - b.Index })
	slices.SortStableFunc(blobs, func(a, b journal.Progress) int { return rank(a.What) - rank(b.What) })
	p.heading(p.s.Header.Image, p.say("content store", "콘텐츠 저장소"))
	if len(blobs) == 0 {
		p.gap(0, 1, p.w, p.say("no blob has been asked for yet", "아직 요청한 블롭(blob)이 없습니다"))
		return
	}
	first, n := window(len(blobs), p.h-2, firstOpen(blobs))
	moving := firstOpen(blobs) >= 0
	for i := range n {
		p.blob(1+i, &blobs[first+i], moving)
	}
	p.sum(1+n, blobs, len(blobs)-n)
}

// rank orders blobs as they refer to each other: manifest, config, layers.
func rank(what string) int {
	switch what {
	case "manifest":
		return 0
	case "config":
		return 1
	}
	return 2
}

// heading is the first row: where things come from, an arrow, where they go.
func (p *picture) heading(from, to string) {
	room := p.w - Width(to) - 4
	if room < 8 {
		p.text(0, 0, p.w, p.th.Strong, brief(from, p.w))
		return
	}
	x := p.put(0, 0, p.th.Strong, brief(from, room)) + 1
	end := p.w - Width(to) - 1
	p.line(x, 0, end-x-1, p.th.Border, p.g.H)
	p.put(end-1, 0, p.th.Border, p.g.Right)
	p.put(end+1, 0, p.th.Dim, to)
}

// firstOpen is the first thing that is still being worked on, or -1.
func firstOpen(list []journal.Progress) int {
	for i := range list {
		if list[i].State == journal.Downloading || list[i].State == journal.Unpacking {
			return i
		}
	}
	return -1
}

// window chooses n rows of a list that is longer than the room: those around want.
func window(length, room, want int) (first, n int) {
	n = min(length, max(room, 0))
	first = min(max(want-1, 0), length-n)
	return first, n
}

// blob draws one row. What is already here has no bar: nothing is transferred.
// While bytes arrive there is room for how many of how many.
func (p *picture) blob(y int, b *journal.Progress, moving bool) {
	label, digest, size, state := 11, 14, 21, 14
	if p.w < 64 || !moving {
		size = 10
	}
	if p.w < 46 {
		state = 2
	}
	if p.w-label-digest-size-state < 20 {
		digest = 0
	}
	x := p.text(0, y, label, p.th.Text, Cut(p.part(b), label-1))
	if digest > 0 {
		x = p.text(x, y, digest, p.th.Faint, digestOf(b.ID))
	}
	bar := p.w - x - size - state
	done, total := signed(b.Done), signed(b.Total)
	look, sign, words := p.blobState(b)
	switch {
	case b.State == journal.Present:
		p.line(x, y, bar, p.th.Border, p.g.DashH)
	case done >= total && b.State != journal.Downloading:
		p.line(x, y, bar, look, p.g.HeavyH) // thin, so that what still moves stands out
	case total > 0:
		p.gauge(x, y, bar, float64(done)/float64(total), look)
	default:
		p.line(x, y, bar, look, p.g.DashH)
	}
	x += max(bar, 0)
	p.right(x, y, size-1, p.th.Dim, progressOf(done, total, size > 10 && b.State == journal.Downloading))
	p.put(x+size, y, look, sign)
	if state > 2 {
		p.put(x+size+2, y, p.th.Dim, Cut(words, state-2))
	}
}

// progressOf is bytes, of how many while they still arrive.
func progressOf(done, total uint64, both bool) string {
	switch {
	case total == 0:
		return amountOf(done)
	case both:
		return amountOf(done) + " / " + amountOf(total)
	}
	return amountOf(max(done, total))
}

// part names a blob or a layer.
func (p *picture) part(b *journal.Progress) string {
	switch b.What {
	case "layer":
		return p.say("layer ", "레이어 ") + itoa(b.Index)
	case "manifest":
		return p.say("manifest", "매니페스트")
	case "config":
		return p.say("config", "설정")
	}
	return brief(b.What, 20)
}

func (p *picture) blobState(b *journal.Progress) (look Style, sign, words string) {
	switch b.State {
	case journal.Present:
		return p.th.Good, p.g.Done, p.say("already here", "이미 있음")
	case journal.Downloading:
		words = p.say("arriving", "받는 중")
		if b.Total > 0 {
			words = percent(float64(signed(b.Done)) / float64(b.Total))
		}
		return p.th.Accent, p.g.Down, words
	case journal.Verified:
		return p.th.Good, p.g.Done, p.say("verified", "검증함")
	case journal.Unpacking:
		return p.th.Accent, p.g.Now, p.say("unpacking", "푸는 중")
	case journal.Unpacked:
		return p.th.Good, p.g.Done, p.say("unpacked", "풀었음")
	}
	return p.th.Dim, p.g.Next, brief(b.State, 20)
}

// sum is the last row: what came over the network, how fast, what was here.
func (p *picture) sum(y int, blobs []journal.Progress, more int) {
	var here int
	var done, total int64
	later := false
	for i := range blobs {
		switch b := &blobs[i]; b.State {
		case journal.Present:
			here++
		case journal.Unpacking, journal.Unpacked: // a later stage took the row over
			later = true
		default:
			done += max(b.Done, 0)
			total += max(b.Total, b.Done, 0)
		}
	}
	if later {
		done, total = p.s.Counts.HTTPBytes, 0
	}
	d, _ := p.took("pull")
	rate := rateOf(done, d)
	list := []piece{{p.th.Text, p.say("received ", "받음 ") + amountOf(signed(done))}}
	if total > done {
		list = append(list, piece{p.th.Dim, p.say(" of ", " / ") + amountOf(signed(total))})
	}
	if rate != "" {
		list = append(list, piece{p.th.Faint, " · "}, piece{p.th.Accent, rate})
	}
	if here > 0 {
		list = append(list, piece{p.th.Faint, " · "}, piece{p.th.Good, itoa(here) + p.say(" already here", "개는 이미 있음")})
	}
	if more > 0 {
		list = append(list, piece{p.th.Faint, " · " + itoa(more) + p.say(" more rows", "줄 더 있음")})
	}
	p.pieces(0, y, p.w, list...)
}

// took is how long a stage runs or ran, and whether it has ended.
func (p *picture) took(stage string) (time.Duration, bool) {
	st := p.s.Stage(stage)
	switch {
	case st == nil || st.Began.IsZero():
		return 0, false
	case st.EndedA != 0:
		return time.Duration(st.DurUS) * time.Microsecond, true
	}
	return p.s.T.Sub(st.Began), false
}
