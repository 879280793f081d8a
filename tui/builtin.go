package tui

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"os"
)

// builtin is a recording of the demo image on a machine with cgroup v2, as root:
// `glassbox run --limits cpu=1,memory=256Mi --pids-limit 64 -p 8080:8080 demo`.
//
//go:embed testdata/demo.jsonl.gz
var builtin []byte

// Builtin writes the built-in recording to a temporary file, so that there is
// something to see on any laptop. remove takes the file away.
func Builtin() (path string, remove func(), err error) {
	z, err := gzip.NewReader(bytes.NewReader(builtin))
	if err != nil {
		return "", nil, fmt.Errorf("unpack the built-in recording: %w", err)
	}
	f, err := os.CreateTemp("", "glassbox-*.jsonl")
	if err != nil {
		return "", nil, fmt.Errorf("make room for the built-in recording: %w", err)
	}
	remove = func() { _ = os.Remove(f.Name()) }
	if _, err = io.Copy(f, z); err == nil {
		err = f.Close()
	}
	if err != nil {
		remove()
		return "", nil, fmt.Errorf("unpack the built-in recording: %w", err)
	}
	return f.Name(), remove, nil
}
