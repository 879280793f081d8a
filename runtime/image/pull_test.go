package image

import (
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"glassbox/runtime/journal"
)

func TestPullTransfersOnce(t *testing.T) {
	reg, s, e := serve(t), store(t), &seen{}
	pic := picture(t, "linux/amd64", 300_000, 4)
	ref := reg.push(t, "app:1", pic)
	reg.faulty(nil)

	img := must(t, s, ref, want64(e))
	digest, _ := pic.Digest()
	if img.Digest != digest.String() || img.Ref != ref || len(img.Layers) != 4 {
		t.Fatalf("got %+v, want digest %s", img, digest)
	}
	layers, _ := pic.Layers()
	for i, l := range img.Layers {
		d, _ := layers[i].Digest()
		id, _ := layers[i].DiffID()
		if l.Digest != d.String() || l.DiffID != id.String() {
			t.Errorf("layer %d is %+v, want %s of %s", i, l, d, id)
		}
		if fi, err := os.Stat(l.Path); err != nil || fi.Size() != l.Size {
			t.Errorf("layer %d: %v, size %d in the manifest", i, err, l.Size)
		}
	}
	if got := e.last("layer"); !slices.Equal(got, []string{journal.Verified, journal.Verified, journal.Verified, journal.Verified}) {
		t.Errorf("layers ended as %v", got)
	}

	again, before := &seen{}, len(reg.requests())
	must(t, s, ref, want64(again))
	if n := len(reg.requests()) - before; n != 0 || len(again.http()) != 0 {
		t.Errorf("the second pull of a tag made %d requests, %v", n, again.http())
	}
	if got := again.last("layer"); len(got) != 4 || slices.Contains(got, journal.Verified) || got[0] != journal.Present {
		t.Errorf("the second pull said %v, want present four times", got)
	}

	img, err := s.Get(ref)
	if err != nil || img.Digest != digest.String() {
		t.Errorf("Get: %v, %v", img, err)
	}
}

func TestPolicies(t *testing.T) {
	reg, s := serve(t), store(t)
	first, second := picture(t, "linux/amd64", 1000, 2), picture(t, "linux/amd64", 1000, 2)
	ref := reg.push(t, "app:1", first)
	pull := func(policy string) (*Image, *seen) {
		e := &seen{}
		o := want64(e)
		o.Policy = policy
		return must(t, s, ref, o), e
	}
	o := want64(&seen{})
	o.Policy = "Never"
	if err := failure(t, s, ref, o, "not in the store", "never"); !errors.Is(err, ErrAbsent) {
		t.Errorf("%v is not ErrAbsent", err)
	}
	pull("")
	_, e := pull("Always")
	if got := e.http(); len(got) != 2 || !strings.HasPrefix(got[1], "HEAD 200") {
		t.Errorf("always, unchanged: %v; want the ping and a HEAD", got)
	}

	reg.push(t, "app:1", second)
	was, _ := first.Digest()
	now, _ := second.Digest()
	if img, e := pull("IfNotPresent"); img.Digest != was.String() || len(e.http()) != 0 {
		t.Errorf("missing: %s after %v; want the old image, without a request", img.Digest, e.http())
	}
	if img, _ := pull("never"); img.Digest != was.String() {
		t.Errorf("never: %s, want the old image", img.Digest)
	}
	if img, e := pull("always"); img.Digest != now.String() || e.blobs() != 3 {
		t.Errorf("always, changed: %s after %v; want the new image", img.Digest, e.http())
	}

	// The same blobs under another name: manifest, but no blob, is transferred.
	e = &seen{}
	must(t, s, reg.push(t, "other:2", second), want64(e))
	if e.blobs() != 0 {
		t.Errorf("shared blobs were transferred again: %v", e.http())
	}
	o.Policy = "sometimes"
	fails(t, s, ref, o, `"sometimes" is no pull policy`)
}

func TestAlwaysWithoutHEAD(t *testing.T) {
	reg, s := serve(t), store(t)
	ref := reg.push(t, "app:1", picture(t, "linux/amd64", 100, 1))
	must(t, s, ref, want64(nil))
	reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(w, r)
	})
	e := &seen{}
	o := want64(e)
	o.Policy = Always
	must(t, s, ref, o)
	if e.blobs() != 0 || !slices.Equal(e.last("layer"), []string{journal.Present}) {
		t.Errorf("%v", e.http())
	}
}

