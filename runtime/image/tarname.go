package image

import (
	"path"
	"strings"
)

// The kernel's limits: pathname(7), PATH_MAX counts the NUL.
const (
	maxPath = 4095
	maxName = 255
)

// cleanName turns a name of a tar into a path below the layer's root, "" for the
// root itself. As docker does, an absolute path starts at that root and ".." ends
// at it: nothing is refused for pointing out, since nothing can.
func cleanName(name string) (string, error) {
	p := path.Clean("/" + name)[1:]
	if len(p) > maxPath {
		return "", refuse(nil, "", "a name of %d bytes (%q) is longer than Linux takes (%d)", len(p), plain(p), maxPath)
	}
	if strings.IndexByte(p, 0) >= 0 {
		return "", refuse(nil, "", "the name %q holds a NUL", plain(p))
	}
	if len(p) <= maxName {
		return p, nil
	}
	for part := range strings.SplitSeq(p, "/") {
		if len(part) > maxName {
			return "", refuse(nil, "", "a name with a part of %d bytes (%q) is longer than Linux takes (%d)", len(part), plain(part), maxName)
		}
	}
	return p, nil
}

// splitPath cuts the last component off.
func splitPath(p string) (dir, base string) {
	i := strings.LastIndexByte(p, '/')
	if i < 0 {
		return "", p
	}
	return p[:i], p[i+1:]
}

func joinPath(dir, base string) string {
	if dir == "" {
		return base
	}
	return dir + "/" + base
}
