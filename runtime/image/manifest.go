package image

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Limits of what is read into memory, or followed. Docker and containerd stop at
// the same manifest size; overlayfs is where the count of layers comes from.
const (
	MaxManifest = 4 << 20 // bytes of a manifest or index
	MaxConfig   = 4 << 20 // bytes of a config
	MaxLayers   = 127
	maxNested   = 3    // an index in an index in an index
	maxEntries  = 1000 // of an index
	maxHistory  = 5000 // lines of a config's history
)

// document is a manifest or an index: one of the two is set.
type document struct {
	manifest *v1.Manifest
	index    *v1.IndexManifest
}

// decode understands the bytes of a manifest or index. kind is the media type
// that its descriptor or the registry's header gave; what the bytes say of
// themselves counts more.
func decode(b []byte, kind types.MediaType) (document, error) {
	var head struct {
		SchemaVersion int             `json:"schemaVersion"`
		MediaType     types.MediaType `json:"mediaType"`
		Manifests     json.RawMessage `json:"manifests"`
		Config        json.RawMessage `json:"config"`
		Layers        json.RawMessage `json:"layers"`
		FSLayers      json.RawMessage `json:"fsLayers"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return document{}, fmt.Errorf("its manifest is not the JSON that it should be: %w", err)
	}
	if head.MediaType != "" {
		kind = head.MediaType
	}
	switch {
	case kind.IsSchema1() || head.SchemaVersion == 1 || head.FSLayers != nil:
		return document{}, errSchema1
	case head.Manifests != nil && (head.Layers != nil || head.Config != nil):
		// CVE-2021-41190: two readers must not see two images in the same bytes.
		return document{}, fmt.Errorf("its manifest claims to be an index and an image at once")
	case head.Manifests != nil:
		return decodeIndex(b)
	case head.Config != nil || kind.IsImage():
		return decodeManifest(b)
	case kind.IsIndex():
		return decodeIndex(b)
	}
	return document{}, fmt.Errorf("what the name points to is no image, but %q", plain(string(kind)))
}

var errSchema1 = fmt.Errorf("its manifest has the old schema 1, which has been abandoned since 2019")

func decodeIndex(b []byte) (document, error) {
	var long struct {
		Manifests few `json:"manifests"`
	}
	if err := json.Unmarshal(b, &long); err == nil && long.Manifests > maxEntries {
		return document{}, fmt.Errorf("its index has more than %d entries", maxEntries)
	}
	im := new(v1.IndexManifest)
	if err := json.Unmarshal(b, im); err != nil {
		return document{}, fmt.Errorf("its index can't be understood: %w", err)
	}
	for i, d := range im.Manifests {
		if err := sane(d); err != nil {
			return document{}, fmt.Errorf("entry %d of its index %w", i+1, err)
		}
	}
	return document{index: im}, nil
}

func decodeManifest(b []byte) (document, error) {
	var long struct {
		Layers few `json:"layers"`
	}
	if err := json.Unmarshal(b, &long); err == nil && long.Layers > MaxLayers {
		return document{}, fmt.Errorf("it has %d layers; overlayfs takes %d", long.Layers, MaxLayers)
	}
	m := new(v1.Manifest)
	if err := json.Unmarshal(b, m); err != nil {
		return document{}, fmt.Errorf("its manifest can't be understood: %w", err)
	}
	if err := sane(m.Config); err != nil {
		return document{}, fmt.Errorf("its config %w", err)
	}
	if t := m.Config.MediaType; t != "" && !t.IsConfig() {
		return document{}, fmt.Errorf("it is no container image, but an artifact of type %q", plain(string(t)))
	}
	if m.Config.Size > MaxConfig {
		return document{}, fmt.Errorf("its config has %d bytes; more than %d are refused", m.Config.Size, MaxConfig)
	}
	for i, d := range m.Layers {
		if err := sane(d); err != nil {
			return document{}, fmt.Errorf("its layer %d %w", i+1, err)
		}
		if !readable(d.MediaType) {
			return document{}, fmt.Errorf("its layer %d is of type %q, which can't be unpacked", i+1, plain(string(d.MediaType)))
		}
	}
	return document{manifest: m}, nil
}

// sane refuses a descriptor that describes nothing.
func sane(d v1.Descriptor) error {
	switch {
	case d.Digest.Hex == "":
		return fmt.Errorf("has no digest")
	case d.Size < 0:
		return fmt.Errorf("claims a size of %d bytes", d.Size)
	}
	return nil
}

// readable says whether a layer is a tar that we can read: plain, gzip or zstd.
// Some builders write docker's name with a `+zstd` that no list has.
func readable(t types.MediaType) bool {
	return t.IsLayer() || t == types.DockerUncompressedLayer+".zstd" || strings.HasSuffix(string(t), ".tar+zstd") ||
		strings.HasSuffix(string(t), "rootfs.diff.tar.zstd")
}

// decodeConfig understands a config, and holds it against its manifest.
func decodeConfig(b []byte, m *v1.Manifest) (*v1.ConfigFile, error) {
	var long struct {
		History few `json:"history"`
	}
	if err := json.Unmarshal(b, &long); err == nil && long.History > maxHistory {
		return nil, fmt.Errorf("its history has %d lines; more than %d are refused", long.History, maxHistory)
	}
	cf := new(v1.ConfigFile)
	if err := json.Unmarshal(b, cf); err != nil {
		return nil, fmt.Errorf("its config can't be understood: %w", err)
	}
	if have, need := len(cf.RootFS.DiffIDs), len(m.Layers); have != need {
		return nil, fmt.Errorf("its manifest has %d layers, its config %d", need, have)
	}
	for i, id := range cf.RootFS.DiffIDs {
		if id.Hex == "" {
			return nil, fmt.Errorf("its config has no digest for layer %d", i+1)
		}
	}
	return cf, nil
}

// few counts the elements of a JSON array without keeping them: a few megabytes
// of `{},{},…` would become hundreds as structs.
type few int

// UnmarshalJSON counts.
func (n *few) UnmarshalJSON(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	if t, err := dec.Token(); err != nil || t != json.Delim('[') {
		return err // null, or what the real decoder will complain of
	}
	var skip skipped
	for *n = 0; dec.More(); *n++ {
		if err := dec.Decode(&skip); err != nil {
			return err
		}
	}
	return nil
}

// skipped is any JSON value, thrown away.
type skipped struct{}

// UnmarshalJSON throws away.
func (*skipped) UnmarshalJSON([]byte) error { return nil }

// lines are the history's lines that made a layer, one for each of n layers.
func lines(cf *v1.ConfigFile, n int) []string {
	out := make([]string, n)
	i := 0
	for _, h := range cf.History {
		if h.EmptyLayer {
			continue
		}
		if i == n {
			break
		}
		out[i] = h.CreatedBy
		if out[i] == "" {
			out[i] = h.Comment
		}
		i++
	}
	return out
}
