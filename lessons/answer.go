package lessons

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// conditions are the words that Choice.When begins with.
var conditions = []string{"same", "differs", "present", "absent", "else", "=", "!=", "<", "<=", ">", ">=", "has", "lacks", "matches"}

// condition cuts a When into its word and what follows.
func condition(when string) (word, arg string) {
	word, arg, _ = strings.Cut(strings.TrimSpace(when), " ")
	return word, strings.TrimSpace(arg)
}

// right says which choice is right for a value: its index. Exactly one must be.
func (p *Predict) right(v, against Reading) (int, error) {
	found, other := -1, -1
	for i := range p.Choices {
		word, arg := condition(p.Choices[i].When)
		if word == "else" {
			other = i
			continue
		}
		ok, err := holds(word, arg, v, against)
		if err != nil {
			return -1, fmt.Errorf("choice %d (%s): %w", i+1, p.Choices[i].When, err)
		}
		if ok && found >= 0 {
			return -1, fmt.Errorf("choices %d and %d are both right for %q", found+1, i+1, shorten(v.Text))
		}
		if ok {
			found = i
		}
	}
	if found < 0 {
		found = other
	}
	if found < 0 {
		return -1, fmt.Errorf("no choice is right for %q", shorten(v.Text))
	}
	return found, nil
}

// holds tells whether a condition holds for a value.
func holds(word, arg string, v, against Reading) (bool, error) {
	switch word {
	case "present":
		return !v.Absent, nil
	case "absent":
		return v.Absent, nil
	case "same", "differs":
		if against.Absent || v.Absent {
			return word == "differs" && v.Absent != against.Absent, nil
		}
		return (v.Text == against.Text) == (word == "same"), nil
	}
	if v.Absent {
		return false, nil
	}
	switch word {
	case "=":
		return v.Text == arg, nil
	case "!=":
		return v.Text != arg, nil
	case "has":
		return strings.Contains(v.Text, arg), nil
	case "lacks":
		return !strings.Contains(v.Text, arg), nil
	case "matches":
		re, err := regexp.Compile(arg)
		if err != nil {
			return false, err
		}
		return re.MatchString(v.Text), nil
	}
	return ordered(word, arg, v, against)
}

// ordered compares two numbers. An argument may be the other value times a
// factor: `> against`, `< 0.1 against`.
func ordered(word, arg string, v, against Reading) (bool, error) {
	a, err := strconv.ParseFloat(v.Text, 64)
	if err != nil {
		return false, fmt.Errorf("%q is no number", shorten(v.Text))
	}
	factor := 1.0
	rest, other := strings.CutSuffix(arg, "against")
	rest = strings.TrimSpace(rest)
	if rest != "" {
		if factor, err = strconv.ParseFloat(rest, 64); err != nil {
			return false, fmt.Errorf("%q is no number", arg)
		}
	}
	b := factor
	if other {
		n, err := strconv.ParseFloat(against.Text, 64)
		if err != nil {
			return false, fmt.Errorf("%q is no number", shorten(against.Text))
		}
		b *= n
	}
	switch word {
	case "<":
		return a < b, nil
	case "<=":
		return a <= b, nil
	case ">":
		return a > b, nil
	case ">=":
		return a >= b, nil
	}
	return false, errors.New("no such condition")
}
