package image

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"glassbox/runtime/journal"
)

// The policies of Pull, as Kubernetes' imagePullPolicy has them.
const (
	Always  = "always"  // ask the source for the digest; transfer what is not here
	Missing = "missing" // ask only if the image is not here (IfNotPresent)
	Never   = "never"   // never ask
)

// PullOptions say how to pull.
type PullOptions struct {
	Platform  string            // linux/amd64, linux/arm/v7 …; "" is this machine's
	Policy    string            // Always, Missing or Never; "" is Missing
	Insecure  []string          // registries, HOST or HOST:PORT, that may be spoken to over plain HTTP or with an unverified certificate
	As        string            // the name under which the store keeps it; "" is the reference's own
	Parallel  int               // layers at once; 0 is 3
	Emit      journal.Emitter   // takes http, progress and note events; may be nil
	Stdin     io.Reader         // for docker-archive:-
	Transport http.RoundTripper // nil is one of our own, with the proxies of the environment
}

// puller is one pull.
type puller struct {
	store *Store
	ref   reference
	want  wanted
	opt   PullOptions
	src   source
}

// Pull returns the image that ref names, with every blob of it in the store.
// What the store has is not transferred. Each error is an *Error, or ctx's.
func (s *Store) Pull(ctx context.Context, ref string, o PullOptions) (*Image, error) {
	r, err := parse(ref)
	if err != nil {
		return nil, err
	}
	if o.As != "" {
		r.name = o.As
	}
	out := &tap{to: o.Emit}
	defer out.shut()
	p := &puller{store: s, ref: r, opt: o}
	p.opt.Emit = out
	if p.want, err = want(o.Platform); err != nil {
		return nil, err
	}
	if p.opt.Policy, err = policy(o.Policy); err != nil {
		return nil, err
	}
	if p.opt.Parallel <= 0 {
		p.opt.Parallel = 3
	}
	img, err := p.pull(ctx)
	var known *Error
	switch {
	case err == nil:
		return img, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &known):
		return nil, err
	}
	return nil, refuse(err, "", "pull %s: %s", p.ref.name, plain(err.Error()))
}

func policy(s string) (string, error) {
	switch p := strings.ToLower(s); p {
	case "", "ifnotpresent":
		return Missing, nil
	case Always, Missing, Never:
		return p, nil
	}
	return "", refuse(nil, "it is always, missing or never", "%q is no pull policy", plain(s))
}

func (p *puller) pull(ctx context.Context) (*Image, error) {
	// Shared by pulls; Remove takes it alone before it deletes blobs.
	held, err := lock(ctx, filepath.Join(p.store.root, "store.lock"), true)
	if err != nil {
		return nil, p.store.unwritable(err, "lock the store")
	}
	defer held.release()
	here, err := p.here()
	if err != nil {
		return nil, err
	}
	// A file or a directory is read each time: asking it costs nothing.
	local := p.ref.form != inRegistry
	if here != nil && !local && p.opt.Policy != Always {
		return p.present(here), nil
	}
	if here == nil && !local && p.opt.Policy == Never {
		return nil, refuse(ErrAbsent, "fetch it with glassbox pull "+p.ref.name+", or leave --pull never out",
			"%s is not in the store for %s, and the pull policy is never", p.ref.name, p.want)
	}
	if p.src, err = p.open(ctx); err != nil {
		return nil, err
	}
	if c, ok := p.src.(io.Closer); ok {
		defer c.Close()
	}
	if here != nil {
		if now, err := p.src.digest(ctx); err != nil {
			return nil, err
		} else if now.Hex != "" && now.String() == here.entry.source {
			return p.present(here), nil
		}
	}
	return p.fetch(ctx)
}

// held is an image that the store has whole.
type held struct {
	entry    entry
	manifest *v1.Manifest
	config   *v1.ConfigFile
}

// here returns what the store has for the name and platform, if it is whole. A
// damaged one is as good as absent: it is pulled again.
func (p *puller) here() (*held, error) {
	e, err := p.store.find(p.ref.name, p.want)
	if err != nil || e == nil {
		return nil, err
	}
	m, cf, err := p.store.read(*e)
	if err != nil {
		return nil, nil //nolint:nilerr // damaged: see above
	}
	for _, d := range m.Layers {
		if !p.store.has(d) {
			return nil, nil
		}
	}
	return &held{*e, m, cf}, nil
}

// present says of each blob that it is here already.
func (p *puller) present(h *held) *Image {
	p.tell("manifest", h.entry.desc).present()
	p.tell("config", h.manifest.Config).present()
	by := lines(h.config, len(h.manifest.Layers))
	for i, d := range h.manifest.Layers {
		p.tellLayer(i, d, by[i]).present()
	}
	return p.store.image(h.entry, h.manifest, h.config)
}

func (p *puller) open(ctx context.Context) (source, error) {
	switch p.ref.form {
	case inLayout:
		return openLayout(p.ref)
	case inArchive:
		return openArchive(ctx, p.store, p.ref, p.opt.Stdin)
	}
	return dial(ctx, p)
}

// fetch brings the image into the store.
func (p *puller) fetch(ctx context.Context) (*Image, error) {
	top, b, err := p.src.top(ctx)
	if err != nil {
		return nil, err
	}
	desc, m, err := p.resolve(ctx, top, b, 0)
	if err != nil {
		return nil, err
	}
	cf, err := p.config(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := p.fits(cf, desc.Digest == top.Digest); err != nil {
		return nil, err
	}
	if err := p.layers(ctx, m, lines(cf, len(m.Layers))); err != nil {
		return nil, err
	}
	desc.Platform = &v1.Platform{OS: cf.OS, Architecture: cf.Architecture, Variant: cf.Variant}
	if cf.OS == "" || cf.Architecture == "" {
		desc.Platform = &p.want.Platform
	}
	e := entry{p.ref.name, top.Digest.String(), []string{p.want.String()}, v1.Descriptor{
		MediaType: desc.MediaType, Size: desc.Size, Digest: desc.Digest, Platform: desc.Platform,
	}}
	if err := p.store.remember(ctx, e); err != nil {
		return nil, err
	}
	return p.store.image(e, m, cf), nil
}
