package lessons

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// links holds the links of all prose: to a file that lies beside the lesson, to
// another lesson (lesson:NAME), or to the web, which is not asked.
func (c *linter) links() {
	c.linksIn(c.l.Intro, c.l.line)
	for _, s := range c.l.Steps {
		for _, i := range s.Items {
			if i.Prose != "" {
				c.linksIn(i.Prose, i.Line)
			}
		}
		for _, b := range slices.Concat(s.Hints, s.Notes) {
			c.linksIn(b.Text, b.Line+1)
		}
	}
}

func (c *linter) linksIn(prose string, line int) {
	src, ends := []byte(prose), linesOf(prose)
	doc := goldmark.DefaultParser().Parse(text.NewReader(src))
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		at := line + ends.before(offset(n))
		switch n := n.(type) {
		case *ast.Link:
			c.link(at, string(n.Destination))
		case *ast.Image:
			c.say(at, "a picture can't be shown on a terminal: %s", n.Destination)
		case *ast.HTMLBlock, *ast.RawHTML:
			c.say(at, "HTML is shown as it is written: use Markdown, or `code`")
		}
		return ast.WalkContinue, nil
	})
}

// offset is where a node's text begins, or its nearest block's.
func offset(n ast.Node) int {
	for ; n != nil; n = n.Parent() {
		if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
			return n.Lines().At(0).Start
		}
	}
	return 0
}

func (c *linter) link(line int, to string) {
	u, err := url.Parse(to)
	switch {
	case err != nil:
		c.say(line, "broken link %q: %v", to, err)
	case u.Scheme == "http" || u.Scheme == "https":
		if u.Host == "" {
			c.say(line, "broken link %q: no host", to)
		}
	case u.Scheme == "lesson":
		if c.l.Shipped && !slices.Contains(Names(), u.Opaque) {
			c.say(line, "broken link %q: there is no such lesson%s", to, meant(u.Opaque, Names()))
		}
	case u.Scheme != "":
		c.say(line, "a link to %s: goes nowhere here; it can be https:, lesson:NAME or a file beside the lesson", u.Scheme)
	case u.Path == "": // a place in this text
	case path.IsAbs(u.Path) || !fsValid(u.Path):
		c.say(line, "the link %q leads out of the lesson's directory", to)
	case !slices.Contains(c.l.files, path.Clean(u.Path)):
		c.say(line, "broken link %q: no such file lies beside the lesson", to)
	}
}

// fsValid tells whether a path stays below where it begins.
func fsValid(p string) bool {
	p = path.Clean(p)
	return p != ".." && !strings.HasPrefix(p, "../")
}
