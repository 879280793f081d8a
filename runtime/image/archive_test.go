package image

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// member is one file of a handmade archive.
type member struct {
	name, body, link string
	kind             byte
}

func archived(t *testing.T, ms ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range ms {
		h := &tar.Header{Name: m.name, Size: int64(len(m.body)), Mode: 0o644, Typeflag: tar.TypeReg}
		if m.kind != 0 {
			h.Typeflag, h.Linkname = m.kind, m.link
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// config is one for layers with those contents.
func configOf(layers ...string) string {
	cf := v1.ConfigFile{OS: "linux", Architecture: "amd64", RootFS: v1.RootFS{Type: "layers"}}
	for _, l := range layers {
		h, _, _ := v1.SHA256(strings.NewReader(l))
		cf.RootFS.DiffIDs = append(cf.RootFS.DiffIDs, h)
	}
	b, _ := json.Marshal(cf)
	return string(b)
}

func TestArchiveWithLinks(t *testing.T) {
	s := store(t)
	b := archived(t,
		member{name: "c.json", body: configOf("tar", "tar", "tar")},
		member{name: "one/layer.tar", body: "tar"},
		member{name: "two/layer.tar", kind: tar.TypeSymlink, link: "../one/layer.tar"},
		member{name: "three/layer.tar", kind: tar.TypeLink, link: "one/layer.tar"},
		member{name: "manifest.json", body: `[{"Config":"c.json","RepoTags":null,"Layers":["one/layer.tar","two/layer.tar","./three/layer.tar"]}]`},
	)
	img := must(t, s, "docker-archive:-", PullOptions{Stdin: bytes.NewReader(b), Platform: "linux/amd64"})
	if len(img.Layers) != 3 || img.Layers[0].Digest != img.Layers[2].Digest || img.Layers[0].Size != 3 {
		t.Errorf("%+v", img)
	}
}

func TestBadArchives(t *testing.T) {
	manifest := func(s string) member { return member{name: "manifest.json", body: s} }
	good := archived(t, member{name: "c.json", body: configOf("tar")}, member{name: "l", body: "tar"}, manifest(`[{"Config":"c.json","Layers":["l"]}]`))
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"empty":          {nil, "no manifest.json"},
		"no tar":         {bytes.Repeat([]byte("x"), 5000), "no docker-archive"},
		"truncated":      {good[:1500], "no docker-archive"},
		"half a gzip":    {[]byte{0x1f, 0x8b, 8, 0, 0, 0}, "unexpected EOF"},
		"no zstd":        {[]byte{0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3, 4}, "archive"},
		"no JSON":        {archived(t, manifest("{")), "can't be understood"},
		"no images":      {archived(t, manifest("[]")), "holds 0 images"},
		"two images":     {archived(t, manifest(`[{"RepoTags":["a:1"]},{"RepoTags":["b:1"]}]`)), "holds 2 images: a:1, b:1"},
		"no config":      {archived(t, manifest(`[{"Config":"c.json"}]`)), "no c.json"},
		"outside":        {archived(t, manifest(`[{"Config":"../../../../etc/passwd"}]`)), "no ../../../../etc/passwd"},
		"link outside":   {archived(t, member{name: "c", kind: tar.TypeSymlink, link: "/etc/passwd"}, manifest(`[{"Config":"c"}]`)), "no c"},
		"link in a ring": {archived(t, member{name: "c", kind: tar.TypeSymlink, link: "d"}, member{name: "d", kind: tar.TypeSymlink, link: "c"}, manifest(`[{"Config":"c"}]`)), "leads nowhere"},
		"device":         {archived(t, member{name: "c", kind: tar.TypeChar}, manifest(`[{"Config":"c"}]`)), "no c"},
		"other layer":    {archived(t, member{name: "c", body: configOf("a", "b")}, member{name: "l", body: "a"}, manifest(`[{"Config":"c","Layers":["l"]}]`)), "1 layers, its config 2"},
		"128 layers":     {archived(t, manifest(`[{"Config":"c","Layers":["l"`+strings.Repeat(`,"l"`, 127)+`]}]`)), "128 layers"},
		"huge config":    {archived(t, member{name: "c", body: strings.Repeat(" ", MaxConfig+1)}, manifest(`[{"Config":"c"}]`)), "are refused"},
	} {
		t.Run(name, func(t *testing.T) {
			s := store(t)
			fails(t, s, "docker-archive:-", PullOptions{Stdin: bytes.NewReader(c.b)}, c.want)
			file := filepath.Join(t.TempDir(), "f")
			if err := os.WriteFile(file, c.b, 0o600); err != nil {
				t.Fatal(err)
			}
			fails(t, s, "docker-archive:"+file, PullOptions{}, c.want)
			if left, _ := os.ReadDir(s.ingest("")); len(left) != 0 {
				t.Errorf("left over: %v", left)
			}
		})
	}
	fails(t, store(t), "docker-archive:/no/such/file", PullOptions{}, "/no/such/file")
	fails(t, store(t), "docker-archive:"+t.TempDir(), PullOptions{}, "is a directory", "oci:DIR")
}

func TestStdinThatBringsNothing(t *testing.T) {
	s := store(t)
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, _ = w.Write([]byte("x")) // it is being read
		cancel()
	}()
	if _, err := s.Pull(ctx, "docker-archive:-", PullOptions{Stdin: r}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestBadLayouts(t *testing.T) {
	good := `{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%d}]}`
	raw := `{"schemaVersion":2,"config":{"digest":"sha256:` + strings.Repeat("a", 64) + `","size":3},"layers":[]}`
	h, n, _ := v1.SHA256(strings.NewReader(raw))
	for name, c := range map[string]struct{ index, manifest, config, want string }{
		"no JSON":           {"<", "", "", "can't be understood"},
		"a manifest":        {raw, "", "", "can't be understood"},
		"empty":             {`{"manifests":[]}`, "", "", "holds no image"},
		"no blob":           {fmt.Sprintf(good, h.Hex, n), "", "", "no such file"},
		"other blob":        {fmt.Sprintf(good, h.Hex, n), raw + " ", "", "was promised"},
		"other size":        {fmt.Sprintf(good, h.Hex, n+1), raw, "", "was promised"},
		"no config":         {fmt.Sprintf(good, h.Hex, n), raw, "", "no such file"},
		"short config":      {fmt.Sprintf(good, h.Hex, n), raw, "{", "shorter"},
		"long config":       {fmt.Sprintf(good, h.Hex, n), raw, "{   }", "more than the 3 bytes"},
		"forged config":     {fmt.Sprintf(good, h.Hex, n), raw, "{ }", "was promised"},
		"digest as a path":  {`{"manifests":[{"digest":"sha256:../../x","size":1}]}`, "", "", "can't be understood"},
		"gigantic manifest": {fmt.Sprintf(good, h.Hex, int64(1)<<40), raw, "", "was promised"},
	} {
		dir := t.TempDir()
		blobs := filepath.Join(dir, "blobs", "sha256")
		if err := os.MkdirAll(blobs, 0o700); err != nil {
			t.Fatal(err)
		}
		for path, body := range map[string]string{
			filepath.Join(dir, "index.json"): c.index, filepath.Join(blobs, h.Hex): c.manifest, filepath.Join(blobs, strings.Repeat("a", 64)): c.config,
		} {
			if body == "" {
				continue
			}
			if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		err := failure(t, store(t), "oci:"+dir, PullOptions{}, c.want)
		if t.Failed() {
			t.Fatalf("%s: %v", name, err)
		}
	}
}
