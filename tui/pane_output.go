package tui

import "strings"

// mostOutput is how many of the newest lines of output a pane holds.
const mostOutput = 4000

// output shows what the container's program wrote, the newest at the end.
func output(b *lines) {
	s := b.sc.S
	t := b.sc.Text
	if len(s.Output) == 0 {
		b.note(t.Nothing)
		return
	}
	var stdout strings.Builder
	var list []Line
	flush := func(stream string) {
		look := b.sc.Theme.Text
		if stream == "stderr" {
			look = b.sc.Theme.Warn
		}
		for _, text := range split(stdout.String()) {
			text = Clean(short(strings.TrimSuffix(text, "\r")))
			list = append(list, Line{Wide: true, Out: Cell{Text: text, Look: look}, Source: stream})
		}
		stdout.Reset()
	}
	stream := s.Output[0].Stream
	for _, c := range s.Output {
		if c.Stream != stream {
			flush(stream)
			stream = c.Stream
		}
		stdout.Write(c.Data)
	}
	flush(stream)
	if over := len(list) - mostOutput; over > 0 {
		list = list[over:]
	}
	b.out = append(b.out, list...)
}
