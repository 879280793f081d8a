package lessons

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// slow are texts that Markdown readers are slow with, to be repeated.
var slow = map[string]string{
	"links": "[a](b", "images": "![a](b", "open brackets": "[", "closed brackets": "[a]", "references": "[a][b]",
	"emphasis": "*a **b ", "underscores": "_a __b ", "code": "`a``b", "tags": "<a b=\"c", "comments": "<!-- a", "instructions": "<?", "CDATA": "<![CDATA[",
	"entities": "&a", "quotations": "> ", "quotations and lists": "> - ", "items": "- ", "numbers": "1. ", "parentheses": "(", "backslashes": "\\[",
	"definitions": "[a]: b\n", "items in items": "\n- a\n  ", "broken lines": "a  \n", "setext": "a\n-\n", "steps": "\n## a\n",
	"blocks": "\n```do\ntrue\n```\n", "links in paragraphs": "\n\n[a](b", "fences": "\n````a\n", "tabs": "\t- ", "HTML": "\n<p>\n\n", "pictures": "![a](b)\n\n",
	"definitions apart": "\n\n[aa]: b", "quotation lines": "> > > > > > > > a\n\n", "faults": "\n[a](b.md)\n",
}

// slowYAML and slowScript are what may be slow in the front matter and in a script.
var (
	slowYAML   = []string{"[", "{a: ", "- ", "? ", "&a ", "!!a ", "'a' ", "a: b\n", "a: >\n b\n", "\"\\x5b", "# a\n", "a:\n- "}
	slowScript = []string{"$(", "(", "{ ", "$((", "`", "\"$(", "<<a\n", "if a; then ", "a | ", "a && ", "case a in a) ", "${a:-", "a() ", "echo \"$(a)\"\n", "\"", "[ "}
)

// TestSlow: no stranger's file takes much longer to read than a plain one of its
// size; what would is refused, with file and line.
func TestSlow(t *testing.T) {
	const size = MaxFile - 1000
	fill := func(s string) string { return head + stop + "\n" + strings.Repeat(s, size/len(s)) + "\n" }
	took := func(text string) (time.Duration, error) {
		file := write(t, "lesson.md", text)
		began := time.Now()
		set, err := Open(file)
		if err == nil {
			for _, s := range set.Lessons[0].Steps {
				for _, i := range s.Items {
					Prose(i.Prose)
				}
			}
		}
		return time.Since(began), err
	}
	texts := map[string]string{"quotation lines": head + stop + "\n" + strings.Repeat(strings.Repeat("> ", 100)+"\n", size/201)}
	for name, s := range slow {
		texts[name] = fill(s)
	}
	for _, s := range slowYAML {
		texts["YAML "+s] = "---\n" + strings.Repeat(s, size/len(s)) + "\n---\n" + stop
		texts["YAML in a block "+s] = head + stop + "\n```look\n" + strings.Repeat(s, size/len(s)) + "\n```\n"
	}
	for _, s := range slowScript {
		texts["script "+s] = head + stop + "\n```do\n" + strings.Repeat(s, 8000/len(s)) + "\n```\n" + strings.Repeat("\n\n```do\n"+strings.Repeat(s, 300/len(s))+"\n```\n", 100)
	}
	plain, err := took(fill("Some words of no importance, a line of them.\n\n"))
	if err != nil && !strings.Contains(err.Error(), "parts") {
		t.Fatal(err)
	}
	limit := max(150*plain, 3*time.Second) // without bounds it takes minutes
	for name, text := range texts {
		d, err := took(text)
		t.Logf("%-22q %8s  %.150s", name, d.Round(time.Millisecond), strings.ReplaceAll(fmt.Sprint(err), "\n", " / "))
		if d > limit {
			t.Errorf("%q: %s, a plain file of its size %s", name, d, plain)
		}
	}
}

// TestDense holds where a text is refused, and what is said of it.
func TestDense(t *testing.T) {
	_, err := Open(write(t, "lesson.md", head+stop+"\nfine\n\n"+strings.Repeat("[a](b", 20000)+"\n"))
	var faults Faults
	if !errors.As(err, &faults) || len(faults) != 1 || faults[0].Line != 16 || !strings.Contains(faults[0].Text, "without a blank line") {
		t.Errorf("%v", err)
	}
	folded := strings.Repeat("[a](b [a](b [a](b [a](b\n\n  ", 1000)
	_, err = Open(write(t, "lesson.md", head+stop+"\n```predict\nask: \""+folded+"\"\nvalue: {fact: proc.status}\nchoices:\n  - {text: a, when: present, right: true}\n  - {text: b, when: else, wrong: c}\n```\n"))
	if err == nil || !strings.Contains(err.Error(), "lesson.md:14: too much without a blank line") {
		t.Errorf("a folded text: %v", err)
	}
	if _, err = Open(write(t, "lesson.md", head+stop+"\n"+strings.Repeat("[a](b) ", 20)+"\n")); err == nil || strings.Contains(err.Error(), "too much") {
		t.Errorf("twenty links: %v", err)
	}
}
