package image

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// secret is in every place where a credential can be; it must never be told.
const secret = "s3cr3t"

// login writes docker's config for a registry.
func login(t *testing.T, host, user, password string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("DOCKER_CONFIG", dir)
	auth := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	b := fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, host, auth)
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

// silent fails if an event has the secret, as it is or in base64.
func silent(t *testing.T, e *seen) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ev := range e.events {
		b, err := json.Marshal(ev)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{secret, base64.StdEncoding.EncodeToString([]byte("me:" + secret)), "user:", "me@"} {
			if strings.Contains(string(b), word) {
				t.Errorf("an event tells %q: %s", word, b)
			}
		}
	}
}

func TestBearerTokenAndSignedURL(t *testing.T) {
	reg, s, e := serve(t), store(t), &seen{}
	ref := reg.push(t, "private/app:1", picture(t, "linux/amd64", 1000, 2))
	login(t, reg.host, "me", secret)
	cdn := serve(t)
	var leaked []string
	cdn.faulty(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		if r.Header.Get("Authorization") != "" {
			leaked = append(leaked, r.URL.Path)
		}
		if r.URL.Query().Get("Signature") != secret {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		reg.Config.Handler.ServeHTTP(w, withToken(r))
	})
	reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		user, password, _ := r.BasicAuth()
		switch {
		case r.URL.Path == "/token":
			if user != "me" || password != secret {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			fmt.Fprintf(w, `{"token":"token-%s"}`, secret)
		case r.Header.Get("Authorization") != "Bearer token-"+secret:
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://user:pw@%s/token?key=%s",service="x"`, reg.host, secret))
			w.WriteHeader(http.StatusUnauthorized)
		case strings.Contains(r.URL.Path, "/blobs/") && r.Header.Get("X-Cdn") == "":
			http.Redirect(w, r, cdn.URL+r.URL.Path+"?Signature="+secret+"&Expires=1", http.StatusTemporaryRedirect)
		default:
			next.ServeHTTP(w, r)
		}
	})
	must(t, s, ref, want64(e))
	silent(t, e)
	all := strings.Join(e.urls(), "\n")
	for _, want := range []string{"/token?", "Signature=…", "scope=…"} {
		if !strings.Contains(all, want) {
			t.Errorf("no exchange with %q in\n%s", want, all)
		}
	}
	if leaked != nil {
		t.Errorf("the registry's credentials went to %v", leaked)
	}

	// A signature that is refused must not come out with the error.
	cdn.faulty(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusForbidden) })
	s2, e := store(t), &seen{}
	login(t, reg.host, "me", secret)
	if err := failure(t, s2, ref, want64(e), "refused with 403"); strings.Contains(err.Error(), secret) {
		t.Errorf("the error tells the secret: %v", err)
	}
	cdn.Close()
	if err := failure(t, s2, ref, want64(e), "refused"); strings.Contains(err.Error(), secret) {
		t.Errorf("the error tells the secret: %v", err)
	}
	silent(t, e)
}

func withToken(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer token-"+secret)
	r.Header.Set("X-Cdn", "1")
	return r
}

func TestBasicAuth(t *testing.T) {
	reg, s, e := serve(t), store(t), &seen{}
	ref := reg.push(t, "app:1", picture(t, "linux/amd64", 10, 1))
	reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if user, password, _ := r.BasicAuth(); user != "me" || password != secret {
			w.Header().Set("WWW-Authenticate", `Basic realm="here"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
	fails(t, s, ref, want64(e), "401", "docker login "+reg.host)
	login(t, reg.host, "me", "wrong")
	fails(t, s, ref, want64(e), "401", "docker login "+reg.host)
	login(t, reg.host, "me", secret)
	must(t, s, ref, want64(e))
	silent(t, e)
}

func TestBrokenCredentialHelper(t *testing.T) {
	reg, s, e := serve(t), store(t), &seen{}
	ref := reg.push(t, "app:1", picture(t, "linux/amd64", 10, 1))
	login(t, reg.host, "me", secret)
	path := filepath.Join(os.Getenv("DOCKER_CONFIG"), "config.json")
	if err := os.WriteFile(path, []byte(`{"credsStore":"`+"no-such-helper"+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, s, ref, want64(e))
	var notes int
	for _, ev := range e.events {
		if ev.Note != nil && ev.Note.Key == "credentials" {
			notes++
		}
	}
	if notes != 1 {
		t.Errorf("%d notes say that the helper failed", notes)
	}
}

func TestDowngradeIsRefused(t *testing.T) {
	// From a registry that is trusted over TLS, nothing may lead to plain HTTP elsewhere.
	reg, s := serve(t), store(t)
	ref := reg.push(t, "app:1", picture(t, "linux/amd64", 10, 1))
	reg.faulty(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, "/blobs/") {
			http.Redirect(w, r, "http://cdn.example/x?Signature="+secret, http.StatusFound)
			return
		}
		next.ServeHTTP(w, r)
	})
	err := failure(t, s, ref, want64(nil), "cdn.example would be spoken to over plain HTTP", "--insecure-registry cdn.example")
	if strings.Contains(err.Error(), secret) {
		t.Error(err)
	}
}
