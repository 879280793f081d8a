package image

import (
	"encoding/json"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

func TestDecode(t *testing.T) {
	pic := picture(t, "linux/amd64", 10, 2)
	raw, _ := pic.RawManifest()
	for _, kind := range []types.MediaType{"", "text/plain", types.DockerManifestSchema2, types.OCIImageIndex} {
		doc, err := decode(raw, kind)
		if err != nil || doc.manifest == nil || len(doc.manifest.Layers) != 2 {
			t.Errorf("as %q: %+v, %v", kind, doc, err)
		}
	}
	raw, _ = album(t, "linux/amd64").RawManifest()
	if doc, err := decode(raw, ""); err != nil || doc.index == nil {
		t.Errorf("%+v, %v", doc, err)
	}
}

func TestLayerTypes(t *testing.T) {
	for _, kind := range []types.MediaType{
		types.OCILayer, types.OCILayerZStd, types.OCIUncompressedLayer, types.DockerLayer, types.DockerUncompressedLayer,
		"application/vnd.docker.image.rootfs.diff.tar.zstd",
	} {
		if !readable(kind) {
			t.Errorf("%s is refused", kind)
		}
	}
	for _, kind := range []types.MediaType{"", "text/plain", "application/vnd.oci.image.layer.v1.tar+gzip+encrypted", types.OCIConfigJSON} {
		if readable(kind) {
			t.Errorf("%q is accepted", kind)
		}
	}
}

// FuzzManifest: whatever the bytes, no panic, and what is accepted is safe to
// follow: each digest is a path's name, no size is negative, nothing is too long.
func FuzzManifest(f *testing.F) {
	hash := "sha256:" + strings.Repeat("a", 64)
	for _, s := range []string{
		`{"schemaVersion":2,"config":{"digest":"` + hash + `","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"` + hash + `","size":1}]}`,
		`{"schemaVersion":2,"manifests":[{"digest":"` + hash + `","size":1,"platform":{"os":"linux","architecture":"arm64","variant":"v8"}}]}`,
		`{"schemaVersion":1}`, `null`, `[]`, `{"layers":{}}`, `{"manifests":null,"config":null}`, `{"manifests":[null,{}]}`,
	} {
		f.Add([]byte(s), []byte(`{"os":"linux","rootfs":{"type":"layers","diff_ids":["`+hash+`"]},"history":[{"empty_layer":true},{"created_by":"x"}]}`))
	}
	here := wanted{Platform: v1.Platform{OS: "linux", Architecture: "arm64", Variant: "v8"}}
	f.Fuzz(func(t *testing.T, manifest, config []byte) {
		doc, err := decode(manifest, "")
		if err != nil {
			return
		}
		if (doc.manifest == nil) == (doc.index == nil) {
			t.Fatalf("%+v", doc)
		}
		if doc.index != nil {
			if len(doc.index.Manifests) > maxEntries {
				t.Fatal("too many entries")
			}
			here.pick(doc.index.Manifests)
			offered(doc.index.Manifests)
			return
		}
		for _, d := range append(doc.manifest.Layers, doc.manifest.Config) {
			if _, err := v1.NewHash(d.Digest.String()); err != nil || d.Size < 0 {
				t.Fatalf("%+v, %v", d, err)
			}
		}
		if len(doc.manifest.Layers) > MaxLayers || doc.manifest.Config.Size > MaxConfig {
			t.Fatal("too long")
		}
		cf, err := decodeConfig(config, doc.manifest)
		if err != nil {
			return
		}
		if len(cf.RootFS.DiffIDs) != len(doc.manifest.Layers) || len(lines(cf, len(doc.manifest.Layers))) != len(doc.manifest.Layers) {
			t.Fatal("layers that don't match")
		}
		if _, err := json.Marshal(cf); err != nil {
			t.Fatal(err)
		}
	})
}
