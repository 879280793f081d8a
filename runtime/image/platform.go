package image

import (
	"runtime"
	"slices"
	"strconv"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// wanted is the platform that an image is asked for.
type wanted struct {
	v1.Platform
	asked bool // by a person; else it is this machine's
}

// want understands --platform: OS/ARCH[/VARIANT], or ARCH alone as docker takes
// it. Nothing means this machine's. Containers are Linux ones wherever they are
// looked at from.
func want(s string) (wanted, error) {
	if s == "" {
		return wanted{Platform: normal(v1.Platform{OS: "linux", Architecture: runtime.GOARCH})}, nil
	}
	parts := strings.Split(strings.ToLower(s), "/")
	if len(parts) == 1 {
		parts = append([]string{"linux"}, parts...)
	}
	if len(parts) > 3 || slices.Contains(parts, "") || strings.Trim(strings.Join(parts, ""), "abcdefghijklmnopqrstuvwxyz0123456789_.-") != "" {
		return wanted{}, refuse(nil, "write OS/ARCH or OS/ARCH/VARIANT, such as linux/arm64", "%q is no platform", plain(s))
	}
	p := v1.Platform{OS: parts[0], Architecture: parts[1]}
	if len(parts) == 3 {
		p.Variant = parts[2]
	}
	return wanted{normal(p), true}, nil
}

// normal gives a platform the names that the OCI image specification uses, and
// its variant where that has a default: arm64 means v8, arm means v7, amd64 v1.
func normal(p v1.Platform) v1.Platform {
	p.OS, p.Architecture, p.Variant = strings.ToLower(p.OS), strings.ToLower(p.Architecture), strings.ToLower(p.Variant)
	switch p.Architecture {
	case "x86_64", "x86-64":
		p.Architecture = "amd64"
	case "aarch64":
		p.Architecture = "arm64"
	case "armhf":
		p.Architecture, p.Variant = "arm", "v7"
	case "armel":
		p.Architecture, p.Variant = "arm", "v6"
	case "i386", "i686":
		p.Architecture = "386"
	}
	if p.Variant == "" {
		p.Variant = usual(p.Architecture)
	}
	if p.Variant != "" && strings.Trim(p.Variant, "0123456789") == "" {
		p.Variant = "v" + p.Variant
	}
	return p
}

// usual is the variant that is meant where none is named.
func usual(architecture string) string {
	switch architecture {
	case "arm64":
		return "v8"
	case "arm":
		return "v7"
	case "amd64":
		return "v1"
	}
	return ""
}

// String is the platform as a person writes it: the usual variant goes without saying.
func (w wanted) String() string {
	if w.Variant == usual(w.Architecture) {
		return w.OS + "/" + w.Architecture
	}
	return w.OS + "/" + w.Architecture + "/" + w.Variant
}

// exact is the best rank.
const exact = 1000

// rank says how well an image for p runs where w is wanted: 0 not at all, more is
// better. A machine of one variant runs those below it; the nearest is the best.
func (w wanted) rank(p v1.Platform) int {
	p = normal(p)
	if p.OS != w.OS || p.Architecture != w.Architecture {
		return 0
	}
	if p.Variant == w.Variant {
		return exact
	}
	have, ok1 := level(p.Variant)
	need, ok2 := level(w.Variant)
	if !ok1 || !ok2 || have > need {
		return 0
	}
	return exact - (need - have)
}

func level(variant string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimPrefix(variant, "v"))
	return n, err == nil && n >= 0 && n < exact
}

// pick returns the descriptor of an index that runs best, or nil. Where two run
// equally well the first is meant: so says the specification.
func (w wanted) pick(ds []v1.Descriptor) *v1.Descriptor {
	best, at := 0, -1
	for i, d := range ds {
		if d.Platform == nil || d.MediaType.IsIndex() {
			continue
		}
		if r := w.rank(*d.Platform); r > best {
			best, at = r, i
		}
	}
	if at < 0 {
		return nil
	}
	return &ds[at]
}

// offered lists the platforms of an index for a sentence. Attestations, which
// are filed under "unknown", are left out.
func offered(ds []v1.Descriptor) []string {
	var out []string
	for _, d := range ds {
		if d.Platform == nil || d.Platform.OS == "unknown" {
			continue
		}
		p := plain(d.Platform.OS + "/" + d.Platform.Architecture)
		if v := d.Platform.Variant; v != "" {
			p += "/" + plain(v)
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
