package lessons

import (
	_ "embed" // The commented lesson lies in template.
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"
)

// The lesson that `lesson new` writes: it says the format to its author, passes
// its own check, and can be proven.
var (
	//go:embed template/en.md
	templateEN []byte
	//go:embed template/ko.md
	templateKO []byte
)

var dirForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,60}$`) })

// New writes a commented lesson into a new directory below dir, and returns the
// files. It overwrites nothing.
func New(dir, name string) ([]string, error) {
	if !dirForm().MatchString(name) {
		return nil, fmt.Errorf("%q is no name for a lesson: letters, digits, and . _ - between them", name)
	}
	at := filepath.Join(dir, name)
	if err := newDir(at); err != nil {
		return nil, err
	}
	var files []string
	for _, f := range []struct {
		name string
		text []byte
	}{{"en.md", templateEN}, {"ko.md", templateKO}} {
		file := filepath.Join(at, f.name)
		if err := os.WriteFile(file, f.text, 0o644); err != nil {
			return files, fmt.Errorf("write the lesson: %w", err)
		}
		files = append(files, file)
	}
	return files, nil
}

// newDir makes the directory of a lesson that is being written.
func newDir(at string) error {
	if err := os.Mkdir(at, 0o755); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: nothing was written", at)
	} else if err != nil {
		return fmt.Errorf("make the lesson's directory: %w", err)
	}
	return nil
}
