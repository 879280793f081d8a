package lessons

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// The kinds of paragraphs.
const (
	Paragraph = "p"
	Heading   = "h"
	ListItem  = "li"
	CodeBlock = "code"
	Quotation = "quote"
	Rule      = "hr"
)

// Par is one paragraph of prose, as a view shows it: text that is still to be
// cleaned and wrapped.
type Par struct {
	Kind  string
	Level int    // of a heading, from 1; how deep a list is
	Mark  string // of a list's item, on its first paragraph: "-" or "1."
	Spans []Span
	Lines []string // of a code block
}

// Span is a piece of a paragraph in one manner. A line break is the span "\n".
type Span struct {
	Text   string
	Code   bool
	Strong bool
	Em     bool
	Link   string // where it leads
}

// Prose reads Markdown. What no view could show, such as HTML, stays as it is written.
func Prose(markdown string) []Par {
	src := []byte(markdown)
	w := &prosist{src: src}
	w.blocks(goldmark.DefaultParser().Parse(text.NewReader(src)), Paragraph, 0)
	return w.out
}

type prosist struct {
	src  []byte
	out  []Par
	mark string
}

func (w *prosist) add(p Par) {
	p.Mark, w.mark = w.mark, ""
	w.out = append(w.out, p)
}

// blocks goes through a block's children.
func (w *prosist) blocks(n ast.Node, kind string, level int) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Heading:
			w.add(Par{Kind: Heading, Level: c.Level, Spans: w.spans(c, Span{})})
		case *ast.Paragraph, *ast.TextBlock:
			w.add(Par{Kind: kind, Level: level, Spans: w.spans(c, Span{})})
		case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
			w.add(Par{Kind: CodeBlock, Level: level, Lines: w.lines(c)})
		case *ast.ThematicBreak:
			w.add(Par{Kind: Rule})
		case *ast.Blockquote:
			w.blocks(c, Quotation, level)
		case *ast.List:
			w.list(c, level)
		default:
			w.blocks(c, kind, level)
		}
	}
}

func (w *prosist) list(n *ast.List, level int) {
	number := n.Start
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.mark = "-"
		if n.IsOrdered() {
			w.mark = strconv.Itoa(number) + "."
			number++
		}
		w.blocks(c, ListItem, level+1)
	}
}

func (w *prosist) lines(n ast.Node) []string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		b.Write(seg.Value(w.src))
	}
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

// spans goes through a paragraph's inlines.
func (w *prosist) spans(n ast.Node, in Span) []Span {
	var out []Span
	put := func(text string) {
		s := in
		s.Text = text
		out = append(out, s)
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			put(strings.ReplaceAll(string(c.Segment.Value(w.src)), "\n", " ")) // a line's end within code
			if c.HardLineBreak() {
				put("\n")
			} else if c.SoftLineBreak() {
				put(" ")
			}
		case *ast.String:
			put(string(c.Value))
		case *ast.CodeSpan:
			s := in
			s.Code = true
			out = append(out, w.spans(c, s)...)
		case *ast.Emphasis:
			s := in
			s.Em, s.Strong = s.Em || c.Level == 1, s.Strong || c.Level == 2
			out = append(out, w.spans(c, s)...)
		case *ast.Link:
			s := in
			s.Link = string(c.Destination)
			out = append(out, w.spans(c, s)...)
		case *ast.AutoLink:
			put(string(c.URL(w.src)))
		case *ast.RawHTML:
			for i := range c.Segments.Len() {
				seg := c.Segments.At(i)
				put(string(seg.Value(w.src)))
			}
		default:
			out = append(out, w.spans(c, in)...)
		}
	}
	return out
}
