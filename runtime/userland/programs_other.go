//go:build !linux

package userland

// Names is empty: the programs are for Linux.
func Names() []string { return nil }

// Main knows no program here: they are for Linux.
func Main(string, []string) (exit int, ok bool) { return 0, false }
