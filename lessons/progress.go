package lessons

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Store keeps how far a learner is: a file a lesson, each replaced as a whole, so
// that a crash or a full disk costs the newest step at most.
type Store struct{ Dir string }

// DefaultStore is under XDG_STATE_HOME, as the XDG base directory specification
// has it, or ~/.local/state.
func DefaultStore() (Store, error) {
	dir := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) { // the specification: a relative path is to be ignored
		home, err := os.UserHomeDir()
		if err != nil {
			return Store{}, fmt.Errorf("find where progress is kept: %w: set XDG_STATE_HOME", err)
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return Store{Dir: filepath.Join(dir, "glassbox", "lessons")}, nil
}

// file is where a lesson's score is. The name of a stranger's lesson may be anything.
func (s Store) file(name string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r >= 0xac00 && r <= 0xd7a3 {
			return r
		}
		return '_'
	}, name)
	return filepath.Join(s.Dir, safe[:min(len(safe), 100)]+".json")
}

// Save keeps a score: written beside, synced, renamed.
func (s Store) Save(score *Score) error {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return fmt.Errorf("keep the progress: %w", err)
	}
	b, err := json.MarshalIndent(score, "", "  ")
	if err != nil {
		return fmt.Errorf("keep the progress: %w", err)
	}
	f, err := os.CreateTemp(s.Dir, ".new-*")
	if err != nil {
		return fmt.Errorf("keep the progress: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	if e := f.Sync(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), s.file(score.Lesson))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("keep the progress: %w", err)
	}
	return nil
}

// Load is a lesson's score; nil where there is none, or where it can't be read
// any more: then the lesson begins anew.
func (s Store) Load(name string) (*Score, error) {
	b, err := os.ReadFile(s.file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the progress: %w", err)
	}
	var score Score
	if json.Unmarshal(b, &score) != nil || score.Format != 1 {
		return nil, nil //nolint:nilerr // a damaged score is none
	}
	return &score, nil
}

// All are all scores, in the order of their lessons' names.
func (s Store) All() ([]*Score, error) {
	list, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the progress: %w", err)
	}
	var all []*Score
	for _, d := range list {
		name, ok := strings.CutSuffix(d.Name(), ".json")
		if !ok {
			continue
		}
		if score, err := s.Load(name); err == nil && score != nil {
			all = append(all, score)
		}
	}
	slices.SortFunc(all, func(a, b *Score) int { return strings.Compare(a.Lesson, b.Lesson) })
	return all, nil
}

// Remove forgets a lesson's score.
func (s Store) Remove(name string) error {
	if err := os.Remove(s.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget the progress: %w", err)
	}
	return nil
}
