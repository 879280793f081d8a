package main

import (
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"glassbox/lessons"
	"glassbox/runtime/image"
)

// source is a run's image; where the store has it not and no registry answers,
// the one that the lesson names for that case.
func (m *lessonMachine) source(r lessons.Run) string {
	if r.Offline == "" || m.kept(r.Source()) || online() {
		return r.Source()
	}
	return r.Offline
}

// kept tells whether an image is here: in the store, or a directory or file by its name.
func (m *lessonMachine) kept(ref string) bool {
	if image.Local(ref) || strings.HasPrefix(ref, "bundle:") {
		return true // or an error that says more
	}
	want, err := name.ParseReference(ref)
	if err != nil {
		return false
	}
	s, err := image.Open(storeRoot(m.root))
	if err != nil {
		return false
	}
	list, err := s.List()
	if err != nil {
		return false
	}
	for _, i := range list {
		if have, err := name.ParseReference(i.Ref); err == nil && have.Name() == want.Name() && !i.Damaged {
			return true
		}
	}
	return false
}
