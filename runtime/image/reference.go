package image

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// The kinds of references.
type form int

const (
	inRegistry form = iota // nginx, ghcr.io/a/b:1, localhost:5000/x@sha256:…
	inLayout               // oci:DIR[:TAG]
	inArchive              // docker-archive:FILE[:REF]
)

// longestName is how many characters a repository's path may have.
const longestName = 255

const (
	layoutPrefix  = "oci:"
	archivePrefix = "docker-archive:"
)

// Local tells whether a reference names a directory or file of this machine.
func Local(ref string) bool {
	return strings.HasPrefix(ref, layoutPrefix) || strings.HasPrefix(ref, archivePrefix)
}

// reference is what a person typed, understood.
type reference struct {
	form form
	name string         // the full name, under which the store keeps it
	repo name.Reference // in a registry
	path string         // DIR or FILE; "-" is standard input
	tag  string         // TAG or REF; may be empty
}

// parse understands a reference: as docker does, or one of the two prefixes.
// It touches the disk only to tell a colon in a file's name from one before a tag.
func parse(s string) (reference, error) {
	switch {
	case strings.HasPrefix(s, layoutPrefix):
		return parseLocal(s, layoutPrefix, inLayout)
	case strings.HasPrefix(s, archivePrefix):
		return parseLocal(s, archivePrefix, inArchive)
	}
	if why, mend := faulty(s); why != "" {
		return reference{}, refuse(nil, mend, "%q is no image reference: %s", plain(s), why)
	}
	ref, err := name.ParseReference(s)
	if err != nil {
		return reference{}, refuse(err, "write it as [HOST[:PORT]/]NAME[:TAG] or NAME@sha256:…", "%q is no image reference", plain(s))
	}
	repo := host(ref) + "/" + ref.Context().RepositoryStr()
	full := repo + ":" + ref.Identifier()
	if _, ok := ref.(name.Digest); ok {
		full = repo + "@" + ref.Identifier()
	}
	return reference{form: inRegistry, name: full, repo: ref}, nil
}

// host is the registry's name as docker prints it.
func host(ref name.Reference) string {
	if h := ref.Context().RegistryStr(); h != name.DefaultRegistry {
		return h
	}
	return "docker.io"
}

// parseLocal understands PREFIX PATH[:TAG]. The path ends at the first colon
// before which a file of that name exists, else at the first colon.
func parseLocal(s, prefix string, f form) (reference, error) {
	rest := s[len(prefix):]
	path, tag := rest, ""
	if _, err := os.Lstat(rest); err != nil {
		path, tag = split(rest)
	}
	if path == "" || strings.ContainsRune(rest, 0) {
		return reference{}, refuse(nil, "write "+prefix+"PATH[:TAG]", "%q names no file", plain(s))
	}
	if path != "-" {
		abs, err := filepath.Abs(path)
		if err != nil {
			return reference{}, refuse(err, "", "find the full path of %q", plain(path))
		}
		path = abs
	} else if f == inLayout {
		return reference{}, refuse(nil, "name its directory, or pipe a docker-archive", "an OCI layout can't come from standard input")
	}
	full := prefix + path
	if tag != "" {
		full += ":" + tag
	}
	return reference{form: f, name: full, path: path, tag: tag}, nil
}

// split cuts PATH[:TAG] where the path exists, else at the first colon.
func split(s string) (path, tag string) {
	for i, c := range s {
		if c != ':' {
			continue
		}
		if _, err := os.Lstat(s[:i]); err == nil {
			return s[:i], s[i+1:]
		}
	}
	path, tag, _ = strings.Cut(s, ":")
	return path, tag
}

// faulty finds what the library lets pass or says badly. The grammar is that of
// github.com/distribution/reference: a name's components are lower case letters
// and digits, with one of `.`, `_`, `__` or dashes between.
func faulty(s string) (why, mend string) {
	switch {
	case s == "":
		return "it is empty", "name an image, such as nginx or docker.io/library/nginx:1.27"
	case len(s) > 1024:
		return "it is too long", "the name may have 255 characters, the tag 128"
	case strings.Contains(s, "://"):
		return "it has a scheme, as a URL has", "leave the scheme out; plain HTTP is --insecure-registry HOST"
	}
	rest, _, digested := strings.Cut(s, "@")
	if digested && strings.Count(s, "@") > 1 {
		return "it has two @", "write NAME@sha256:…"
	}
	if i := strings.LastIndexByte(rest, ':'); i > strings.LastIndexByte(rest, '/') {
		if !goodTag(rest[i+1:]) {
			return "its tag is malformed", "a tag is letters, digits, and _ . - after the first"
		}
		rest = rest[:i]
	}
	first, after, ok := strings.Cut(rest, "/")
	if ok && (strings.ContainsAny(first, ".:") || first == "localhost" || strings.ToLower(first) != first) {
		if !goodHost(first) {
			return "its registry is malformed", "write HOST or HOST:PORT before the first slash"
		}
		rest = after
	}
	if low := strings.ToLower(rest); low != rest {
		return "its name has upper case letters", "names of images are lower case: " + plain(low)
	}
	if !goodName(rest) {
		return "its name is malformed", "a name is lower case letters and digits, with single . _ - / between them"
	}
	return "", ""
}

func goodTag(s string) bool {
	for i := range len(s) {
		if c := s[i]; !alnum(c) && (c < 'A' || c > 'Z') && c != '_' && (i == 0 || c != '.' && c != '-') {
			return false
		}
	}
	return s != "" && len(s) <= 128
}

func goodHost(s string) bool {
	name, port := s, ""
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		name, port = s[:i], s[i+1:]
		if port == "" || len(port) > 5 || strings.Trim(port, "0123456789") != "" {
			return false
		}
	}
	if strings.HasPrefix(name, "[") {
		return strings.HasSuffix(name, "]") && strings.Trim(name[1:len(name)-1], "0123456789abcdefABCDEF:.") == ""
	}
	for label := range strings.SplitSeq(strings.ToLower(name), ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !alnum(c) && c != '-' {
				return false
			}
		}
	}
	return true
}

func goodName(s string) bool {
	for part := range strings.SplitSeq(s, "/") {
		if part == "" || !alnum(part[0]) || !alnum(part[len(part)-1]) {
			return false
		}
		for i := 1; i < len(part)-1; i++ {
			c, next := part[i], part[i+1]
			switch {
			case alnum(c), c == '-' && (alnum(next) || next == '-'), c == '.' && alnum(next), c == '_' && alnum(next):
			case c == '_' && next == '_' && part[i-1] != '_' && alnum(part[i+2]):
				i++
			default:
				return false
			}
		}
	}
	if !strings.Contains(s, "/") {
		return len(s) <= longestName-len("library/") // docker.io puts that before it
	}
	return len(s) <= longestName
}

func alnum(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
