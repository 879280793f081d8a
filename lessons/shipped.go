package lessons

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// shipped are the lessons that come with the program.
//
//go:embed [0-9]*/*.md
var shipped embed.FS

// Shipped are the directories of the lessons that come with the program, in
// their order: 00-container, 05-namespaces.
var Shipped = sync.OnceValue(func() []string {
	list, err := fs.ReadDir(shipped, ".")
	if err != nil {
		return nil
	}
	var dirs []string
	for _, d := range list {
		dirs = append(dirs, d.Name())
	}
	slices.Sort(dirs)
	return dirs
})

// Names are the names of the shipped lessons: container, namespaces.
func Names() []string {
	var list []string
	for _, d := range Shipped() {
		_, name := numbered(d)
		list = append(list, name)
	}
	return list
}

// numbered cuts a directory's name into its number and its name; -1 where it has
// no number.
func numbered(dir string) (int, string) {
	number, name, ok := strings.Cut(path.Base(dir), "-")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 0 {
		return -1, path.Base(dir)
	}
	return n, name
}

// find finds a shipped lesson by its directory, its name, its number or the
// beginning of its name.
func find(word string) (dir string, ok bool) {
	var begins []string
	for _, d := range Shipped() {
		n, name := numbered(d)
		if number, err := strconv.Atoi(word); word == d || word == name || err == nil && number == n {
			return d, true
		}
		if word != "" && strings.HasPrefix(name, word) {
			begins = append(begins, d)
		}
	}
	if len(begins) == 1 {
		return begins[0], true
	}
	return "", false
}
