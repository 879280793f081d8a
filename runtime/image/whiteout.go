package image

import "strings"

// How layers say that a name of a lower layer is gone. See the OCI image
// specification, layer.md, "Whiteouts". Names that begin with .wh..wh. and are
// not the opaque one are the bookkeeping of AUFS, which the format came from.
const (
	whPrefix = ".wh."
	whMeta   = ".wh..wh."
	whOpaque = ".wh..wh..opq"
)

// sort of a tar entry, as far as its name tells.
type nameKind int

const (
	plainName    nameKind = iota
	whiteoutName          // the name after the prefix is removed
	opaqueName            // the directory's content in lower layers is removed
	metaName              // nothing of the image's
)

// classify tells what a cleaned path of a tar is, and returns the path that it is
// about: the removed name of a whiteout, the directory of an opaque mark.
func classify(path string) (nameKind, string, error) {
	if !strings.Contains(path, whPrefix) {
		return plainName, path, nil
	}
	dir, base := splitPath(path)
	for part := range strings.SplitSeq(dir, "/") {
		switch {
		case strings.HasPrefix(part, whMeta):
			return metaName, "", nil
		case strings.HasPrefix(part, whPrefix):
			return 0, "", refuse(nil, "", "the name %q lies below a whiteout: the layer is malformed", plain(path))
		}
	}
	switch {
	case base == whOpaque:
		return opaqueName, dir, nil
	case strings.HasPrefix(base, whMeta):
		return metaName, "", nil
	case !strings.HasPrefix(base, whPrefix):
		return plainName, path, nil
	}
	// The rest is one component, since base is; but ".", ".." and nothing at all
	// would name the directory or its parent.
	switch rest := base[len(whPrefix):]; rest {
	case "", ".", "..":
		return 0, "", refuse(nil, "", "the whiteout %q names no file: the layer is malformed or hostile", plain(path))
	default:
		return whiteoutName, joinPath(dir, rest), nil
	}
}
