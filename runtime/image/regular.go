package image

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// openRegular opens a regular file, which a message calls name. A FIFO in a hostile
// directory would hold us for ever, and a device need not end. O_NONBLOCK: opening a
// FIFO would wait for a writer.
func openRegular(path, name string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	fi, err := f.Stat()
	if err == nil && !fi.Mode().IsRegular() {
		err = errors.New(name + " is no regular file")
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// readRegular reads a regular file of the store.
func readRegular(path string) ([]byte, error) {
	f, err := openRegular(path, "it")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
