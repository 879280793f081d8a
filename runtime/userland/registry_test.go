package userland

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
)

func served(t *testing.T) (base string, img v1.Image) {
	t.Helper()
	img, err := random.Image(5000, 2)
	if err != nil {
		t.Fatal(err)
	}
	addr, stop, err := Serve(img)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return "http://" + addr, img
}

func ask(t *testing.T, method, url string, header ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}

// TestRegistry asks for what a client asks for, and for what there isn't.
func TestRegistry(t *testing.T) {
	base, img := served(t)
	digest, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := img.RawManifest()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"/v2/": 200, "/v2/demo/manifests/latest": 200, "/v2/demo/manifests/" + digest.String(): 200, "/v2/demo/tags/list": 200,
		"/v2/demo/manifests/other": 404, "/v2/other/manifests/latest": 404, "/": 404,
		"/v2/demo/blobs/sha256:" + strings.Repeat("0", 64): 404, "/v2/demo/blobs/../../etc/passwd": 404,
	} {
		get, body := ask(t, http.MethodGet, base+path)
		head, _ := ask(t, http.MethodHead, base+path)
		if get.StatusCode != want || head.StatusCode != want {
			t.Errorf("%s: GET %d, HEAD %d, want %d", path, get.StatusCode, head.StatusCode, want)
		}
		if strings.Contains(path, "/manifests/") && want == 200 {
			if !bytes.Equal(body, manifest) || get.Header.Get("Docker-Content-Digest") != digest.String() ||
				head.ContentLength != int64(len(manifest)) {
				t.Errorf("%s: %d bytes, %v", path, len(body), get.Header)
			}
		}
		if want == 404 && !bytes.Contains(body, []byte(`"errors"`)) {
			t.Errorf("%s: the error is %q", path, body)
		}
	}
	if resp, _ := ask(t, http.MethodPost, base+"/v2/demo/blobs/uploads/"); resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("an upload was answered with %s", resp.Status)
	}
}

// TestRange resumes a download of a layer that can be read from any place.
func TestRange(t *testing.T) {
	img := v1Image(t, gzipLayer)
	addr, stop, err := Serve(img)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	m, err := img.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	url := fmt.Sprintf("http://%s/v2/demo/blobs/%s", addr, m.Layers[0].Digest)
	_, all := ask(t, http.MethodGet, url)
	resp, part := ask(t, http.MethodGet, url, "Range", "bytes=10-")
	if resp.StatusCode != http.StatusPartialContent || !bytes.Equal(part, all[10:]) {
		t.Errorf("%s, %d bytes of %d", resp.Status, len(part), len(all))
	}
}

// TestStrangers are refused: other machines, and pages that rebind a name.
func TestStrangers(t *testing.T) {
	base, _ := served(t)
	if resp, _ := ask(t, http.MethodGet, base+"/v2/", "Host", "evil.example:80"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign Host was answered with %s", resp.Status)
	}
	if resp, _ := ask(t, http.MethodGet, base+"/v2/", "Host", "localhost"); resp.StatusCode != http.StatusOK {
		t.Errorf("localhost was answered with %s", resp.Status)
	}
}
