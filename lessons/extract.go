package lessons

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
)

// Reading is a value as it was read, and where.
type Reading struct {
	Text   string // what was taken of it
	Source string // the path, the command, the record of the journal
	Absent bool   // there is no such thing
	Run    string // of which run, as the question names it
}

// of takes from a text what Line, Field, Find, JSON and Count say, in this order.
func (v *Value) of(text string) (string, error) {
	var err error
	if v.JSON != "" {
		if text, err = jsonAt(text, v.JSON); err != nil {
			return "", err
		}
	}
	if v.Count {
		return v.count(text)
	}
	if v.Line != "" {
		if text, err = firstLine(text, v.Line); err != nil {
			return "", err
		}
	}
	if v.Field != 0 {
		words := strings.Fields(text)
		at := v.Field - 1
		if v.Field < 0 {
			at = len(words) + v.Field
		}
		if at < 0 || at >= len(words) {
			return "", fmt.Errorf("there is no word %d in %q", v.Field, shorten(text))
		}
		text = words[at]
	}
	if v.Find != "" {
		re, err := regexp.Compile(v.Find)
		if err != nil {
			return "", fmt.Errorf("find: %w", err)
		}
		m := re.FindStringSubmatch(text)
		if m == nil {
			return "", fmt.Errorf("nothing matches %q in %q", v.Find, shorten(text))
		}
		text = m[min(1, len(m)-1)]
	}
	return strings.TrimSpace(text), nil
}

func (v *Value) count(text string) (string, error) {
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return "0", nil
	}
	lines := strings.Split(text, "\n")
	if v.Line == "" {
		return strconv.Itoa(len(lines)), nil
	}
	re, err := regexp.Compile(v.Line)
	if err != nil {
		return "", fmt.Errorf("line: %w", err)
	}
	n := 0
	for _, l := range lines {
		if re.MatchString(l) {
			n++
		}
	}
	return strconv.Itoa(n), nil
}

func firstLine(text, expr string) (string, error) {
	re, err := regexp.Compile(expr)
	if err != nil {
		return "", fmt.Errorf("line: %w", err)
	}
	for l := range strings.SplitSeq(text, "\n") {
		if re.MatchString(l) {
			return l, nil
		}
	}
	return "", fmt.Errorf("no line matches %q in %q", expr, shorten(text))
}

// jsonAt goes down a path of names and numbers.
func jsonAt(text, path string) (string, error) {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return "", fmt.Errorf("it is no JSON: %w", err)
	}
	for word := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[word]
		case []any:
			n, err := strconv.Atoi(word)
			if err != nil || n < 0 || n >= len(at) {
				return "", fmt.Errorf("there is no %s in the JSON's %s", word, path)
			}
			v = at[n]
		default:
			return "", fmt.Errorf("there is no %s in the JSON's %s", word, path)
		}
	}
	switch v := v.(type) {
	case nil:
		return "", fmt.Errorf("there is no %s in the JSON", path)
	case string:
		return v, nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

// read takes a value that the journal's state has. Commands are the player's.
func (v *Value) read(s *journal.State) (Reading, error) {
	switch {
	case v.Exit != "":
		return v.exit(s)
	case v.Error != "":
		if len(s.Errors) == 0 {
			return Reading{Source: "journal", Absent: true}, nil
		}
		last := s.Errors[len(s.Errors)-1]
		if v.Error == "errno" {
			return Reading{Text: last.Errno, Source: "journal"}, nil
		}
		return Reading{Text: last.String(), Source: "journal"}, nil
	case len(v.Took) > 0:
		return v.took(s)
	case v.Calls != "":
		return v.calls(s)
	}
	side := journal.Outside
	if v.Side == string(journal.Inside) {
		side = journal.Inside
	}
	for _, name := range v.Fact {
		f, ok := s.Fact(name, side)
		if !ok || f.Value.Err != "" {
			continue
		}
		text, err := v.of(string(f.Value.Bytes()))
		if err != nil {
			return Reading{}, fmt.Errorf("read %s (%s, %s): %w", name, f.Value.Source, side, err)
		}
		return Reading{Text: text, Source: f.Value.Source}, nil
	}
	return Reading{Source: placesOf(v.Fact), Absent: true}, nil
}

func (v *Value) exit(s *journal.State) (Reading, error) {
	if s.Exit == nil {
		return Reading{Source: "exit", Absent: true}, nil
	}
	switch v.Exit {
	case "signal":
		return Reading{Text: s.Exit.Signal, Source: "wait4(2)"}, nil
	case "oom_kills":
		return Reading{Text: strconv.FormatUint(s.Exit.OOMKills, 10), Source: s.Exit.OOMSource}, nil
	}
	return Reading{Text: strconv.Itoa(s.Exit.Code), Source: "wait4(2)"}, nil
}

// took is what stages took, in milliseconds with three digits.
func (v *Value) took(s *journal.State) (Reading, error) {
	var us int64
	for _, name := range v.Took {
		st := s.Stage(name)
		if st == nil || st.State != journal.Done {
			return Reading{}, fmt.Errorf("read how long %s took: it is not done", name)
		}
		us += st.DurUS
	}
	return Reading{Text: strconv.FormatFloat(float64(us)/1000, 'f', 3, 64), Source: "journal (ms)"}, nil
}

// calls counts the calls of that name.
func (v *Value) calls(s *journal.State) (Reading, error) {
	if s.Counts.Calls+s.Counts.Writes > len(s.Calls) {
		return Reading{}, fmt.Errorf("count the calls %s: only the newest %d of %d are kept", v.Calls, len(s.Calls), s.Counts.Calls)
	}
	n := 0
	for _, e := range s.Calls {
		if e.Call != nil && e.Call.Name == v.Calls && e.Call.Held == "" {
			n++
		}
	}
	return Reading{Text: strconv.Itoa(n), Source: "journal"}, nil
}

// shorten is the beginning of a text, on one line.
func shorten(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "\n", "; ")
	if len(s) > 120 {
		s = strings.ToValidUTF8(s[:120], "") + "…"
	}
	return s
}
