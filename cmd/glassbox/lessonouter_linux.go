package main

import "glassbox/stages"

// inOuter goes on in namespaces of the engine's own where this process may not
// mount: then done is true, and all has happened there.
func inOuter() (done bool, err error) {
	if !stages.NeedsOuter() {
		return false, nil
	}
	code, err := stages.Outer()
	if err == nil && code != 0 {
		err = ended{code}
	}
	return true, err
}
