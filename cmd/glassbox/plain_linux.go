package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/stages"
)

// showPlain tells the run in words on standard error, and asks on the terminal
// at its gates.
func showPlain(r *stages.Run, lang string, end context.CancelCauseFunc) (func(int, error), error) {
	in, err := journal.Open(stages.JournalPath(r.Plan.State))
	if err != nil {
		return nil, err
	}
	p := newPlain(account, pickLang(lang), in.Header)
	p.title()
	done, stop := make(chan struct{}), make(chan struct{})
	asked := make(chan journal.Gate, 1)
	go p.askAt(asked, r, end)
	go func() {
		defer close(done)
		defer in.Close()
		for {
			p.drain(in, asked)
			select {
			case <-r.Journal.Signal():
			case <-stop:
				p.drain(in, asked)
				return
			}
		}
	}()
	return func(int, error) { close(stop); <-done; close(asked) }, nil
}

// drain tells what is new in the journal.
func (p *plain) drain(in *journal.Reader, asked chan<- journal.Gate) {
	for {
		e, err := in.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fmt.Fprintln(p.w, "glassbox: read the journal:", err)
			return
		}
		p.state.Apply(e)
		p.event(e)
		if e.Gate != nil && e.Gate.State == journal.Waiting {
			select {
			case asked <- *e.Gate:
			default:
			}
		}
	}
}

// askAt asks at each gate: standard input belongs to the program, so the answer
// comes from the terminal.
func (p *plain) askAt(gates <-chan journal.Gate, r *stages.Run, end context.CancelCauseFunc) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		for range gates { // a delay opens them
		}
		return
	}
	defer tty.Close()
	buf := make([]byte, 256)
	for g := range gates {
		if !r.Gate.Waiting() {
			continue
		}
		for known := false; !known; { // an answer that is none is asked for again
			fmt.Fprint(tty, "   ", p.choices(g), p.say("  [q] end > ", "  [q] 끝내기 > "))
			n, err := tty.Read(buf)
			answer := strings.TrimSpace(string(buf[:n]))
			switch {
			case errors.Is(err, io.EOF): // ctrl-d
				answer = "q"
			case err != nil:
				return
			}
			if answer == "q" {
				end(errors.New("ended at the gate"))
				return
			}
			known = answered(answer, g, r)
		}
	}
}

// answered does what was asked for at a gate; it tells whether that is one of its choices.
func answered(answer string, g journal.Gate, r *stages.Run) bool {
	switch {
	case answer == "" || answer == "n" || answer == "s":
		r.Gate.Go(stages.StepStage)
	case answer == "c":
		r.Gate.Go(stages.StepCall)
	case answer == "r":
		r.Gate.Go(stages.StepNone)
	case answer == "t" && g.From != "":
		r.Gate.Retry()
	default:
		return false
	}
	return true
}

// choices are the keys that a gate takes.
func (p *plain) choices(g journal.Gate) string {
	switch {
	case g.From == "":
		return p.say("[Enter] next stage  [c] next call  [r] run on", "[Enter] 다음 단계  [c] 다음 호출  [r] 끝까지 실행")
	case g.Why == journal.Gone:
		return fmt.Sprintf(p.say("[Enter] unwind  [t] try again with a new first process, from %s", "[Enter] 되돌리기  [t] 새 첫 프로세스로 %s부터 다시 시도"), g.From)
	case g.Why == journal.Spent:
		return fmt.Sprintf(p.say("[Enter] unwind  [t] try again from %s, with a new first process: this one can't take back what it did",
			"[Enter] 되돌리기  [t] 새 첫 프로세스로 %s부터 다시 시도: 지금 프로세스는 이미 한 일을 되돌릴 수 없습니다"), g.From)
	}
	return fmt.Sprintf(p.say("[Enter] unwind  [t] try %s again", "[Enter] 되돌리기  [t] %s 다시 시도"), g.From)
}
