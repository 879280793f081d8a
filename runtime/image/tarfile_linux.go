package image

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/sys/unix"
)

// Attributes that mark what the second pass has to mend. They have overlayfs's own
// prefix in front, since a tar can't plant attributes with that (see attrName).
const (
	markImplied = "glassbox.implied" // a directory that the tar has not listed
	markPending = "glassbox.pending" // an empty file whose content lies in a layer below
)

// file makes a regular file.
func (l *layer) file(d *dir, base string, h *tar.Header, t *tar.Reader) error {
	fd := -1
	err := l.place(d, base, func() (err error) {
		fd, err = unix.Openat(d.fd, base, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
		return err
	})
	if err == nil {
		if isSparse(h) {
			err = l.sparse(fd, h, t)
		} else {
			err = l.content(fd, h.Size, t)
		}
	}
	if err == nil {
		l.bytes += h.Size
		err = l.attrs(fd, h)
	}
	if err == nil {
		times := entryTimes(h)
		err = futimens(fd, &times)
	}
	if fd >= 0 {
		if e := unix.Close(fd); err == nil {
			err = e
		}
	}
	return err
}

// content copies a file's bytes in as few calls as its size allows.
func (l *layer) content(fd int, size int64, t io.Reader) error {
	for size > 0 {
		part := l.buf[:min(size, int64(len(l.buf)))]
		if _, err := io.ReadFull(t, part); err != nil {
			return unreadable(eof(err))
		}
		if err := writeAll(fd, part); err != nil {
			return err
		}
		size -= int64(len(part))
		if l.tick != nil {
			l.tick(l.entries)
		}
	}
	return nil
}

// isSparse knows the formats that archive/tar expands: GNU's own, and GNU's over
// PAX in versions 0.0, 0.1 and 1.0. See the tar manual, "Storing Sparse Files".
func isSparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for k := range h.PAXRecords {
		if strings.HasPrefix(k, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// sparse writes a file with holes: archive/tar gives them as zeros and keeps its
// map to itself, so blocks that are all zero are skipped. The budget pays for what
// the file says it holds, since reading it takes that long.
func (l *layer) sparse(fd int, h *tar.Header, t io.Reader) error {
	if err := l.budget.bytes(h.Size); err != nil {
		return err
	}
	if err := ftruncate(fd, h.Size); err != nil {
		return err
	}
	const hole = 4096
	var zero [hole]byte
	for off := int64(0); off < h.Size; {
		part := l.buf[:min(h.Size-off, int64(len(l.buf)))]
		if _, err := io.ReadFull(t, part); err != nil {
			return unreadable(eof(err))
		}
		for len(part) > 0 {
			n := min(hole, len(part))
			if !bytes.Equal(part[:n], zero[:n]) {
				for n < len(part) && !bytes.Equal(part[n:min(n+hole, len(part))], zero[:min(hole, len(part)-n)]) {
					n = min(n+hole, len(part))
				}
				if err := pwriteAll(fd, part[:n], off); err != nil {
					return err
				}
			}
			part, off = part[n:], off+int64(n)
		}
		if l.tick != nil {
			l.tick(l.entries)
		}
	}
	return nil
}

// eof is what it means for a file to end before its size.
func eof(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// symlink makes a symbolic link. Where it points is the image's own business: it
// is stored, and never followed outside the root.
func (l *layer) symlink(d *dir, base string, h *tar.Header) error {
	switch {
	case h.Linkname == "":
		return refuse(nil, "", "a symbolic link that points nowhere: the layer is malformed")
	case len(h.Linkname) > maxPath:
		return refuse(unix.ENAMETOOLONG, "", "a symbolic link of %d bytes is longer than Linux takes (%d)", len(h.Linkname), maxPath)
	}
	if err := l.place(d, base, func() error { return unix.Symlinkat(h.Linkname, d.fd, base) }); err != nil {
		return err
	}
	return l.attrsAt(d, base, h)
}

// node makes a device or a FIFO.
func (l *layer) node(d *dir, base string, h *tar.Header) error {
	kind := map[byte]uint32{tar.TypeChar: unix.S_IFCHR, tar.TypeBlock: unix.S_IFBLK, tar.TypeFifo: unix.S_IFIFO}[h.Typeflag]
	dev := 0
	if h.Typeflag != tar.TypeFifo {
		// The kernel's device numbers have 12 and 20 bits; what is larger would
		// quietly become another device.
		if h.Devmajor < 0 || h.Devmajor >= 1<<12 || h.Devminor < 0 || h.Devminor >= 1<<20 {
			return refuse(nil, "", "there is no device %d:%d", h.Devmajor, h.Devminor)
		}
		dev = int(unix.Mkdev(uint32(h.Devmajor), uint32(h.Devminor)))
	}
	if h.Typeflag == tar.TypeChar && dev == 0 {
		// The kernel would take it for a whiteout, and nothing else has this number.
		// containerd makes it as it is, so it hides what lies below; here it is
		// counted as the whiteout that it is. A layer may hide names anyway.
		return l.whiteout(joinPath(d.path, base))
	}
	err := l.place(d, base, func() error { return unix.Mknodat(d.fd, base, kind|0o600, dev) })
	if errors.Is(err, unix.EPERM) && kind != unix.S_IFIFO {
		// In a user namespace nobody may make devices; /dev is made anew anyway.
		l.lostDevice++
		return nil
	}
	if err != nil {
		return err
	}
	return l.attrsAt(d, base, h)
}

// writeAll writes all of b.
func writeAll(fd int, b []byte) error {
	for len(b) > 0 {
		n, err := unix.Write(fd, b)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

func pwriteAll(fd int, b []byte, off int64) error {
	for len(b) > 0 {
		n, err := unix.Pwrite(fd, b, off)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return err
		}
		b, off = b[n:], off+int64(n)
	}
	return nil
}

func ftruncate(fd int, size int64) error {
	for {
		if err := unix.Ftruncate(fd, size); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
