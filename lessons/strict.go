package lessons

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	wordsType    = reflect.TypeFor[Words]()
)

// strict decodes YAML into a struct whose fields have the tags yaml, enum, keys
// and must (see step.go). first is the file's line of the text's first line.
func strict(file string, first int, text string, into any) (f Faults) {
	s := &strictly{file: file, first: first}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		s.broken(err)
		return s.faults
	}
	t := reflect.TypeOf(into).Elem()
	if len(doc.Content) == 0 {
		doc.Content = []*yaml.Node{{Kind: yaml.MappingNode, Line: 1}}
	}
	s.walk(doc.Content[0], t, "", 0)
	if len(s.faults) > 0 {
		return s.faults
	}
	if err := doc.Content[0].Decode(into); err != nil {
		s.broken(err)
	}
	return s.faults
}

type strictly struct {
	file   string
	first  int
	faults Faults
}

func (s *strictly) say(n *yaml.Node, format string, args ...any) {
	s.faults.add(s.file, s.first+max(n.Line, 1)-1, format, args...)
}

var lineOf = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`line (\d+): `) })

// broken says what the YAML reader found, on the file's own lines.
func (s *strictly) broken(err error) {
	list := []string{err.Error()}
	var typed *yaml.TypeError
	if errors.As(err, &typed) {
		list = typed.Errors
	}
	for _, text := range list {
		line := 1
		if m := lineOf().FindStringSubmatch(text); m != nil {
			line, _ = strconv.Atoi(m[1])
			text = strings.Replace(text, m[0], "", 1)
		}
		s.faults.add(s.file, s.first+line-1, "%s", strings.TrimPrefix(text, "yaml: "))
	}
}

// walk holds a node against a type.
func (s *strictly) walk(n *yaml.Node, t reflect.Type, enum string, depth int) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		s.say(n, "anchors and aliases (& and *) are not for lessons: write it out")
	case depth > maxDepth:
		s.say(n, "nested too deep")
	case t == durationType:
		if d, err := time.ParseDuration(n.Value); n.Kind != yaml.ScalarNode || err != nil || d < 0 {
			s.say(n, "%q is no duration: 5s, 500ms, 2m", n.Value)
		}
	case t == wordsType && n.Kind == yaml.ScalarNode:
		s.word(n, enum)
	case t.Kind() == reflect.Struct:
		s.mapping(n, t, depth)
	case t.Kind() == reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			s.say(n, "a list is wanted: [one, two]")
			return
		}
		for _, c := range n.Content {
			s.walk(c, t.Elem(), enum, depth+1)
		}
	case t.Kind() == reflect.Map:
		s.table(n, enum)
	case n.Kind != yaml.ScalarNode:
		s.say(n, "one value is wanted")
	case t.Kind() == reflect.String:
		s.word(n, enum)
	case t.Kind() == reflect.Int:
		if n.Decode(new(int)) != nil {
			s.say(n, "%q is no whole number", n.Value)
		}
	case t.Kind() == reflect.Bool:
		if n.Decode(new(bool)) != nil {
			s.say(n, "%q is neither true nor false", n.Value)
		}
	}
}

// word holds a scalar against the words that a field takes.
func (s *strictly) word(n *yaml.Node, enum string) {
	if enum == "" {
		return
	}
	if what, ok := oneOf(n.Value, strings.Fields(enum)); !ok {
		s.say(n, "%s", what)
	}
}

// table holds a map of words against the keys that it takes.
func (s *strictly) table(n *yaml.Node, keys string) {
	if n.Kind != yaml.MappingNode {
		s.say(n, "pairs are wanted: {cpu: 1, memory: 512Mi}")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		s.word(n.Content[i], keys)
		if n.Content[i+1].Kind != yaml.ScalarNode {
			s.say(n.Content[i+1], "one value is wanted")
		}
	}
}

// mapping holds a mapping's keys against a struct's fields.
func (s *strictly) mapping(n *yaml.Node, t reflect.Type, depth int) {
	fields := fieldsOf(t)
	if n.Kind != yaml.MappingNode {
		s.say(n, "fields are wanted: %s", strings.Join(names(fields), ", "))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(fields, func(f field) bool { return f.name == k.Value })
		switch {
		case at < 0:
			s.say(k, "unknown field %q%s", k.Value, meant(k.Value, names(fields)))
		case seen[k.Value]:
			s.say(k, "the field %q is there twice", k.Value)
		default:
			f := fields[at]
			s.walk(v, f.typ, f.enum, depth+1)
			if f.must && v.Kind == yaml.ScalarNode && strings.TrimSpace(v.Value) == "" {
				s.say(v, "the field %q is empty", f.name)
			}
		}
		seen[k.Value] = true
	}
	for _, f := range fields {
		if f.must && !seen[f.name] {
			s.say(n, "the field %q is missing: %s", f.name, f.doc)
		}
	}
}

// field is what a struct's tags say of one of its fields.
type field struct {
	name, doc, enum string
	must            bool
	typ             reflect.Type
}

func fieldsOf(t reflect.Type) []field {
	var list []field
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		if name == "" || name == "-" {
			continue
		}
		list = append(list, field{name, f.Tag.Get("doc"), f.Tag.Get("enum") + f.Tag.Get("keys"), f.Tag.Get("must") != "", f.Type})
	}
	return list
}

func names(list []field) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = list[i].name
	}
	return out
}

// within adds the faults of a part to those of the whole.
func (f *Faults) within(more Faults) { *f = append(*f, more...) }
