package image

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// The kinds of notes for the second pass.
const (
	noteName     byte = 'n' // a name was made
	noteImplied  byte = 'i' // a directory was made that the tar has not listed
	noteWhiteout byte = 'w' // a whiteout was made
	noteLink     byte = 'l' // target, name: a hard link to a file of a layer below
	noteRelink   byte = 'r' // target, name: a hard link to such a hard link
)

// notes are what the second pass has to look at, in the order of the tar. They are
// kept in a file: a layer may have ten million names.
type notes struct {
	f *os.File
	w *bufio.Writer
	n [binary.MaxVarintLen64]byte
}

func newNotes(path string) (*notes, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &notes{f: f, w: bufio.NewWriterSize(f, 32<<10)}, nil
}

// put notes one or two paths. Nothing is noted for a base.
func (n *notes) put(kind byte, paths ...string) error {
	if n == nil {
		return nil
	}
	// An error of a bufio.Writer stays: the last call tells.
	_ = n.w.WriteByte(kind)
	var err error
	for _, p := range paths {
		_, _ = n.w.Write(binary.AppendUvarint(n.n[:0], uint64(len(p))))
		_, err = n.w.WriteString(p)
	}
	return err
}

// each calls do with every note; name is "" for those with one path.
func (n *notes) each(do func(kind byte, path, name string) error) error {
	if err := n.w.Flush(); err != nil {
		return err
	}
	if _, err := n.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(n.f, 32<<10)
	buf := make([]byte, maxPath)
	read := func() (string, error) {
		size, err := binary.ReadUvarint(in)
		if err != nil || size > maxPath {
			return "", errors.Join(err, io.ErrUnexpectedEOF)
		}
		_, err = io.ReadFull(in, buf[:size])
		return string(buf[:size]), err
	}
	for {
		kind, err := in.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		path, err := read()
		name := ""
		if err == nil && (kind == noteLink || kind == noteRelink) {
			name, err = read()
		}
		if err != nil {
			return err
		}
		if err := do(kind, path, name); err != nil {
			return err
		}
	}
}
