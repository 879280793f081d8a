package lessons

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Langs are the languages that a lesson can have, the fallback first.
func Langs() []string { return []string{"en", "ko"} }

// Set is one lesson in all its languages.
type Set struct {
	Name    string // as progress knows it
	Number  int
	Shipped bool
	Lessons []*Lesson // in the order of Langs; one of no language stands alone
}

// In is the lesson in a language, or in the one that there is.
func (s *Set) In(lang string) *Lesson {
	for _, l := range s.Lessons {
		if l.Lang == lang {
			return l
		}
	}
	return s.Lessons[0]
}

// Open loads a lesson by what a person names it: a shipped lesson's name or
// number, a file, a directory, a tarball. Nothing of it is run. Its error is of
// type Faults where the lesson itself is wrong.
func Open(what string) (*Set, error) {
	if dir, ok := find(what); ok {
		return load(disk{shipped, dir}, dir, true, dir)
	}
	st, err := os.Stat(what)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no lesson, file or directory %q%s", what, meant(what, Names()))
	case err != nil:
		return nil, fmt.Errorf("open the lesson: %w", err)
	case st.IsDir():
		return openDir(what)
	case !st.Mode().IsRegular():
		return nil, fmt.Errorf("open the lesson %s: it is no file and no directory", what)
	case isTarball(what):
		return openTarball(what)
	}
	return openFile(what)
}

// openFile loads one language alone; links are held against its directory.
func openFile(name string) (*Set, error) {
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return nil, fmt.Errorf("open the lesson: %w", err)
	}
	defer root.Close()
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("open the lesson: %w", err)
	}
	set := &Set{Number: -1}
	set.Number, set.Name = numbered(filepath.Base(filepath.Dir(abs)))
	if base := strings.TrimSuffix(filepath.Base(name), ".md"); !slices.Contains(Langs(), base) {
		set.Number, set.Name = -1, base
	}
	f := set.add(disk{root.FS(), "."}, filepath.Base(name), name)
	return set.checked(f)
}

// openDir loads a lesson's directory. Symbolic links that lead out of it are not
// followed: see os.Root.
func openDir(dir string) (*Set, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the lesson: %w", err)
	}
	defer root.Close()
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open the lesson: %w", err)
	}
	set, err := load(disk{root.FS(), "."}, ".", false, dir)
	if set != nil {
		set.Number, set.Name = numbered(filepath.Base(abs))
		for _, l := range set.Lessons {
			l.Number, l.Name = set.Number, set.Name
		}
	}
	return set, err
}

// folder is where a lesson's files lie.
type folder interface {
	read(name string, most int) ([]byte, error) // one byte more than most tells that it is too large
	list() []string                             // the names of what lies there
}

// disk is a directory of a file system.
type disk struct {
	fsys fs.FS
	dir  string
}

func (d disk) read(name string, most int) ([]byte, error) {
	return readBounded(d.fsys, join(d.dir, name), most)
}

func (d disk) list() []string {
	entries, err := fs.ReadDir(d.fsys, d.dir)
	if err != nil {
		return nil // then no file is found there, which is said
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

// load loads a lesson's directory. dir has its number and name; shown is how it is
// named in messages.
func load(from folder, dir string, ours bool, shown string) (*Set, error) {
	set := &Set{Shipped: ours}
	set.Number, set.Name = numbered(dir)
	list := from.list()
	var faults Faults
	found := false
	for _, lang := range Langs() {
		name := lang + ".md"
		if !slices.Contains(list, name) {
			continue
		}
		found = true
		faults.within(set.add(from, name, shown+"/"+name))
	}
	if !found {
		return nil, fmt.Errorf("%s is no lesson: it has neither en.md nor ko.md", shown)
	}
	return set.checked(faults)
}

// add loads one language.
func (s *Set) add(from folder, name, shown string) (f Faults) {
	b, err := from.read(name, MaxFile)
	if err != nil {
		f.add(shown, 0, "%v", err)
		return f
	}
	l, f := parse(shown, b)
	if l == nil {
		return f
	}
	l.Name, l.Number, l.Shipped, l.Needs.Users = s.Name, s.Number, s.Shipped, l.users()
	if lang := strings.TrimSuffix(name, ".md"); slices.Contains(Langs(), lang) {
		l.Lang = lang
	}
	l.files = from.list()
	if !s.Shipped && l.Lang != "" && slices.Contains(l.files, TapeFile) {
		if l.tape, err = from.read(TapeFile, maxTape); err == nil && len(l.tape) > maxTape {
			err = fmt.Errorf("the recording is too large: %d bytes at most", maxTape)
		}
		if err != nil {
			f.add(path.Dir(shown)+"/"+TapeFile, 0, "%v", err)
		}
	}
	if len(f) == 0 { // what is badly written is not weighed
		f = lint(l)
	}
	s.Lessons = append(s.Lessons, l)
	return f
}

// checked holds the languages against each other, and gives the set if nothing is wrong.
func (s *Set) checked(f Faults) (*Set, error) {
	if len(f) == 0 && len(s.Lessons) == 2 {
		f = pair(s.Lessons[0], s.Lessons[1])
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// readBounded reads a file that may be of any size.
func readBounded(fsys fs.FS, name string, most int) ([]byte, error) {
	st, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	if !st.Mode().IsRegular() { // a FIFO's opening would wait for a writer
		return nil, errors.New("it is no regular file")
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	return b, nil
}

func join(dir, name string) string {
	if dir == "." {
		return name
	}
	return dir + "/" + name
}
