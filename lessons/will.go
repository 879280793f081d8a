package lessons

import (
	"slices"
	"strings"
)

// Wish is one thing that a lesson would have run.
type Wish struct {
	Line  int
	Where string // run, inside or host
	Text  string
}

// Will is everything that a lesson would have run, in its order: the containers,
// and each command, with where. It is what a person is asked to trust.
func (l *Lesson) Will() []Wish {
	var list []Wish
	for _, r := range l.All() {
		list = append(list, Wish{l.line, "run", r.String()})
		if r.Offline != "" {
			r.Image = r.Offline
			list = append(list, Wish{l.line, "run", r.String()})
		}
	}
	command := func(c *Command) {
		where := "inside"
		if c.Outside {
			where = "host"
		}
		list = append(list, Wish{c.Line, where, c.Text})
	}
	for _, s := range l.Steps {
		for _, i := range s.Items {
			switch {
			case i.Do != nil:
				command(i.Do)
			case i.Check != nil:
				command(i.Check)
			case i.Predict != nil:
				for _, v := range []*Value{&i.Predict.Value, i.Predict.Against} {
					if v != nil && v.Command != "" {
						command(&Command{Line: i.Line, Outside: v.Side != "inside", Text: v.Command})
					}
				}
			}
		}
		if s.Solve != nil {
			command(s.Solve)
		}
	}
	return list
}

// Asks are the run's fields as flags of `glassbox run`; who gives a run's name as
// that command knows it.
func (r Run) Asks(who func(name string) string) []string {
	var words []string
	for _, q := range []struct {
		flag string
		want map[string]string
	}{{"--requests", r.Requests}, {"--limits", r.Limits}} {
		var pairs []string
		for k, v := range q.want {
			pairs = append(pairs, k+"="+v)
		}
		if slices.Sort(pairs); len(pairs) > 0 {
			words = append(words, q.flag, strings.Join(pairs, ","))
		}
	}
	for _, j := range []struct{ kind, flag string }{{"net", "--network"}, {"ipc", "--ipc"}, {"uts", "--uts"}, {"pid", "--pid"}} {
		if name := r.Joins[j.kind]; name != "" {
			words = append(words, j.flag, "container:"+who(name))
		}
	}
	if len(r.Without) > 0 {
		words = append(words, "--without", strings.Join(r.Without, ","))
	}
	return append(words, r.Flags...)
}

// Source is the run's image, as `glassbox run` takes it.
func (r Run) Source() string {
	if r.Image == "" {
		return "demo"
	}
	return r.Image
}

// String is the run as the command that a person would type.
func (r Run) String() string {
	words := []string{"glassbox", "run"}
	if r.Name != "" {
		words = append(words, "--name", r.Name)
	}
	words = append(words, r.Asks(func(name string) string { return name })...)
	words = append(append(words, r.Source()), r.Args...)
	for i, w := range words {
		if w == "" || strings.ContainsAny(w, " \t\n'\"$&|;<>()*?") {
			words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}
