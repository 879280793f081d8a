//go:build !linux

package main

// doctorLine is what glassbox can do where there is no Linux.
func doctorLine() (line string, ok bool) {
	return "containers need Linux: here recordings and lessons can be read", false
}
