package image

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// tries is how often in a row a blob's transfer may be cut. What brings refill
// bytes starts the count anew, so that a slow line can finish a large layer.
const (
	tries  = 6
	refill = 1 << 20
)

// errCut is wrapped where a body ended before its time.
var errCut = errors.New("the connection was cut")

// ingest brings one blob into the store, unless it is there. Of two that want the
// same blob at once, the second waits and finds it.
func (p *puller) ingest(ctx context.Context, d v1.Descriptor, t *teller) error {
	if p.store.has(d) {
		t.present()
		return nil
	}
	guard, err := tryLock(p.store.half(d, "lock"), false)
	if errors.Is(err, errHeld) {
		p.notes().Note("info", "blob-wait", "Another glassbox fetches "+d.Digest.String()+": this one waits for it.", "blob", d.Digest.String())
		guard, err = lock(ctx, p.store.half(d, "lock"), false)
	}
	if err != nil {
		return p.store.unwritable(err, "lock the blob "+d.Digest.String())
	}
	defer guard.discard()
	if p.store.has(d) {
		t.present()
		return nil
	}
	if err := p.transfer(ctx, d, p.store.half(d, "part"), t); err != nil {
		return err
	}
	t.verified()
	return nil
}

// half is the path of what belongs to a blob while it is fetched.
func (s *Store) half(d v1.Descriptor, suffix string) string {
	return s.ingest(d.Digest.Algorithm + "-" + d.Digest.Hex + "." + suffix)
}

// drop removes what is half fetched of some blobs, unless another process is at it.
func (s *Store) drop(ds []v1.Descriptor) {
	for _, d := range ds {
		if guard, err := tryLock(s.half(d, "lock"), false); err == nil {
			_ = os.Remove(s.half(d, "part"))
			guard.discard()
		}
	}
}

// transfer fills the partial file, verifies it, and gives it its name.
func (p *puller) transfer(ctx context.Context, d v1.Descriptor, path string, t *teller) error {
	part, err := p.begin(d, path)
	if err != nil {
		return err
	}
	defer part.f.Close()
	resumed := part.n > 0
	for {
		t.begin(part.n)
		if err := p.fill(ctx, d, part, t); err != nil {
			return err
		}
		got := v1.Hash{Algorithm: d.Digest.Algorithm, Hex: hex.EncodeToString(part.sum.Sum(nil))}
		if got == d.Digest {
			break
		}
		if err := part.restart(); err != nil {
			return p.store.unwritable(err, "write "+path)
		}
		if !resumed {
			_ = os.Remove(path)
			return p.forged(d, got, d.Size)
		}
		resumed = false // what an earlier process left may have been damaged: once more from the start
	}
	return p.store.commit(part.f, d.Digest)
}

// begin opens the partial file and hashes what an earlier pull left in it.
func (p *puller) begin(d v1.Descriptor, path string) (*partial, error) {
	sum, err := v1.Hasher(d.Digest.Algorithm)
	if err != nil {
		return nil, refuse(err, "", "%s: %v", p.ref.name, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, p.store.unwritable(err, "write "+path)
	}
	part := &partial{f: f, sum: sum}
	if part.n, err = io.Copy(sum, f); err == nil && part.n > d.Size {
		err = part.restart()
	}
	if err != nil {
		_ = f.Close()
		return nil, p.store.unwritable(err, "read "+path)
	}
	return part, nil
}

// fill reads the blob from where the partial file ends, and goes on after cuts.
func (p *puller) fill(ctx context.Context, d v1.Descriptor, part *partial, t *teller) error {
	left, mark, try := tries, part.n, 0
	for part.n < d.Size {
		err := p.read(ctx, d, part, t, try)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var known *Error
		if errors.As(err, &known) || !errors.Is(err, errCut) && !p.src.again(err) {
			return err
		}
		if part.n-mark >= refill {
			left, mark = tries, part.n
		}
		if left--; left == 0 {
			return refuse(err, "pull again: it goes on where it ended", "%s: %s failed %d times in a row, the last time after %d of %d bytes: %s",
				p.ref.name, p.src.where(), tries, part.n, d.Size, plain(err.Error()))
		}
		try++
		if err := p.store.pause(ctx, backoff(tries-left-1)); err != nil {
			return err
		}
	}
	return nil
}

// read makes one request, and copies what comes.
func (p *puller) read(ctx context.Context, d v1.Descriptor, part *partial, t *teller, try int) error {
	body, start, err := p.src.blob(ctx, d, part.n, try)
	if err != nil {
		return err
	}
	defer body.Close()
	if start != part.n {
		if err := part.restart(); err != nil {
			return p.store.unwritable(err, "write "+part.f.Name())
		}
	}
	buf := make([]byte, 128<<10)
	for {
		n, err := body.Read(buf)
		if int64(n) > d.Size-part.n {
			return refuse(errForged, "", "%s: %s sent more than the %d bytes that %s should have", p.ref.name, p.src.where(), d.Size, d.Digest)
		}
		if e := part.write(buf[:n]); e != nil {
			return p.store.unwritable(e, "write "+part.f.Name())
		}
		t.step(part.n)
		switch {
		case err == nil:
		case part.n == d.Size:
			return nil // whatever ended it: the digest decides
		case errors.Is(err, io.EOF):
			return fmt.Errorf("%w after %d of %d bytes", errCut, part.n, d.Size)
		default:
			return err
		}
	}
}
