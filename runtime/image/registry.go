package image

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// repository is a repository in a registry, spoken to as the OCI distribution
// specification says. The library does the log-in; requests for content are our
// own, since they must be resumed and bounded.
type repository struct {
	ref    name.Reference
	host   string // as a sentence names it
	base   string // URL of the repository
	client *http.Client
	idle   func()
	pause  func(context.Context, time.Duration) error
}

// accepted are the media types that a manifest's request asks for. Schema 1 is
// not among them; a registry that has nothing else may send it all the same.
var accepted = strings.Join([]string{
	string(types.OCIImageIndex), string(types.DockerManifestList),
	string(types.OCIManifestSchema1), string(types.DockerManifestSchema2),
}, ", ")

// dial logs in to the registry.
func dial(ctx context.Context, p *puller) (source, error) {
	repo := p.ref.repo.Context()
	line, idle := newLine(p)
	auth, err := authn.DefaultKeychain.ResolveContext(ctx, repo)
	if err != nil {
		// As docker does: a broken helper must not keep public images away.
		why, _, _ := strings.Cut(err.Error(), ", out:")
		p.notes().Note("warning", "credentials", "Docker's credentials can't be read, so the registry is asked without: "+plain(why)+".", "error", plain(why))
		auth = authn.Anonymous
	}
	r := &repository{ref: p.ref.repo, host: host(p.ref.repo), idle: idle, pause: p.store.pause}
	rt, err := transport.NewWithContext(ctx, repo.Registry, auth, line, []string{repo.Scope(transport.PullScope)})
	if err != nil {
		idle()
		return nil, r.explain(err, "ask "+r.host+" for "+p.ref.name)
	}
	r.base = "https://" + repo.RegistryStr() + "/v2/" + repo.RepositoryStr()
	r.client = &http.Client{Transport: rt}
	return r, nil
}

func (r *repository) where() string { return r.host }

// Close lets go of the connections.
func (r *repository) Close() error {
	r.idle()
	return nil
}

// get makes one request and returns a response with one of the statuses.
func (r *repository) get(ctx context.Context, method, path string, header http.Header, ok ...int) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, r.base+path, nil)
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	if err := transport.CheckError(resp, ok...); err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	return resp, nil
}

// digest asks what the tag points to, without its content. Registries that don't
// know HEAD, or leave the header out, are asked for the content instead.
func (r *repository) digest(ctx context.Context) (v1.Hash, error) {
	resp, err := r.get(ctx, http.MethodHead, "/manifests/"+r.ref.Identifier(), http.Header{"Accept": {accepted}},
		http.StatusOK, http.StatusMethodNotAllowed, http.StatusNotFound)
	if err != nil {
		return v1.Hash{}, r.explain(err, "ask "+r.host+" what "+r.ref.Identifier()+" is")
	}
	defer resp.Body.Close()
	h, err := v1.NewHash(resp.Header.Get("Docker-Content-Digest"))
	if err != nil || resp.StatusCode != http.StatusOK {
		return v1.Hash{}, nil //nolint:nilerr // not told: the content will be fetched
	}
	return h, nil
}

func (r *repository) top(ctx context.Context) (v1.Descriptor, []byte, error) {
	id := r.ref.Identifier()
	b, kind, claim, err := r.document(ctx, id)
	if err != nil {
		return v1.Descriptor{}, nil, err
	}
	d := v1.Descriptor{MediaType: kind, Size: int64(len(b))}
	algorithm := "sha256"
	if named, err := v1.NewHash(id); err == nil {
		claim, algorithm = id, named.Algorithm
	}
	if h, err := v1.NewHash(claim); err == nil {
		// What the reference, or else the registry, says: keep verifies it.
		d.Digest = h
		return d, b, nil
	}
	if d.Digest, err = sum(algorithm, strings.NewReader(string(b))); err != nil {
		return d, nil, refuse(err, "", "hash the manifest")
	}
	return d, b, nil
}

func (r *repository) manifest(ctx context.Context, d v1.Descriptor) ([]byte, error) {
	b, _, _, err := r.document(ctx, d.Digest.String())
	return b, err
}

// document fetches a manifest or index. More than MaxManifest is never read.
func (r *repository) document(ctx context.Context, id string) (b []byte, kind types.MediaType, digest string, err error) {
	sep := ":"
	if strings.Contains(id, ":") { // a digest
		sep = "@"
	}
	what := "fetch the manifest of " + r.ref.Context().RepositoryStr() + sep + id + " from " + r.host
	for try := 0; ; try++ {
		resp, err := r.get(withTry(ctx, try), http.MethodGet, "/manifests/"+id, http.Header{"Accept": {accepted}}, http.StatusOK)
		if err != nil {
			return nil, "", "", r.explain(err, what)
		}
		if resp.ContentLength > MaxManifest {
			_ = resp.Body.Close()
			return nil, "", "", refuse(nil, "", "%s: it has %d bytes; more than %d are refused", what, resp.ContentLength, MaxManifest)
		}
		b, err := io.ReadAll(io.LimitReader(resp.Body, MaxManifest+1))
		_ = resp.Body.Close()
		switch {
		case len(b) > MaxManifest:
			return nil, "", "", refuse(nil, "", "%s: more than %d bytes are refused", what, MaxManifest)
		case err == nil:
			return b, types.MediaType(resp.Header.Get("Content-Type")), resp.Header.Get("Docker-Content-Digest"), nil
		case ctx.Err() != nil:
			return nil, "", "", ctx.Err()
		case try == tries-1 || !r.again(err):
			return nil, "", "", r.explain(err, what)
		}
		if err := r.pause(ctx, backoff(try)); err != nil {
			return nil, "", "", err
		}
	}
}

// blob asks for a blob from an offset on. A registry may send all of it instead.
func (r *repository) blob(ctx context.Context, d v1.Descriptor, from int64, try int) (io.ReadCloser, int64, error) {
	what := "fetch " + d.Digest.String() + " from " + r.host
	header := http.Header{}
	if from > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", from))
	}
	resp, err := r.get(withTry(ctx, try), http.MethodGet, "/blobs/"+d.Digest.String(), header,
		http.StatusOK, http.StatusPartialContent, http.StatusRequestedRangeNotSatisfiable)
	if err != nil {
		return nil, 0, r.explain(err, what)
	}
	start, whole := int64(0), resp.StatusCode != http.StatusPartialContent
	if !whole {
		if _, err := fmt.Sscanf(resp.Header.Get("Content-Range"), "bytes %d-", &start); err != nil || start != from {
			whole = true
		}
	}
	if resp.StatusCode == http.StatusRequestedRangeNotSatisfiable || whole && resp.StatusCode == http.StatusPartialContent {
		_ = resp.Body.Close()
		if from == 0 {
			return nil, 0, refuse(nil, "", "%s: it answered with a range that nobody asked for", what)
		}
		return r.blob(ctx, d, 0, try)
	}
	if n := resp.ContentLength; n >= 0 && start+n != d.Size {
		_ = resp.Body.Close()
		return nil, 0, refuse(errForged, "", "%s: the manifest says that it has %d bytes, the registry sends %d", what, d.Size, start+n)
	}
	return resp.Body, start, nil
}

// again says whether an error of the network may pass.
func (r *repository) again(err error) bool { return passing(err) }
