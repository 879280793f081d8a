package lessons

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// parse reads one file. The faults are all that is wrong with its form; what its
// words mean together is lint's.
func parse(file string, b []byte) (*Lesson, Faults) {
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	if f := safe(file, b); len(f) > 0 {
		return nil, f
	}
	p := &parser{file: file, l: &Lesson{File: file, Number: -1}}
	body, skipped, ok := p.front(b)
	if !ok {
		return nil, p.faults
	}
	p.src, p.first = body, skipped+1
	if at := dense(string(body)); at > 0 {
		p.faults.add(file, skipped+at, "%s", tooDense())
		return nil, p.faults
	}
	p.lines = linesOf(string(body))
	p.body(goldmark.DefaultParser().Parse(text.NewReader(body)))
	p.flush(len(p.src))
	switch n := len(p.l.Steps); {
	case n == 0:
		p.faults.add(file, 0, "there is no step: each begins with a heading of two signs, `## What happens first`")
	case n > MaxSteps:
		p.faults.add(file, p.l.Steps[MaxSteps].Line, "%d steps; a lesson has %d at most: make several of it", n, MaxSteps)
		p.l.Steps = p.l.Steps[:MaxSteps]
	}
	return p.l, p.faults
}

// parser goes through a file's blocks in order.
type parser struct {
	file   string
	l      *Lesson
	src    []byte
	first  int   // the file's line of src's first one
	lines  lines // of src
	from   int   // where prose that was not taken yet begins
	faults Faults
}

// front takes the front matter: what stands between two lines of three dashes.
func (p *parser) front(b []byte) (body []byte, lines int, ok bool) {
	rest, found := bytes.CutPrefix(b, []byte("---\n"))
	matter, body, ended := bytes.Cut(rest, []byte("\n---\n"))
	if !found || !ended {
		p.faults.add(p.file, 1, "no front matter: the file begins with a line ---, fields such as `title:`, and a line ---")
		return nil, 0, false
	}
	p.l.line = 2
	p.faults.within(strict(p.file, 2, string(matter), &p.l.Front))
	return body, bytes.Count(matter, []byte("\n")) + 3, true
}

// body takes the blocks of the document that are not nested: headings, fences,
// and between them prose.
func (p *parser) body(doc ast.Node) {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level == 2 {
				p.heading(n)
			}
		case *ast.FencedCodeBlock:
			p.fence(n)
		default:
			p.nested(n)
		}
	}
}

// heading begins a step.
func (p *parser) heading(n *ast.Heading) {
	at := text.NewSegment(max(n.Pos(), 0), max(n.Pos(), 0)) // where it has no words
	if n.Lines().Len() > 0 {
		at = n.Lines().At(0)
	}
	begin := p.lineStart(at.Start)
	p.flush(begin)
	title := strings.TrimSpace(string(at.Value(p.src)))
	p.l.Steps = append(p.l.Steps, Step{Title: title, Line: p.lineOf(begin)})
	p.from = p.lineEnd(at.Stop)
	if rest := p.src[p.from:]; n.Lines().Len() > 0 && p.src[begin] != '#' { // underlined with dashes
		p.from += bytes.IndexByte(append(rest, '\n'), '\n') + 1
		p.from = min(p.from, len(p.src))
	}
}

// fence takes a fenced block if its info string begins with a word of ours; any
// other is prose.
func (p *parser) fence(n *ast.FencedCodeBlock) {
	p.swallowed(n)
	if n.Info == nil {
		return
	}
	info := string(n.Info.Segment.Value(p.src))
	kind, attrs, _ := strings.Cut(info, " ")
	begin := p.lineStart(n.Info.Segment.Start)
	line := p.lineOf(begin)
	if !slices.Contains(kinds, kind) {
		p.foreign(line, kind)
		return
	}
	p.flush(begin)
	end := p.lineEnd(n.Info.Segment.Stop)
	var content bytes.Buffer
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		content.Write(seg.Value(p.src))
		end = max(end, seg.Stop)
	}
	p.from = min(p.lineEnd(min(end, len(p.src))), len(p.src)) // past the closing fence
	if mark := strings.TrimSpace(string(p.src[min(end, len(p.src)):p.from])); !strings.HasPrefix(mark, "```") && !strings.HasPrefix(mark, "~~~") {
		p.faults.add(p.file, line, "the block %s is never closed", kind)
	}
	if len(p.l.Steps) == 0 {
		p.faults.add(p.file, line, "a block %s before the first step: it belongs below a `##` heading", kind)
		return
	}
	p.block(&p.l.Steps[len(p.l.Steps)-1], kind, attrs, line, content.String())
}

