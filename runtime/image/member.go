package image

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
)

// maxMembers is how many files of an archive are listed. `docker save` makes a
// few for each layer.
const maxMembers = 100_000

// extent is where a member of the archive lies, or what it links to.
type extent struct {
	off, size int64
	link      string
}

// list notes where each member lies. tar.Reader reads no further than a header,
// so the file's position is then that of the content.
func (a *archive) list(ctx context.Context) error {
	if _, err := a.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	tr := tar.NewReader(a.f)
	for n := 0; ; n++ {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n == maxMembers {
			return fmt.Errorf("it has more than %d members", maxMembers)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		off, err := a.f.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		at := path.Clean("/" + h.Name)
		switch h.Typeflag {
		case tar.TypeReg:
			a.member[at] = extent{off: off, size: h.Size}
		case tar.TypeLink:
			a.member[at] = extent{link: path.Clean("/" + h.Linkname)}
		case tar.TypeSymlink: // older dockers link layers that repeat
			a.member[at] = extent{link: path.Join(path.Dir(at), h.Linkname)}
		}
	}
}

// lookup finds a member, through links.
func (a *archive) lookup(name string) (extent, error) {
	at := path.Clean("/" + name)
	for range 8 {
		e, ok := a.member[at]
		if !ok {
			return extent{}, fmt.Errorf("it has no %s", plain(name))
		}
		if e.link == "" {
			return e, nil
		}
		at = e.link
	}
	return extent{}, fmt.Errorf("its %s is a link that leads nowhere", plain(name))
}

func (a *archive) small(name string, limit int64) ([]byte, error) {
	e, err := a.lookup(name)
	if err != nil {
		return nil, err
	}
	if e.size > limit {
		return nil, fmt.Errorf("its %s has %d bytes; more than %d are refused", plain(name), e.size, limit)
	}
	b := make([]byte, e.size)
	_, err = io.ReadFull(io.NewSectionReader(a.f, e.off, e.size), b)
	return b, err
}
