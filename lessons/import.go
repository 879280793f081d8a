package lessons

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// scenario is what is taken of a Killercoda scenario's index.json: see
// killercoda.com/creators, "Scenario structure".
type scenario struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Difficulty  string `json:"difficulty"`
	Time        string `json:"time"`
	Details     struct {
		Intro  page   `json:"intro"`
		Steps  []page `json:"steps"`
		Finish page   `json:"finish"`
	} `json:"details"`
	Backend struct {
		ImageID string `json:"imageid"`
	} `json:"backend"`
}

// page is one text of a scenario with its scripts.
type page struct {
	Title      string `json:"title"`
	Text       string `json:"text"`
	Verify     string `json:"verify"`
	Solution   string `json:"solution"`
	Foreground string `json:"foreground"`
	Background string `json:"background"`
}

// Import makes a lesson of a Killercoda scenario's folder, as a new directory
// below dir, and says what a person has to finish: a scenario has no questions,
// and as a rule no solutions. Files that lead out of the folder are refused.
func Import(folder, dir, name string) (file string, todo []string, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return "", nil, fmt.Errorf("open the scenario: %w", err)
	}
	defer root.Close()
	fsys := root.FS()
	b, err := readBounded(fsys, "index.json", MaxFile)
	if err != nil {
		return "", nil, fmt.Errorf("read the scenario's index.json: %w", err)
	}
	var s scenario
	if err := json.Unmarshal(b, &s); err != nil {
		return "", nil, fmt.Errorf("read the scenario's index.json: %w", err)
	}
	if len(s.Details.Steps) == 0 {
		return "", nil, errors.New("the scenario's index.json has no details.steps")
	}
	im := &importer{fsys: fsys}
	text := im.lesson(&s)
	if im.err != nil {
		return "", nil, im.err
	}
	if !dirForm().MatchString(name) {
		return "", nil, fmt.Errorf("%q is no name for a lesson: letters, digits, and . _ - between them", name)
	}
	at := filepath.Join(dir, name)
	if err := newDir(at); err != nil {
		return "", nil, err
	}
	file = filepath.Join(at, "en.md")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return "", nil, fmt.Errorf("write the lesson: %w", err)
	}
	if _, err := Open(at); err != nil {
		im.todo = append(im.todo, strings.Split(err.Error(), "\n")...)
	}
	return file, im.todo, nil
}

type importer struct {
	fsys fs.FS
	out  strings.Builder
	todo []string
	err  error
}

func (im *importer) lesson(s *scenario) string {
	front := map[string]any{"title": s.Title, "minutes": minutes(s.Time), "level": level(s.Difficulty), "run": map[string]any{"args": []string{"sleep", "3600"}, "flags": []string{"--network", "none"}}}
	b, err := yaml.Marshal(front)
	if err != nil {
		im.err = fmt.Errorf("write the front matter: %w", err)
		return ""
	}
	im.out.WriteString("---\n" + string(b) + "---\n")
	if s.Backend.ImageID != "" {
		im.leave(fmt.Errorf("it was made for the environment %s: choose what `run` starts", s.Backend.ImageID))
	}
	im.say(im.text(s.Details.Intro.Text, s.Description))
	for i, p := range s.Details.Steps {
		im.step(i, &p, &s.Details.Intro)
	}
	if fin := im.text(s.Details.Finish.Text, ""); fin != "" {
		im.out.WriteString("\n## " + first(s.Details.Finish.Title, "The end") + "\n")
		im.say(fin)
		im.scripts(&s.Details.Finish)
	}
	return im.out.String()
}

// step writes one step with its check and solution. What the introduction runs is run
// by the first step, where the container begins.
func (im *importer) step(i int, p, intro *page) {
	title := first(p.Title, fmt.Sprintf("Step %d", i+1))
	im.out.WriteString("\n## " + strings.Join(strings.Fields(title), " ") + "\n")
	if i == 0 {
		im.out.WriteString("\n```stop\nat: running\n```\n")
		im.scripts(intro)
	}
	im.say(im.text(p.Text, ""))
	im.scripts(p)
	check := im.text(p.Verify, "")
	if check == "" {
		return
	}
	im.block("check inside timeout=30s", check)
	solution := im.text(p.Solution, "")
	if solution == "" {
		solution = "echo \"no solution is written yet\"; exit 1"
		im.leave(fmt.Errorf("step %d (%s) has a check and no solution: write its solve", i+1, title))
	}
	im.block("solve inside", solution)
}

// leave names what a person has to write.
func (im *importer) leave(what error) { im.todo = append(im.todo, what.Error()) }

// scripts writes what a page runs.
func (im *importer) scripts(p *page) {
	for _, script := range []string{p.Background, p.Foreground} {
		if t := im.text(script, ""); t != "" {
			im.block("do inside", t)
		}
	}
}

// block writes a fenced block; a script's first line #! says nothing here.
func (im *importer) block(info, text string) {
	if strings.HasPrefix(text, "#!") {
		_, text, _ = strings.Cut(text, "\n")
	}
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	im.out.WriteString("\n" + fence + info + "\n" + strings.TrimSpace(text) + "\n" + fence + "\n")
}

// markForm is what makes code clickable: {{exec}}, {{copy}}, {{exec interrupt}}, and Katacoda's {{execute T1}}.
var markForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{\{(exec|execute|copy)( [^{}]*)?\}\}`) })

// say writes prose: headings go a level down, and what only Killercoda
// understands behind code (`{{exec}}`, `{{copy}}`) is dropped.
func (im *importer) say(text string) {
	if text == "" {
		return
	}
	im.out.WriteString("\n")
	fenced := false
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		if !fenced && strings.HasPrefix(line, "#") {
			line = "##" + line
		}
		im.out.WriteString(markForm().ReplaceAllString(line, "") + "\n")
	}
}

// text reads a file of the scenario; "" where none is named.
func (im *importer) text(name, other string) string {
	if name == "" || im.err != nil {
		return other
	}
	at := path.Clean(strings.TrimPrefix(name, "./"))
	if !fs.ValidPath(at) {
		im.err = fmt.Errorf("the scenario's file %q leads out of its folder", name)
		return ""
	}
	b, err := readBounded(im.fsys, at, MaxFile)
	if err != nil {
		im.err = fmt.Errorf("read the scenario's %s: %w", name, err)
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n"))
}

// minutes reads "10-15 minutes"; 10 where there is no number.
func minutes(s string) int {
	n := 0
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil || n < 1 || n > 240 {
		return 10
	}
	return n
}

func level(s string) string {
	if s = strings.ToLower(s); s == "intermediate" || s == "advanced" {
		return s
	}
	return "beginner"
}

func first(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}