// fenceForm is a line that begins a fenced block: its mark, and its first word.
var fenceForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^ {0,3}(`{3,}|~{3,})[ \t]*([a-z]*)") })

// swallowed complains about a fence that somebody forgot to close: it takes the next
// block of ours for its own text, and ends where that one does.
func (p *parser) swallowed(n *ast.FencedCodeBlock) {
	begin := p.lineStart(max(n.Pos(), 0))
	mark := fenceForm().FindSubmatch(p.src[begin:p.lineEnd(begin)])
	if mark == nil {
		return
	}
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		inner := fenceForm().FindSubmatch(seg.Value(p.src))
		if inner != nil && bytes.HasPrefix(inner[1], mark[1]) && slices.Contains(kinds, string(inner[2])) {
			p.faults.add(p.file, p.lineOf(begin), "the block is not closed before line %d, where the next one begins", p.lineOf(seg.Start))
			return
		}
	}
}

// foreign complains about a fence that is nearly one of ours.
func (p *parser) foreign(line int, kind string) {
	if kind == "include" {
		p.faults.add(p.file, line, "a lesson includes no other file: write it out")
		return
	}
	for _, k := range kinds {
		if distance(kind, k, 2) < 2 && !slices.Contains(languages, kind) {
			p.faults.add(p.file, line, "unknown block %q, did you mean %s?", kind, k)
			return
		}
	}
}

// nested complains about a block of ours inside a list or a quotation, where it
// would be prose.
func (p *parser) nested(n ast.Node) {
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		f, ok := c.(*ast.FencedCodeBlock)
		if !ok || !entering || f.Info == nil {
			return ast.WalkContinue, nil
		}
		kind, _, _ := strings.Cut(string(f.Info.Segment.Value(p.src)), " ")
		if slices.Contains(kinds, kind) {
			p.faults.add(p.file, p.lineOf(f.Info.Segment.Start), "the block %s is inside a list or a quotation: put it at the left margin", kind)
		}
		return ast.WalkContinue, nil
	})
}

// flush makes prose of what was not taken up to an offset.
func (p *parser) flush(to int) {
	if to < p.from {
		return
	}
	raw := string(p.src[p.from:to])
	prose := strings.Trim(raw, "\n")
	line := p.lineOf(p.from + len(raw) - len(strings.TrimLeft(raw, "\n")))
	p.from = to
	if strings.TrimSpace(prose) == "" {
		return
	}
	if len(p.l.Steps) == 0 {
		p.l.Intro = prose
		return
	}
	s := &p.l.Steps[len(p.l.Steps)-1]
	p.item(s, Item{Line: line, Prose: prose})
}

func (p *parser) item(s *Step, i Item) {
	if len(s.Items) == MaxItems {
		p.faults.add(p.file, i.Line, "the step %q has more than %d parts", s.Title, MaxItems)
	}
	if len(s.Items) <= MaxItems {
		s.Items = append(s.Items, i)
	}
}

func (p *parser) lineOf(at int) int { return p.first + p.lines.before(at) }

func (p *parser) lineStart(at int) int { return bytes.LastIndexByte(p.src[:at], '\n') + 1 }

// lineEnd is the beginning of the line after the one that at is in.
func (p *parser) lineEnd(at int) int {
	if i := bytes.IndexByte(p.src[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(p.src)
}
