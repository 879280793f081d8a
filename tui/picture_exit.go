package tui

import (
	"strconv"

	"glassbox/runtime/journal"
)

// exit draws how the program ended, and the list of what is undone on the host,
// newest first, crossed out as it goes.
func (p *picture) exit() {
	y := p.ending(0)
	if len(p.s.Undo) == 0 {
		if y < p.h {
			p.gap(0, y, p.w, p.say("nothing was made on the host that has to be undone", "호스트에서 되돌릴 것이 없습니다"))
		}
		return
	}
	if p.h-y > 4 {
		y++
	}
	undone, kept, failed := p.undoCounts()
	if y < p.h {
		list := []piece{
			{p.th.Strong, p.say("undone ", "되돌림 ") + itoa(undone) + p.say(" of ", " / ") + itoa(len(p.s.Undo)-kept)},
			{p.th.Faint, p.say("   newest first", "   새것부터")},
		}
		if failed > 0 {
			list = append(list, piece{p.th.Error, "   " + itoa(failed) + p.say(" failed", "개 실패")})
		}
		if kept > 0 {
			list = append(list, piece{p.th.Dim, "   " + itoa(kept) + p.say(" kept", "개 남김")})
		}
		x := p.pieces(0, y, p.w, list...) + 2
		switch bar := min(p.w-x, 30); {
		case bar < 8 || len(p.s.Undo) == kept:
		case undone == len(p.s.Undo)-kept:
			p.line(x, y, bar, p.th.Good, p.g.HeavyH) // thin: nothing moves any more
		default:
			p.gauge(x, y, bar, float64(undone)/float64(len(p.s.Undo)-kept), p.th.Good)
		}
		y++
	}
	p.undoRows(y)
}

func (p *picture) undoCounts() (undone, kept, failed int) {
	for i := range p.s.Undo {
		switch p.s.Undo[i].State {
		case journal.Undone:
			undone++
		case journal.Kept:
			kept++
		case journal.Failed:
			failed++
		}
	}
	return undone, kept, failed
}

// ending is what is known of the end of the first process.
func (p *picture) ending(y int) int {
	e := p.s.Exit
	if e == nil {
		p.pieces(0, y, p.w, piece{p.th.Accent, p.g.Dot + " "}, piece{p.th.Text, p.say(firstName(p.s)+" has not ended", "아직 끝나지 않았습니다: "+firstName(p.s))})
		return y + 1
	}
	look, sign := p.th.Good, p.g.Done
	if e.Code != 0 {
		look, sign = p.th.Error, p.g.Fail
	}
	list := []piece{{look, sign + " "}, {p.th.Text, ended(p.s, p.lang) + "  "}}
	if e.Signal != "" {
		list = append(list, piece{look, brief(e.Signal, 16)},
			piece{p.th.Dim, "  " + itoa(e.Code) + " = 128 + " + itoa(e.Code-128)})
	} else {
		list = append(list, piece{look, p.say("status ", "종료 코드 ") + itoa(e.Code)})
	}
	if e.Core {
		list = append(list, piece{p.th.Dim, p.say("  core dumped", "  코어 덤프")})
	}
	p.pieces(0, y, p.w, list...)
	y++
	if y < p.h {
		list := p.oomPieces(e)
		x := p.pieces(2, y, p.w-2, list...)
		if room := p.w - x - 2; room >= leastAside {
			p.put(x+2, y, p.th.Faint, briefLeft(e.OOMSource, room))
		}
		y++
	}
	if y < p.h-2 {
		p.pieces(2, y, p.w-2, piece{p.th.Dim, p.say("user ", "사용자 ")}, piece{p.th.Text, spanOf(e.UserUS)},
			piece{p.th.Dim, p.say("  system ", "  시스템 ")}, piece{p.th.Text, spanOf(e.SystemUS)},
			piece{p.th.Dim, p.say("  max RSS ", "  최대 메모리(RSS) ")}, piece{p.th.Text, amountOf(signed(e.MaxRSSKiB) * 1024)},
			piece{p.th.Faint, p.say("  since clone(2)", "  clone(2) 이후")})
		y++
	}
	return y
}

// oomPieces says whether memory was the reason; 137 alone does not.
func (p *picture) oomPieces(e *journal.Exit) []piece {
	if e.OOMKills > 0 {
		return []piece{
			{p.th.Error, "oom_kill " + strconv.FormatUint(e.OOMKills, 10)},
			{p.th.Text, p.say("  the kernel killed for want of memory", "  메모리가 모자라 커널이 죽였습니다")},
		}
	}
	if e.OOMSource == "" {
		return []piece{{p.th.Faint, p.say("out of memory or not: no file was read", "메모리 부족 여부: 읽은 파일이 없습니다")}}
	}
	return []piece{
		{p.th.Dim, "oom_kill 0"},
		{p.th.Dim, p.say("  nothing was killed for want of memory", "  메모리 때문에 죽은 것은 없습니다")},
	}
}

// undoRows lists the inverses, newest first. While they are done the list goes
// with them; before and after it is read from its beginning.
func (p *picture) undoRows(y int) {
	list := p.s.Undo
	n, room := len(list), p.h-y
	next := 0
	for next < n && list[n-1-next].State != journal.Planned {
		next++
	}
	first := 0
	counted := room >= 4 // else the rows themselves matter more
	switch {
	case n <= room || next == n:
	case counted:
		if first = max(next-room+3, 0); first == 1 { // a row that says so hides as much
			first = 2
		}
	default:
		first = min(max(next-room+1, 0), n-room)
	}
	if first > 0 && counted {
		p.gap(2, y, p.w-2, p.say(itoa(first)+" newer", "나중 것 "+itoa(first)+"개"))
		y++
	}
	for i := first; i < n && y < p.h; i++ {
		if left := n - i; counted && y == p.h-1 && left > 1 {
			p.gap(2, y, p.w-2, p.say(itoa(left)+" older", "이전 것 "+itoa(left)+"개"))
			return
		}
		p.undoRow(y, &list[n-1-i])
		y++
	}
}

func (p *picture) undoRow(y int, u *journal.Undo) {
	sign, hue, text := p.g.Next, p.th.Faint, p.th.Text
	switch u.State {
	case journal.Undone:
		sign, hue, text = p.g.Done, p.th.Good, struck(p.th.Dim)
	case journal.Failed:
		sign, hue, text = p.g.Fail, p.th.Error, p.th.Error
	case journal.Kept:
		sign, hue, text = "=", p.th.Dim, p.th.Dim
	}
	x := p.put(0, y, hue, sign+" ")
	x = p.text(x, y, min(14, p.w-x), p.th.Dim, brief(u.Op, 13))
	room := p.w - x
	if u.Err != "" && p.w >= 60 {
		room = p.w / 2
	}
	x = p.put(x, y, text, briefLeft(u.Target, room))
	if u.Err != "" {
		p.pieces(x, y, p.w-x, piece{p.th.Error, "  " + brief(Phrase(u.Err, p.lang), p.w)})
	}
}
