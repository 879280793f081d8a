package image

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/types"
)

func TestDebianRegistry(t *testing.T) {
	dir, at, s := made(t), debian(t, ""), store(t)
	ref := at + "/some/app:1"
	tool(t, "skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", "oci:"+dir+":one", "docker://"+ref)
	e := &seen{}
	img := must(t, s, ref, PullOptions{Emit: e})
	equal(t, img, inspect(t, "--tls-verify=false", "docker://"+ref))
	if e.blobs() != 3 {
		t.Errorf("%v", e.http())
	}
	e = &seen{}
	must(t, s, ref, PullOptions{Emit: e, Policy: Always})
	if got := e.http(); e.blobs() != 0 || len(got) != 2 || !strings.HasPrefix(got[1], "HEAD 200 ") {
		t.Errorf("a second pull with always: %v", got)
	}
	fails(t, s, at+"/some/app:2", PullOptions{}, "not there")
	fails(t, s, at+"/other:2", PullOptions{}, "not there")

	// Docker's own format, and others can read our store.
	tool(t, "skopeo", "--insecure-policy", "copy", "--format", "v2s2", "--dest-tls-verify=false", "oci:"+dir+":one", "docker://"+at+"/some/docker:1")
	img = must(t, s, at+"/some/docker:1", PullOptions{})
	equal(t, img, inspect(t, "--tls-verify=false", "docker://"+at+"/some/docker:1"))
	equal(t, must(t, s, ref, PullOptions{}), inspect(t, "oci:"+s.content()+":"+ref))
}

func TestResumeFromDebianRegistry(t *testing.T) {
	dir, at, s := made(t), debian(t, ""), store(t)
	ref := at + "/app:1"
	tool(t, "skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", "oci:"+dir+":one", "docker://"+ref)
	first := must(t, s, ref, PullOptions{})
	b, err := os.ReadFile(first.Layers[1].Path)
	if err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(first.Layers[1].Path)
	part := s.ingest(strings.Replace(first.Layers[1].Digest, ":", "-", 1) + ".part")
	if err := os.WriteFile(part, b[:100], 0o600); err != nil {
		t.Fatal(err)
	}
	e := &seen{}
	must(t, s, ref, PullOptions{Emit: e})
	var bytes int64
	for _, ev := range e.events {
		if ev.HTTP != nil && strings.Contains(ev.HTTP.URL, first.Layers[1].Digest) {
			bytes += ev.HTTP.Bytes
			if ev.HTTP.Status != 206 {
				t.Errorf("%+v", ev.HTTP)
			}
		}
	}
	if bytes != int64(len(b)-100) {
		t.Errorf("%d bytes came of the %d that were left", bytes, len(b)-100)
	}
}

