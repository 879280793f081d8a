package main

import "testing"

// TestKept: what lies on this machine by its name needs no network; a registry's image is looked up in the store.
func TestKept(t *testing.T) {
	m := &lessonMachine{root: t.TempDir()}
	for ref, want := range map[string]bool{
		"oci:/srv/nginx:latest": true, "docker-archive:/srv/nginx.tar": true, "bundle:/srv/nginx": true,
		"nginx": false, "localhost:5000/nginx:1": false, "oci": false, "Bad Name": false,
	} {
		if got := m.kept(ref); got != want {
			t.Errorf("%s: kept is %t, want %t", ref, got, want)
		}
	}
}
