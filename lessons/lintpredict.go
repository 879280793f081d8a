package lessons

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// predict holds a question.
func (c *linter) predict(p *Predict) {
	c.value(p, &p.Value, "value")
	if p.Against != nil {
		c.value(p, p.Against, "against")
	}
	c.light(p, p.Ask)
	if n := len(p.Choices); n < 2 || n > 6 {
		c.say(p.Line, "%d choices; a question has 2 to 6", n)
	}
	right := 0
	for i := range p.Choices {
		ch := &p.Choices[i]
		c.when(p, ch, i+1)
		c.light(p, ch.Text)
		c.light(p, ch.Wrong)
		if ch.Right {
			right++
			if ch.Wrong != "" {
				c.say(p.Line, "choice %d is right and has a misconception: one of the two", i+1)
			}
			continue
		}
		if strings.TrimSpace(ch.Wrong) == "" {
			c.say(p.Line, "choice %d names no misconception (wrong): say what who chooses it believes", i+1)
		}
	}
	if right == 0 {
		c.say(p.Line, "no choice is marked `right: true`: `lesson check --run` has nothing to hold against the kernel")
	}
	if right == len(p.Choices) && right > 0 {
		c.say(p.Line, "every choice is right: that is no question")
	}
}

// light holds a text against what the Markdown reader takes: one that YAML folds
// has fewer blank lines than the file.
func (c *linter) light(p *Predict, text string) {
	if dense(text) > 0 {
		c.say(p.Line, "%s", tooDense())
	}
}

// when holds the condition of a choice.
func (c *linter) when(p *Predict, ch *Choice, n int) {
	word, arg := condition(ch.When)
	if !slices.Contains(conditions, word) {
		c.say(p.Line, "choice %d: unknown condition %q%s", n, word, meant(word, conditions))
		return
	}
	alone := slices.Contains([]string{"same", "differs", "present", "absent", "else"}, word)
	switch {
	case alone && arg != "":
		c.say(p.Line, "choice %d: %q stands alone, without %q", n, word, arg)
	case !alone && arg == "" && word != "=" && word != "!=":
		c.say(p.Line, "choice %d: %q needs something behind it", n, word)
	case word == "matches":
		if _, err := regexp.Compile(arg); err != nil {
			c.say(p.Line, "choice %d: %v", n, err)
		}
	case strings.HasPrefix(word, "<") || strings.HasPrefix(word, ">"):
		rest, other := strings.CutSuffix(arg, "against")
		if other && p.Against == nil {
			c.say(p.Line, "choice %d: the question has no `against`", n)
		}
		if rest = strings.TrimSpace(rest); rest != "" {
			if _, err := strconv.ParseFloat(rest, 64); err != nil {
				c.say(p.Line, "choice %d: %q is no number", n, rest)
			}
		}
	}
	if (word == "same" || word == "differs") && p.Against == nil {
		c.say(p.Line, "choice %d: %q compares with `against`, which the question has not", n, word)
	}
}

// value holds where a value is read.
func (c *linter) value(p *Predict, v *Value, name string) {
	c.known(p.Line, v.Run)
	n := 0
	for _, is := range []bool{len(v.Fact) > 0, v.Command != "", v.Exit != "", v.Error != "", v.Calls != "", len(v.Took) > 0} {
		if is {
			n++
		}
	}
	if n != 1 {
		c.say(p.Line, "%s has one of fact, command, exit, error, calls, took; this has %d", name, n)
	}
	c.call(p.Line, v.Calls)
	side := v.Side
	if side == "" {
		side = "outside"
	}
	for _, f := range v.Fact {
		if said := factFault(f, side); said != "" {
			c.say(p.Line, "%s: %s", name, said)
		}
	}
	if v.Side != "" && len(v.Fact) == 0 && v.Command == "" {
		c.say(p.Line, "%s: side belongs to fact and command", name)
	}
	for _, expr := range []string{v.Line, v.Find} {
		if _, err := regexp.Compile(expr); err != nil {
			c.say(p.Line, "%s: %v", name, err)
		}
	}
	if v.Command != "" {
		if _, said := scriptFault(v.Command); said != "" {
			c.say(p.Line, "%s: the shell does not take this: %s", name, said)
		}
	}
}