func TestHtpasswd(t *testing.T) {
	dir, s := made(t), store(t)
	// crypt(3) of secret, with bcrypt: the only one that the registry takes.
	const hash = "$2y$04$abcdefghijklmnopqrstuu35fBIWlNgF8BcAW/t2cO158N8svSFHy"
	file := filepath.Join(t.TempDir(), "htpasswd")
	if err := os.WriteFile(file, []byte("me:"+hash+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := debian(t, "auth:\n  htpasswd:\n    realm: here\n    path: "+file+"\n")
	ref := at + "/app:1"
	tool(t, "skopeo", "--insecure-policy", "copy", "--dest-creds", "me:"+secret, "--dest-tls-verify=false", "oci:"+dir+":one", "docker://"+ref)
	e := &seen{}
	fails(t, s, ref, PullOptions{Emit: e}, "refused with 401", "docker login "+at)
	login(t, at, "me", secret)
	img := must(t, s, ref, PullOptions{Emit: e})
	equal(t, img, inspect(t, "--creds", "me:"+secret, "--tls-verify=false", "docker://"+ref))
	silent(t, e)
}

func TestZstd(t *testing.T) {
	dir, at, s := made(t), debian(t, ""), store(t)
	ref := at + "/app:zstd"
	tool(t, "skopeo", "--insecure-policy", "copy", "--dest-compress", "--dest-compress-format", "zstd", "--dest-tls-verify=false",
		"oci:"+dir+":one", "docker://"+ref)
	img := must(t, s, ref, PullOptions{})
	equal(t, img, inspect(t, "--tls-verify=false", "docker://"+ref))
	for _, l := range img.Layers {
		if l.MediaType != string(types.OCILayerZStd) {
			t.Errorf("%s", l.MediaType)
		}
	}
}

func TestLayoutByUmoci(t *testing.T) {
	dir, s := made(t), store(t)
	tool(t, "umoci", "tag", "--image", dir+":one", "two")
	want := inspect(t, "oci:"+dir+":one")
	e := &seen{}
	equal(t, must(t, s, "oci:"+dir+":one", PullOptions{Emit: e}), want)
	if got := e.last("layer"); len(got) != 2 || len(e.http()) != 0 {
		t.Errorf("%v, %v", got, e.http())
	}
	img, err := s.Get("oci:" + dir + ":one")
	if err != nil || img.Digest != want.Digest {
		t.Errorf("%v, %v", img, err)
	}
	fails(t, s, "oci:"+dir, PullOptions{}, "several images: one, two", "oci:DIR:TAG")
	fails(t, s, "oci:"+dir+":three", PullOptions{}, `no tag "three"`, "one, two")
	fails(t, s, "oci:"+t.TempDir(), PullOptions{}, "no OCI layout")
	tool(t, "umoci", "rm", "--image", dir+":two")
	equal(t, must(t, s, "oci:"+dir, PullOptions{}), want)

	// A directory is read each time: it may have changed.
	tool(t, "umoci", "config", "--image", dir+":one", "--config.env", "A=c")
	equal(t, must(t, s, "oci:"+dir, PullOptions{}), inspect(t, "oci:"+dir+":one"))
}

// TestLayoutWithoutTags: what skopeo copies to oci:DIR has no tag, and none can be chosen.
func TestLayoutWithoutTags(t *testing.T) {
	dir, s := t.TempDir(), store(t)
	digest := strings.Repeat("a", 64)
	index := `{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:` + digest + `","size":3}]}`
	if err := os.WriteFile(filepath.Join(dir, "index.json"), []byte(index), 0o600); err != nil {
		t.Fatal(err)
	}
	fails(t, s, "oci:"+dir+":latest", PullOptions{}, `no tag "latest", and no other`, "leave the tag out")
}

func TestLayoutBySkopeoForSeveralPlatforms(t *testing.T) {
	dir, reg, s := filepath.Join(t.TempDir(), "layout"), serve(t), store(t)
	ref := reg.push(t, "multi:1", album(t, "linux/amd64", "linux/arm64"))
	login := filepath.Join(t.TempDir(), "auth.json") // else it looks where root's podman may have shut the door
	if err := os.WriteFile(login, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("REGISTRY_AUTH_FILE", login)
	tool(t, "skopeo", "--insecure-policy", "copy", "--all", "--src-tls-verify=false", "docker://"+ref, "oci:"+dir+":x")
	for _, p := range []string{"linux/amd64", "linux/arm64"} {
		img := must(t, s, "oci:"+dir+":x", PullOptions{Platform: p})
		// skopeo writes other manifests, for the same blobs.
		if l := must(t, s, ref, PullOptions{Platform: p}).Layers[0]; img.Layers[0].Digest != l.Digest {
			t.Errorf("%s: %+v, want %+v", p, img.Layers[0], l)
		}
	}
	fails(t, s, "oci:"+dir+":x", PullOptions{Platform: "linux/s390x"}, "there is linux/amd64, linux/arm64")
}

func TestArchiveBySkopeo(t *testing.T) {
	dir, s := made(t), store(t)
	file := filepath.Join(t.TempDir(), "saved.tar")
	tool(t, "skopeo", "--insecure-policy", "copy", "oci:"+dir+":one", "docker-archive:"+file+":some/app:1")
	want := must(t, s, "oci:"+dir+":one", PullOptions{})
	same := func(img *Image) {
		t.Helper()
		if len(img.Layers) != 2 || img.Config.Config.Env[0] != want.Config.Config.Env[0] {
			t.Fatalf("%+v", img)
		}
		for i, l := range img.Layers {
			if l.DiffID != want.Layers[i].DiffID || l.Digest != l.DiffID || l.MediaType != string(types.OCIUncompressedLayer) {
				t.Errorf("%+v, want the tar %s", l, want.Layers[i].DiffID)
			}
		}
	}
	same(must(t, s, "docker-archive:"+file, PullOptions{}))
	same(must(t, s, "docker-archive:"+file+":some/app:1", PullOptions{}))
	same(must(t, s, "docker-archive:"+file+":docker.io/some/app:1", PullOptions{}))
	fails(t, s, "docker-archive:"+file+":other", PullOptions{}, `no image "other"`, "some/app:1")

	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	same(must(t, s, "docker-archive:-", PullOptions{Stdin: f}))
	img, err := s.Get("docker-archive:" + file)
	if err != nil {
		t.Fatal(err)
	}
	same(img)
	fails(t, s, "docker-archive:-", PullOptions{}, "no standard input")
	e := &seen{}
	same(must(t, s, "docker-archive:"+file, PullOptions{Emit: e}))
	if got := e.last("layer"); got[0] != "present" || got[1] != "present" {
		t.Errorf("%v", got)
	}

	// The name is still one when the file is gone.
	if err := os.Rename(file, file+"2"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Remove("docker-archive:" + file + ":some/app:1"); err != nil {
		t.Error(err)
	}
	if err := os.Rename(file+"2", file); err != nil {
		t.Fatal(err)
	}

	// Compressed as a whole, as people keep them.
	tool(t, "gzip", file)
	same(must(t, s, "docker-archive:"+file+".gz", PullOptions{}))
	if left, _ := os.ReadDir(s.ingest("")); len(left) != 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestArchiveByBuildah(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root for buildah")
	}
	s, work := store(t), t.TempDir()
	file, storage := filepath.Join(work, "saved.tar"), []string{"--root", filepath.Join(work, "root"), "--runroot", filepath.Join(work, "run"), "--storage-driver", "vfs"}
	buildah := func(args ...string) string { t.Helper(); return tool(t, "buildah", append(storage, args...)...) }
	c := buildah("from", "scratch")
	t.Cleanup(func() { buildah("rm", c) })
	src := filepath.Join(work, "data")
	if err := os.WriteFile(src, []byte("data"), 0o644); err != nil {
		t.Fatal(err)
	}
	buildah("copy", c, src, "/data")
	buildah("config", "--entrypoint", `["/data"]`, c)
	policy := filepath.Join(work, "policy.json")
	if err := os.WriteFile(policy, []byte(`{"default":[{"type":"insecureAcceptAnything"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	buildah("commit", "--signature-policy", policy, c, "docker-archive:"+file+":built:1")
	img := must(t, s, "docker-archive:"+file, PullOptions{})
	if len(img.Layers) != 1 || img.Config.Config.Entrypoint[0] != "/data" || img.Layers[0].By == "" {
		t.Errorf("%+v", img)
	}
}
