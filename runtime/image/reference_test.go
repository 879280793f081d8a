package image

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
)

func TestReferences(t *testing.T) {
	sha := "sha256:" + strings.Repeat("0123456789abcdef", 4)
	for in, want := range map[string]string{
		"nginx":                           "docker.io/library/nginx:latest",
		"nginx:1.27":                      "docker.io/library/nginx:1.27",
		"a/b":                             "docker.io/a/b:latest",
		"docker.io/nginx":                 "docker.io/library/nginx:latest",
		"index.docker.io/library/nginx":   "docker.io/library/nginx:latest",
		"localhost/x":                     "localhost/x:latest",
		"localhost:5000/x":                "localhost:5000/x:latest",
		"127.0.0.1:5000/a/b/c:T_1.2-3":    "127.0.0.1:5000/a/b/c:T_1.2-3",
		"[::1]:5000/x":                    "[::1]:5000/x:latest",
		"ghcr.io/a/b__c--d.e_f":           "ghcr.io/a/b__c--d.e_f:latest",
		"nginx@" + sha:                    "docker.io/library/nginx@" + sha,
		"nginx:1@" + sha:                  "docker.io/library/nginx@" + sha,
		"registry.example.com:443/x:last": "registry.example.com:443/x:last",
	} {
		r, err := parse(in)
		if err != nil || r.name != want || r.form != inRegistry {
			t.Errorf("%q is %q, %v; want %q", in, r.name, err, want)
		}
		// What the store keeps must itself be a reference to the same.
		if again, err := parse(r.name); err != nil || again.name != r.name {
			t.Errorf("%q is %q, %v", r.name, again.name, err)
		}
	}
}

func TestMalformedReferences(t *testing.T) {
	for in, word := range map[string]string{
		"":                                     "empty",
		"Nginx":                                "upper case",
		"library/Nginx:1":                      "lower case: library/nginx",
		"https://docker.io/nginx":              "scheme",
		"nginx:":                               "tag",
		"nginx:-x":                             "tag",
		"nginx:" + strings.Repeat("x", 129):    "tag",
		"nginx:a b":                            "tag",
		"a//b":                                 "name",
		"/nginx":                               "name",
		"nginx/":                               "name",
		"../etc/passwd":                        "",
		"a/../../v2":                           "name",
		"a..b":                                 "name",
		"a___b":                                "name",
		"-a":                                   "name",
		"a/-b":                                 "name",
		"nginx@sha256:abc":                     "",
		"nginx@md5:" + strings.Repeat("0", 32): "",
		"a@b@c":                                "two @",
		"host:port/x":                          "registry",
		"host:/x":                              "registry",
		"ho st.de/x":                           "registry",
		"user:pass@host.de/x":                  "",
		"exa_mple.com/x":                       "registry",
		"[::1/x":                               "registry",
		"пример":                               "name",
		"nginx\n":                              "name",
		"nginx\x1b[31m":                        "name",
		"nginx?a=b":                            "name",
		"nginx#f":                              "name",
		"a%2fb":                                "name",
		strings.Repeat("a", 256):               "name",
		strings.Repeat("a", 5000):              "too long",
		"oci:":                                 "no file",
		"oci::tag":                             "no file",
		"oci:-":                                "standard input",
		"docker-archive:":                      "no file",
		"docker-archive:a\x00b":                "no file",
	} {
		_, err := parse(in)
		if err == nil {
			t.Errorf("%q is accepted", in)
			continue
		}
		if known := new(Error); !errors.As(err, &known) || !strings.Contains(err.Error(), word) || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
			t.Errorf("%q: %q, want %q in it", in, err, word)
		}
	}
}

func TestLocalReferences(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, f := range []string{"a", "b:1", "c:1:2"} {
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for in, want := range map[string][2]string{
		"oci:a":                      {"a", ""},
		"oci:a:latest":               {"a", "latest"},
		"oci:b:1":                    {"b:1", ""},
		"oci:b:1:x":                  {"b:1", "x"},
		"docker-archive:c:1:2:r/x:1": {"c:1:2", "r/x:1"},
		"docker-archive:gone:r":      {"gone", "r"},
	} {
		r, err := parse(in)
		if err != nil || r.path != filepath.Join(dir, want[0]) || r.tag != want[1] {
			t.Errorf("%q is %q and %q, %v; want %q", in, r.path, r.tag, err, want)
		}
	}
	if r, err := parse("docker-archive:-:x"); err != nil || r.path != "-" || r.tag != "x" || r.name != "docker-archive:-:x" {
		t.Errorf("%+v, %v", r, err)
	}
}

// FuzzReference: what is accepted names one path of one registry's API, and means
// the same when it is read again.
func FuzzReference(f *testing.F) {
	for _, s := range []string{
		"nginx", "docker.io/library/nginx:1", "localhost:5000/a__b/c-d:T", "[::1]:5/x@sha256:" + strings.Repeat("a", 64),
		"a/../b", "A", "x:", "oci:/x:y", "docker-archive:-:z", "a@b", "%2e%2e/x", "host.:1/x", "a.b:99999/c", "é/x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := parse(s)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x1b") {
				t.Fatalf("%q: the error is no sentence: %q", s, err)
			}
			return
		}
		if r.form != inRegistry {
			return
		}
		again, err := parse(r.name)
		if err != nil || again.name != r.name {
			t.Fatalf("%q became %q, which became %q, %v", s, r.name, again.name, err)
		}
		repo := r.repo.Context()
		for part := range strings.SplitSeq(repo.RepositoryStr(), "/") {
			if part == "" || strings.Trim(part, ".") == "" {
				t.Fatalf("%q names the path %q", s, repo.RepositoryStr())
			}
		}
		if strings.ContainsAny(repo.RepositoryStr()+r.repo.Identifier(), "?#% \\") || strings.ContainsAny(repo.RegistryStr(), "/?#@% \\") {
			t.Fatalf("%q leads to %q %q", s, repo, r.repo.Identifier())
		}
		if _, err := name.NewRepository(repo.Name(), name.StrictValidation); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
	})
}
