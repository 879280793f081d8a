package userland

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
)

// archive writes a layer's tar. Every entry has the image's time, and the owner
// root where none is given. The first error stays, and done tells it.
type archive struct {
	buf bytes.Buffer
	tw  *tar.Writer
	err error

	cut    int   // where in buf the content of a file belongs that is not in it
	length int64 // of that file, in bytes
}

func newArchive() *archive {
	a := new(archive)
	a.tw = tar.NewWriter(&a.buf)
	return a
}

// entry writes one header, and the content.
func (a *archive) entry(h *tar.Header, content string) {
	if a.err != nil {
		return
	}
	h.ModTime = epoch
	h.Format = tar.FormatPAX
	h.Size = int64(len(content))
	if h.Uname == "" && h.Uid == 0 {
		h.Uname, h.Gname = "root", "root"
	}
	if a.err = a.tw.WriteHeader(h); a.err != nil {
		a.err = fmt.Errorf("%s: %w", h.Name, a.err)
		return
	}
	if _, err := a.tw.Write([]byte(content)); err != nil {
		a.err = fmt.Errorf("%s: %w", h.Name, err)
	}
}

// dir adds directories, each of which ends in no slash.
func (a *archive) dir(mode int64, names ...string) {
	for _, name := range names {
		a.entry(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: mode}, "")
	}
}

func (a *archive) file(name string, mode int64, content string) {
	a.entry(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode}, content)
}

// whiteout says that the lower layers' name is gone, or with the base name
// .wh..wh..opq that all of the directory's old content is: OCI image
// specification, layer.md, "Whiteouts".
func (a *archive) whiteout(name string) { a.file(name, 0o644, "") }

func (a *archive) symlink(name, target string) {
	a.entry(&tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target, Mode: 0o777}, "")
}

func (a *archive) hardlink(name, target string) {
	a.entry(&tar.Header{Typeflag: tar.TypeLink, Name: name, Linkname: target, Mode: 0o644}, "")
}

// executable adds the header of a file whose content stays on the disk, and
// remembers where it belongs.
func (a *archive) executable(name string, f *os.File) {
	if a.err != nil {
		return
	}
	info, err := f.Stat()
	if err != nil {
		a.err = err
		return
	}
	if !info.Mode().IsRegular() {
		a.err = fmt.Errorf("%s is no regular file", f.Name())
		return
	}
	a.length = info.Size()
	h := &tar.Header{
		Typeflag: tar.TypeReg, Name: name, Mode: 0o755, Size: a.length,
		ModTime: epoch, Uname: "root", Gname: "root", Format: tar.FormatPAX,
	}
	// A writer of its own for the header, for no byte of the content must pass.
	var head bytes.Buffer
	if a.err = a.tw.Flush(); a.err != nil {
		return
	}
	if a.err = tar.NewWriter(&head).WriteHeader(h); a.err != nil {
		return
	}
	a.buf.Write(head.Bytes())
	a.cut = a.buf.Len()
	a.buf.Write(make([]byte, (512-a.length%512)%512))
}

// done ends the tar.
func (a *archive) done() ([]byte, error) {
	if a.err != nil {
		return nil, a.err
	}
	if err := a.tw.Close(); err != nil {
		return nil, err
	}
	return a.buf.Bytes(), nil
}

var _ io.ReaderAt = (*splice)(nil)
