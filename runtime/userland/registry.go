package userland

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Name is the repository, and Tag the tag, under which Serve offers an image.
const (
	Name = "demo"
	Tag  = "latest"
)

// Serve offers img as demo:latest from a registry within this process, on a free
// port of 127.0.0.1. addr is the address, "127.0.0.1:43521"; close stops it and
// cuts what is still being sent.
//
// It speaks the pull half of the OCI distribution specification 1.1, with
// ranges, so that a broken download resumes. There is nothing to write to, and
// only this machine's programs are answered: a request whose peer or whose Host
// is not a loopback address (a web page that rebinds its name) gets 403.
func Serve(img v1.Image) (addr string, closer func(), err error) {
	h, err := newShelf(img)
	if err != nil {
		return "", nil, fmt.Errorf("serve the demo image: %w", err)
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("serve the demo image on loopback: %w", err)
	}
	srv := &http.Server{Handler: loopback(h), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = srv.Serve(l) }()
	return l.Addr().String(), func() { _ = srv.Close() }, nil
}

// loopback refuses everybody who is not on this machine.
func loopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		host, _, herr := net.SplitHostPort(r.Host)
		if herr != nil {
			host = r.Host
		}
		ip, _ := netip.ParseAddr(host)
		if err != nil || !peer.Addr().Unmap().IsLoopback() || !ip.IsLoopback() && host != "localhost" {
			deny(w, http.StatusForbidden, "DENIED", "this registry serves loopback only")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// item is one thing on the shelf: a manifest, a config or a layer.
type item struct {
	digest string
	media  string
	size   int64
	open   func() (io.ReadCloser, error)
}

// shelf is what the registry has.
type shelf struct {
	manifest item
	blobs    map[string]item
}

func newShelf(img v1.Image) (*shelf, error) {
	manifest, err := img.Manifest()
	if err != nil {
		return nil, err
	}
	raw, err := img.RawManifest()
	if err != nil {
		return nil, err
	}
	digest, err := img.Digest()
	if err != nil {
		return nil, err
	}
	config, err := img.RawConfigFile()
	if err != nil {
		return nil, err
	}
	s := &shelf{
		manifest: whole(digest, string(manifest.MediaType), raw),
		blobs:    map[string]item{manifest.Config.Digest.String(): whole(manifest.Config.Digest, string(manifest.Config.MediaType), config)},
	}
	layers, err := img.Layers()
	if err != nil {
		return nil, err
	}
	for i, layer := range layers {
		d := manifest.Layers[i]
		s.blobs[d.Digest.String()] = item{digest: d.Digest.String(), media: string(d.MediaType), size: d.Size, open: layer.Compressed}
	}
	return s, nil
}

// whole is an item that is in memory.
func whole(digest v1.Hash, media string, content []byte) item {
	return item{
		digest: digest.String(), media: media, size: int64(len(content)),
		open: func() (io.ReadCloser, error) {
			return &section{io.NewSectionReader(strings.NewReader(string(content)), 0, int64(len(content)))}, nil
		},
	}
}

// ServeHTTP is end-1 to end-3 and end-8a of the specification's table.
func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		deny(w, http.StatusMethodNotAllowed, "UNSUPPORTED", "this registry can only be read")
		return
	}
	path := r.URL.Path
	switch {
	case path == "/v2/" || path == "/v2":
		answer(w, struct{}{})
	case path == "/v2/"+Name+"/tags/list":
		answer(w, map[string]any{"name": Name, "tags": []string{Tag}})
	case strings.HasPrefix(path, "/v2/"+Name+"/manifests/"):
		ref := strings.TrimPrefix(path, "/v2/"+Name+"/manifests/")
		if ref != Tag && ref != s.manifest.digest {
			deny(w, http.StatusNotFound, "MANIFEST_UNKNOWN", "the only image here is "+Name+":"+Tag)
			return
		}
		give(w, r, s.manifest)
	case strings.HasPrefix(path, "/v2/"+Name+"/blobs/"):
		it, ok := s.blobs[strings.TrimPrefix(path, "/v2/"+Name+"/blobs/")]
		if !ok {
			deny(w, http.StatusNotFound, "BLOB_UNKNOWN", "no such blob in "+Name)
			return
		}
		it.media = "application/octet-stream"
		give(w, r, it)
	default:
		deny(w, http.StatusNotFound, "NAME_UNKNOWN", "the only repository here is "+Name)
	}
}

// give sends an item, or the range of it that is asked for.
func give(w http.ResponseWriter, r *http.Request, it item) {
	rc, err := it.open()
	if err != nil {
		deny(w, http.StatusInternalServerError, "UNKNOWN", err.Error())
		return
	}
	defer func() { _ = rc.Close() }()
	w.Header().Set("Content-Type", it.media)
	w.Header().Set("Docker-Content-Digest", it.digest)
	w.Header().Set("ETag", `"`+it.digest+`"`)
	if seeker, ok := rc.(io.ReadSeeker); ok {
		http.ServeContent(w, r, "", time.Time{}, seeker)
		return
	}
	w.Header().Set("Content-Length", fmt.Sprint(it.size))
	if r.Method == http.MethodGet {
		_, _ = io.Copy(w, rc) // A peer that went away is its own affair.
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// deny is an error in the shape that the specification wants.
func deny(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []map[string]string{{"code": code, "message": message}}})
}
