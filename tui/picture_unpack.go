package tui

import (
	"slices"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
)

// unpack draws the layers as they lie, the base at the bottom, with what each
// adds to and hides of those below.
func (p *picture) unpack() {
	layers := p.layers()
	if len(layers) == 0 {
		p.gap(0, 0, p.w, p.say("no layer has been unpacked yet", "아직 푼 레이어(layer)가 없습니다"))
		return
	}
	slices.Reverse(layers)
	if 2*len(layers)+1 <= p.h {
		p.slabs(layers)
		return
	}
	boxed := p.h >= 5 && p.w >= 40
	room, y := p.h, 0
	if boxed {
		room, y = p.h-2, 1
	}
	first, n := window(len(layers), room, firstOpen(layers))
	if boxed {
		p.frame(0, 0, p.w, n+2, p.th.Border, p.th.Dim, p.above(first))
		if rest := len(layers) - first - n; rest > 0 {
			p.put(2, n+1, p.th.Faint, " "+itoa(rest)+p.say(" more below ", "개 더 아래에 "))
		}
	}
	for i := range n {
		x := 0
		if boxed {
			x = 2
		}
		p.layer(x, y+i, p.w-2*x, &layers[first+i])
	}
}

func (p *picture) above(n int) string {
	if n == 0 {
		return p.say("top layer", "맨 위 레이어(layer)")
	}
	return itoa(n) + p.say(" more above", "개 더 위에")
}

// slabs draws each layer as a slab that lies on the next.
func (p *picture) slabs(layers []journal.Progress) {
	h := 2*len(layers) + 1
	p.frame(0, 0, p.w, h, p.th.Border, p.th.Dim, p.above(0))
	for i := range layers {
		y := 1 + 2*i
		p.layer(2, y, p.w-4, &layers[i])
		if i == len(layers)-1 {
			p.put(2, y+1, p.th.Dim, " "+p.say("base", "바닥")+" ")
			continue
		}
		p.put(0, y+1, p.th.Border, p.g.TeeRight)
		p.line(1, y+1, p.w-2, p.th.Border, p.g.H)
		p.put(p.w-1, y+1, p.th.Border, p.g.TeeLeft)
	}
}

// layers are the image's layers, the base first.
func (p *picture) layers() []journal.Progress {
	var list []journal.Progress
	for _, b := range p.s.Progress {
		if b.What == "layer" {
			list = append(list, b)
		}
	}
	slices.SortStableFunc(list, func(a, b journal.Progress) int { return a.Index - b.Index })
	return list
}

// layer draws one row: name, how far, what it adds (+) and hides (-), and the
// line of the image's history that made it.
func (p *picture) layer(x, y, w int, b *journal.Progress) {
	end := x + w
	look, sign, _ := p.blobState(b)
	p.put(x, y, look, sign)
	x = p.text(x+2, y, min(10, w-2), p.th.Strong, p.part(b))
	switch b.State {
	case journal.Unpacking:
		bar := min(24, end-x-30)
		if bar >= 6 && b.Total > 0 {
			p.gauge(x, y, bar, float64(signed(b.Done))/float64(b.Total), look)
			x += bar + 1
		}
	case journal.Unpacked, journal.Present:
	default:
		p.pieces(x, y, end-x, piece{p.th.Faint, p.say("still packed", "아직 풀지 않음")})
		return
	}
	// Columns keep their places from row to row.
	if b.State != journal.Unpacking {
		x = p.tally(x, y, end, p.th.Add, "+", b.Added)
		x = p.tally(x, y, end, p.th.Remove, "-", b.Hidden)
	}
	if count := p.tallyWidth() + 1; x+count+6 <= end {
		p.right(x, y, count, p.th.Dim, strconv.Itoa(b.Entries))
		word := " entries"
		if b.Entries == 1 {
			word = " entry  "
		}
		x = p.put(x+count, y, p.th.Faint, p.say(word, "개 항목")) + 2
	}
	if x+8 <= end {
		p.put(x, y, p.th.Faint, brief(history(b.By), end-x))
	}
}

func (p *picture) tally(x, y, end int, look Style, sign string, n int) int {
	width := p.tallyWidth()
	if x+width > end {
		return x
	}
	if n == 0 {
		look = p.th.Faint
	}
	p.right(x, y, width-1, look, sign+strconv.Itoa(n))
	return x + width
}

// tallyWidth is less where the line of the history needs the room.
func (p *picture) tallyWidth() int {
	if p.w >= 72 {
		return 8
	}
	most := 0
	for _, b := range p.s.Progress {
		most = max(most, b.Added, b.Hidden, b.Entries)
	}
	return max(6, len(itoa(most))+2) // a sign before it, a blank behind
}

// history is the line of an image's history without what builders put around it.
func history(by string) string {
	by = strings.TrimPrefix(strings.TrimSpace(by[:min(len(by), 512)]), "/bin/sh -c ")
	by = strings.TrimPrefix(by, "#(nop) ")
	return strings.TrimSpace(strings.TrimSuffix(by, "# buildkit"))
}
