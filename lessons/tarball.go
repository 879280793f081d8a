package lessons

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// The bounds of a tarball.
const (
	maxEntries = 100
	maxUnpack  = 4<<20 + maxTape // bytes of everything in it
)

func isTarball(name string) bool {
	return strings.HasSuffix(name, ".tar") || strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz")
}

// openTarball loads a lesson that was handed over as one file: a lesson's
// directory, or what is in it. It is read into memory; nothing is unpacked.
func openTarball(name string) (*Set, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open the lesson: %w", err)
	}
	defer f.Close()
	files, err := untar(f)
	if err != nil {
		return nil, fmt.Errorf("open the lesson %s: %w", name, err)
	}
	dir, err := files.lesson()
	if err != nil {
		return nil, fmt.Errorf("open the lesson %s: %w", name, err)
	}
	set, err := load(box{files, dir}, dir, false, name+":"+dir)
	if set != nil && dir == "." {
		base := path.Base(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".tar"), ".tgz"))
		set.Number, set.Name = numbered(base)
		for _, l := range set.Lessons {
			l.Number, l.Name = set.Number, set.Name
		}
	}
	return set, err
}

// memory is a tarball's regular files, by their clean paths.
type memory map[string][]byte

// untar reads a tarball. Only directories and regular files whose paths stay
// below where they begin are taken; anything else is no lesson.
func untar(r io.Reader) (memory, error) {
	head := make([]byte, 2)
	n, _ := io.ReadFull(r, head)
	r = io.MultiReader(bytes.NewReader(head[:n]), r)
	if bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		r = z
	}
	files, total := memory{}, int64(0)
	in := tar.NewReader(io.LimitReader(r, 2*maxUnpack))
	for entries := 0; ; entries++ {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("tar: %w", err)
		}
		if entries == maxEntries {
			return nil, fmt.Errorf("it has more than %d entries", maxEntries)
		}
		if path.IsAbs(h.Name) || slices.Contains(strings.Split(h.Name, "/"), "..") || strings.Contains(h.Name, "\\") {
			return nil, fmt.Errorf("its entry %q leads out of it", h.Name)
		}
		switch h.Typeflag {
		case tar.TypeDir, tar.TypeXGlobalHeader:
			continue
		case tar.TypeReg:
		default:
			return nil, fmt.Errorf("its entry %q is a link or a device: a lesson is made of files", h.Name)
		}
		most := int64(MaxFile)
		if path.Base(h.Name) == TapeFile {
			most = maxTape
		}
		if total += h.Size; h.Size > most || total > maxUnpack {
			return nil, fmt.Errorf("its entry %q makes it too large: %d bytes at most, %d together", h.Name, most, maxUnpack)
		}
		b, err := io.ReadAll(io.LimitReader(in, most))
		if err != nil {
			return nil, fmt.Errorf("tar: read %q: %w", h.Name, err)
		}
		files[path.Clean(h.Name)] = b
	}
}

// lesson is the directory that has en.md or ko.md: the only one.
func (m memory) lesson() (string, error) {
	var dirs []string
	for name := range m {
		dir, base := path.Split(name)
		if dir = path.Clean(dir); slices.Contains(Langs(), strings.TrimSuffix(base, ".md")) && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	switch len(dirs) {
	case 0:
		return "", errors.New("it has neither en.md nor ko.md")
	case 1:
		return dirs[0], nil
	}
	return "", fmt.Errorf("it has %d lessons (%s): hand over one at a time", len(dirs), strings.Join(dirs, ", "))
}

// box is one directory of a tarball.
type box struct {
	files memory
	dir   string
}

func (b box) read(name string, _ int) ([]byte, error) { return b.files[join(b.dir, name)], nil }

func (b box) list() []string {
	var names []string
	for name := range b.files {
		if path.Dir(name) == b.dir {
			names = append(names, path.Base(name))
		}
	}
	return names
}