func TestPlatforms(t *testing.T) {
	reg, s := serve(t), store(t)
	idx := album(t, "unknown/unknown", "linux/arm/v6", "linux/arm/v7", "linux/amd64", "linux/arm64/v8", "windows/amd64")
	ref := reg.push(t, "multi:1", idx)
	im, _ := idx.IndexManifest()
	for platform, at := range map[string]int{
		"linux/amd64": 3, "amd64": 3, "linux/x86_64": 3, "linux/arm64": 4, "linux/arm64/v8": 4, "linux/aarch64": 4,
		"linux/arm": 2, "linux/arm/v6": 1, "linux/arm/v8": 2, "windows/amd64": 5, "linux/arm64/v9": 4, "linux/amd64/v3": 3,
	} {
		img := must(t, s, ref, PullOptions{Platform: platform})
		if want := im.Manifests[at].Digest.String(); img.Digest != want {
			t.Errorf("%s: %s, want entry %d", platform, img.Digest, at)
		}
	}
	list, err := s.List()
	if err != nil || len(list) != 5 {
		t.Errorf("%d entries, %v; want one for each image that was got", len(list), err)
	}
	if e := (&seen{}); must(t, s, ref, PullOptions{Platform: "linux/arm/v8", Emit: e}) == nil || len(e.http()) != 0 {
		t.Errorf("a platform that got its second best before: %v", e.http())
	}

	err = failure(t, s, ref, PullOptions{Platform: "linux/s390x"},
		"linux/s390x", "there is linux/arm/v6, linux/arm/v7, linux/amd64, linux/arm64/v8, windows/amd64")
	if !errors.Is(err, errPlatform) || strings.Contains(err.Error(), "unknown") {
		t.Error(err)
	}
	fails(t, s, ref, PullOptions{Platform: "linux/arm/v5"}, "no image for linux/arm/v5")
	fails(t, s, ref, PullOptions{Platform: "linux//v5"}, `"linux//v5" is no platform`)

	// A config that leaves out the variant, which its index names.
	vague := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{
		Add: picture(t, "linux/arm", 10, 1), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "arm", Variant: "v6"}},
	})
	must(t, s, reg.push(t, "vague:1", vague), PullOptions{Platform: "linux/arm/v6"})
	fails(t, s, reg.push(t, "vague:2", picture(t, "linux/arm", 10, 1)), PullOptions{Platform: "linux/arm/v6"}, "there is linux/arm")

	// An index in an index, and a single image for another machine.
	nested := reg.push(t, "nested:1", mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: idx}))
	if img := must(t, s, nested, PullOptions{Platform: "linux/arm64"}); img.Digest != im.Manifests[4].Digest.String() {
		t.Errorf("nested: %s", img.Digest)
	}
	fails(t, s, nested, PullOptions{Platform: "linux/mips"}, "no image for linux/mips")
	single := reg.push(t, "single:1", picture(t, "linux/arm64", 10, 1))
	fails(t, s, single, want64(nil), "no image for linux/amd64", "there is linux/arm64")
	must(t, s, single, PullOptions{Platform: "linux/arm64"})
}

func TestTwoPlatformsOfOneName(t *testing.T) {
	reg, s := serve(t), store(t)
	ref := reg.push(t, "multi:1", album(t, "linux/amd64", "linux/arm64"))
	a := must(t, s, ref, PullOptions{Platform: "linux/amd64"})
	b := must(t, s, ref, PullOptions{Platform: "linux/arm64"})
	e := &seen{}
	if img := must(t, s, ref, want64(e)); img.Digest != a.Digest || len(e.http()) != 0 {
		t.Errorf("amd64 again: %s after %v", img.Digest, e.http())
	}
	list, err := s.List()
	if err != nil || len(list) != 2 || list[0].Platform != "linux/amd64" || list[1].Digest != b.Digest || list[0].Layers != 1 || list[0].Damaged {
		t.Errorf("%+v, %v", list, err)
	}
	if list[0].Created.Year() != 2026 || list[0].Size < 256 {
		t.Errorf("%+v", list[0])
	}
}

func TestDigestReference(t *testing.T) {
	reg, s := serve(t), store(t)
	pic := picture(t, "linux/amd64", 100, 1)
	reg.push(t, "app:1", pic)
	d, _ := pic.Digest()
	img := must(t, s, reg.host+"/app:1@"+d.String(), want64(nil))
	if img.Digest != d.String() || img.Ref != reg.host+"/app@"+d.String() {
		t.Errorf("%+v", img)
	}
}

func TestRepeatedLayers(t *testing.T) {
	reg, s, e := serve(t), store(t), &seen{}
	layers, _ := picture(t, "linux/amd64", 1000, 1).Layers()
	pic, err := mutate.AppendLayers(picture(t, "linux/amd64", 10, 1), layers[0], layers[0], layers[0])
	if err != nil {
		t.Fatal(err)
	}
	img := must(t, s, reg.push(t, "app:1", pic), want64(e))
	if len(img.Layers) != 4 || e.blobs() != 3 || len(e.last("layer")) != 4 {
		t.Errorf("%d layers, %v", len(img.Layers), e.http())
	}
}

func TestDamagedImageIsPulledAgain(t *testing.T) {
	reg, s := serve(t), store(t)
	ref := reg.push(t, "app:1", picture(t, "linux/amd64", 1000, 2))
	img := must(t, s, ref, want64(nil))
	for name, harm := range map[string]func(string) error{
		"lost":      os.Remove,
		"truncated": func(p string) error { _ = os.Chmod(p, 0o600); return os.Truncate(p, 0) },
	} {
		if err := harm(img.Layers[1].Path); err != nil {
			t.Fatal(err)
		}
		if list, _ := s.List(); !list[0].Damaged {
			t.Errorf("%s: not seen as damaged", name)
		}
		if _, err := s.Get(ref); err == nil {
			t.Errorf("%s: Get found nothing wrong", name)
		}
		e := &seen{}
		must(t, s, ref, want64(e))
		if e.blobs() != 1 {
			t.Errorf("%s: %v; want one blob", name, e.http())
		}
	}
}

func TestHistory(t *testing.T) {
	cf := &v1.ConfigFile{History: []v1.History{
		{CreatedBy: "ADD base"}, {CreatedBy: "ENV A=1", EmptyLayer: true}, {Comment: "by hand"}, {CreatedBy: "one too many"},
	}}
	if got := lines(cf, 2); !slices.Equal(got, []string{"ADD base", "by hand"}) {
		t.Errorf("%q", got)
	}
	if got := lines(&v1.ConfigFile{}, 2); !slices.Equal(got, []string{"", ""}) {
		t.Errorf("%q", got)
	}
}
