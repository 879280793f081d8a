package main

import "errors"

// recording is the file to replay.
func recording(args []string) (path string, remove func(), err error) {
	if len(args) == 1 {
		return args[0], func() {}, nil
	}
	return "", nil, errors.New("name a recording: `glassbox run --record FILE` makes one")
}
