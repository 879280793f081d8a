package image

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tool runs a program that we did not write, and returns what it says.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("needs %s: apt install %s", name, name)
	}
	cmd := exec.Command(name, args...)
	var out, bad bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &bad
	// Its own home: what this machine's user has configured must not count.
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "TMPDIR="+t.TempDir())
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, bad.String())
	}
	return strings.TrimSpace(out.String())
}

// made is a directory with an image that umoci made: two layers, tag "one".
func made(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: umoci keeps owners")
	}
	dir := filepath.Join(t.TempDir(), "layout")
	tool(t, "umoci", "init", "--layout", dir)
	tool(t, "umoci", "new", "--image", dir+":one")
	for _, f := range []string{"first", "second"} {
		src := filepath.Join(t.TempDir(), f)
		if err := os.WriteFile(src, bytes.Repeat([]byte(f+" file\n"), 20_000), 0o644); err != nil {
			t.Fatal(err)
		}
		tool(t, "umoci", "insert", "--image", dir+":one", src, "/"+f)
	}
	tool(t, "umoci", "config", "--image", dir+":one", "--config.cmd", "/first", "--config.env", "A=b", "--author", "me")
	return dir
}

// debian starts Debian's docker-registry and returns its host:port. extra goes
// into its configuration.
func debian(t *testing.T, extra string) string {
	t.Helper()
	if _, err := exec.LookPath("docker-registry"); err != nil {
		t.Skip("needs docker-registry: apt install docker-registry")
	}
	for range 5 {
		if at := oneRegistry(t, extra); at != "" {
			return at
		}
	}
	t.Fatal("docker-registry found no port of its own in five tries")
	return ""
}

// oneRegistry starts a registry on a port that was free a moment ago; if another
// took it since, it returns "".
func oneRegistry(t *testing.T, extra string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	_ = l.Close()
	conf := filepath.Join(t.TempDir(), "config.yml")
	yml := fmt.Sprintf("version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: %s\nhttp:\n  addr: %s\n%s", t.TempDir(), at, extra)
	if err := os.WriteFile(conf, []byte(yml), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("docker-registry", "serve", conf)
	// It takes REGISTRY_… for settings of its own; containers/image has one for credentials.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "REGISTRY_") })
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-ended })
	answers := false
	until(t, func() bool {
		select {
		case <-ended:
			if !strings.Contains(out.String(), "address already in use") {
				t.Fatalf("docker-registry ended: %s", out.String())
			}
			return true
		default:
		}
		resp, err := http.Get("http://" + at + "/v2/")
		if err == nil {
			_ = resp.Body.Close()
		}
		answers = err == nil
		return answers
	})
	if !answers {
		return ""
	}
	return at
}

// inspected is what skopeo says of an image.
type inspected struct {
	Digest string
	Layers []string
	Env    []string
}

func inspect(t *testing.T, args ...string) (out inspected) {
	t.Helper()
	if err := json.Unmarshal([]byte(tool(t, "skopeo", append([]string{"--insecure-policy", "inspect"}, args...)...)), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// equal holds what we got against what skopeo says.
func equal(t *testing.T, img *Image, want inspected) {
	t.Helper()
	if img.Digest != want.Digest || len(img.Layers) != len(want.Layers) {
		t.Errorf("got %s with %d layers, skopeo has %s with %d", img.Digest, len(img.Layers), want.Digest, len(want.Layers))
		return
	}
	for i, l := range img.Layers {
		if l.Digest != want.Layers[i] {
			t.Errorf("layer %d is %s, skopeo has %s", i, l.Digest, want.Layers[i])
		}
	}
	if strings.Join(img.Config.Config.Env, " ") != strings.Join(want.Env, " ") {
		t.Errorf("the environment is %q, skopeo has %q", img.Config.Config.Env, want.Env)
	}
}
