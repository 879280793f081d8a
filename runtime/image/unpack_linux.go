package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// Unpack makes each layer of an image a directory below ROOT/layers, and returns
// them, base first. A layer that is there is used again, by any image that has the
// same layers below it: the key is its chain ID. Two processes may unpack the same
// image; one waits for what the other makes.
//
// Layers are written in parallel, each as if it were alone; then, in order and
// overlapping with the rest, a second pass over each does what depends on the ones
// below. Each tar is compared with its diffID. Use Hold before mounting.
func (s *Store) Unpack(ctx context.Context, img *Image, o UnpackOptions) ([]LayerDir, error) {
	o = o.withDefaults(runtime.NumCPU())
	if es, err := os.ReadDir(s.layers("")); err == nil {
		// What a killed process left is no reason to fail, if it can't be removed.
		_ = s.sweepLayers(es)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	u := &unpacking{s: s, o: o, budget: newBudget(o), cancel: cancel}
	for i, id := range img.ChainIDs() {
		u.jobs = append(u.jobs, &job{Layer: img.Layers[i], index: i, key: o.key(id), done: make(chan struct{})})
	}
	go u.dispatch(ctx)
	var stack []lower
	defer func() {
		for _, l := range stack {
			_ = unix.Close(l.root)
		}
	}()
	for _, j := range u.jobs {
		<-j.done
		if ctx.Err() != nil {
			continue // on top of a layer that failed there is nothing to finish
		}
		if j.err == nil {
			j.err = u.second(ctx, j, stack)
		}
		if j.err == nil {
			var fd int
			if fd, j.err = openDirAt(unix.AT_FDCWD, j.claim.fs()); j.err == nil {
				stack = append([]lower{{root: fd, opaques: j.claim.meta.Opaques}}, stack...)
			}
		}
		if j.err != nil {
			cancel(s.failed(j, j.err))
		}
	}
	return u.collect(ctx, img)
}

// unpacking is one call of Unpack.
type unpacking struct {
	s      *Store
	o      UnpackOptions
	budget *budget
	cancel context.CancelCauseFunc
	jobs   []*job
}

// job is one layer of it.
type job struct {
	Layer
	index int
	key   chainKey
	claim *claim
	layer *layer // of a new one, after the first pass
	seen  *progress
	done  chan struct{} // closed after the first pass
	err   error
}

// dispatch starts the first passes in order. So whoever waits for a layer of
// another process holds none that lies above it, and nobody waits in a circle.
func (u *unpacking) dispatch(ctx context.Context) {
	slots := make(chan struct{}, u.o.Parallel)
	for _, j := range u.jobs {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			j.err = ctx.Err()
			close(j.done)
			continue
		}
		go func() {
			defer func() { <-slots }()
			defer close(j.done)
			if j.err = u.first(ctx, j); j.err != nil {
				u.cancel(u.s.failed(j, j.err)) // the others need not go on
			}
		}()
	}
}

// first claims a layer, and unpacks it where it is not there.
func (u *unpacking) first(ctx context.Context, j *job) error {
	j.seen = newProgress(u.o.Emit, j)
	c, err := u.s.claim(ctx, j.key, func() { j.seen.waiting() })
	if err != nil {
		return err
	}
	j.claim = c
	if c.meta != nil {
		return nil
	}
	f, err := os.Open(j.Path)
	if err != nil {
		return refuse(err, "pull it again", "its blob can't be opened (%v)", err)
	}
	defer f.Close() //nolint:errcheck // Read only.
	if j.layer, err = newLayer(c.dir, j.index == 0, u.o, u.budget); err != nil {
		return err
	}
	return j.unpack(ctx, f, u.budget)
}

// unpack does the first pass over a blob.
func (j *job) unpack(ctx context.Context, blob io.Reader, b *budget) error {
	in, err := openStream(ctx, blob, j.DiffID, b)
	if err != nil {
		return err
	}
	defer in.close()
	j.layer.tick = func(entries int) { j.seen.unpacking(in.read.Load(), entries) }
	if err := j.layer.write(ctx, in); err != nil {
		return err
	}
	got, err := in.finish()
	if err != nil {
		return err
	}
	if got != j.DiffID {
		return refuse(nil, "don't trust the image; pull it again", "its tar has the digest %s, and the image says %s", got, plain(j.DiffID))
	}
	return nil
}

// second does the second pass, and puts the layer in its place.
func (u *unpacking) second(ctx context.Context, j *job, stack []lower) error {
	if j.layer == nil {
		j.seen.present(j.claim)
		return nil
	}
	l := j.layer
	added, replaced, err := mend(ctx, l, stack)
	if e := l.close(); err == nil {
		err = e
	}
	j.layer = nil
	if err != nil {
		return err
	}
	m := &chainMeta{
		Diff: j.DiffID, Digest: j.Digest, By: j.By, Entries: l.entries, Added: added, Replaced: replaced,
		Removed: l.removed, Bytes: l.bytes, Opaques: l.opaques > 0,
	}
	if err := u.s.finish(ctx, j.claim, m); err != nil {
		return err
	}
	j.seen.unpacked(j.claim, l)
	return nil
}

// collect returns the layers, or the first failure; what is not finished is removed.
func (u *unpacking) collect(ctx context.Context, img *Image) ([]LayerDir, error) {
	out := make([]LayerDir, 0, len(u.jobs))
	for _, j := range u.jobs {
		c := j.claim
		if j.layer != nil {
			_ = j.layer.close()
		}
		switch {
		case c == nil:
		case c.meta == nil:
			c.abandon()
		default:
			m := c.meta
			out = append(out, LayerDir{
				ChainID: m.Chain, DiffID: j.DiffID, Digest: j.Digest, Path: c.fs(), By: j.By,
				Added: m.Added, Replaced: m.Replaced, Removed: m.Removed, Bytes: m.Bytes, Reused: j.seen.reused,
			})
			c.held.release()
		}
	}
	if err := context.Cause(ctx); err != nil {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("unpack %s: %w", plain(img.Ref), err)
		}
		return nil, err
	}
	return out, nil
}

// failed makes an error of a layer a sentence.
func (s *Store) failed(j *job, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	what := fmt.Sprintf("unpack the layer %d, %s", j.index+1, plain(j.Digest))
	if isFull(err) || isReadOnly(err) {
		return s.unwritable(err, what)
	}
	return refuse(err, "", "%s: %v", what, err)
}
