package userland

import (
	"debug/elf"
	"fmt"
	"io"
)

// machine tells for which architecture, in the words of the OCI specification,
// an executable was built. Programs for other systems, and for machines that the
// demo image doesn't know, are refused.
func machine(r io.ReaderAt) (string, error) {
	f, err := elf.NewFile(r)
	if err != nil {
		return "", fmt.Errorf("not an executable for Linux: %w: the demo image can be made on Linux only", err)
	}
	switch {
	case f.Machine == elf.EM_X86_64 && f.Class == elf.ELFCLASS64:
		return "amd64", nil
	case f.Machine == elf.EM_AARCH64 && f.Class == elf.ELFCLASS64:
		return "arm64", nil
	}
	return "", fmt.Errorf("built for %s: the demo image knows amd64 and arm64", f.Machine)
}

// Alone tells whether an executable starts without shared libraries: the demo image
// has none. One that Go built with cgo asks for a loader, in a PT_INTERP header (elf(5)).
func Alone(r io.ReaderAt) bool {
	f, err := elf.NewFile(r)
	if err != nil {
		return false
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return false
		}
	}
	return true
}
