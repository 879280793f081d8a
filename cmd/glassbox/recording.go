package main

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"os"
)

// builtin is a recording of the demo container, so that `glassbox replay` alone
// shows something on any laptop. `make recording` makes it anew.
//
//go:embed demo.jsonl.gz
var builtin []byte

// recording is the file to replay: the one that was named, or the built-in one.
// remove takes a temporary file away again.
func recording(args []string) (path string, remove func(), err error) {
	if len(args) == 1 {
		return args[0], func() {}, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(builtin))
	if err != nil {
		return "", nil, fmt.Errorf("open the built-in recording: %w", err)
	}
	f, err := os.CreateTemp("", "glassbox-*.jsonl")
	if err != nil {
		return "", nil, fmt.Errorf("open the built-in recording: %w", err)
	}
	remove = func() { _ = os.Remove(f.Name()) }
	_, err = io.Copy(f, z)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		remove()
		return "", nil, fmt.Errorf("open the built-in recording: %w", err)
	}
	return f.Name(), remove, nil
}
