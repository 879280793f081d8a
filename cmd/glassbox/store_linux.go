package main

import "glassbox/stages"

// storeRoot is where images are kept.
func storeRoot(asked string) string {
	if asked != "" {
		return asked
	}
	return stages.Default().Root
}
