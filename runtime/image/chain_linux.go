package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// An unpacked layer on disk:
//
//	layers/ID/fs           the directory that overlayfs gets
//	layers/ID/layer.json   what it is (chainMeta); written last
//	layers/.new-ID/        one that is being unpacked
//	layers/.old-ID/        one that is being removed
//
// Who makes a layer holds flock(2) alone on .new-ID, the directory itself, so the
// lock goes with it when it is renamed; a .new-ID that nobody holds was left by a
// killed process. Who uses a layer holds ID shared; whoever gets ID alone may
// remove it. layers/.lock is held for the moment of either rename, so that giving
// a lock down from alone to shared, which flock(2) does in two steps, is safe.
const (
	newPrefix  = ".new-"
	oldPrefix  = ".old-"
	metaFile   = "layer.json"
	metaFormat = 1

	// chainDigits is how much of a chain ID names a directory: mount(2) takes one
	// page of options, and an overlay 127 lower layers. Two that begin alike get
	// longer names.
	chainDigits = 12
)

// chainKey says what an unpacked layer is, beyond its content.
type chainKey struct {
	Chain string `json:"chain_id"`
	How   string `json:"how,omitempty"` // whose overlay it is for, and how IDs were mapped
}

// chainMeta is the content of layer.json.
type chainMeta struct {
	Format int `json:"format"`
	chainKey
	Diff     string `json:"diff_id"`
	Digest   string `json:"digest"`
	By       string `json:"by,omitempty"`
	Entries  int    `json:"entries"`
	Added    int    `json:"added"`
	Replaced int    `json:"replaced"`
	Removed  int    `json:"removed"`
	Bytes    int64  `json:"bytes"`
	Opaques  bool   `json:"opaques,omitempty"`
}

// key makes the key of a chain. How it was unpacked matters in a user namespace.
func (o UnpackOptions) key(chain string) chainKey {
	k := chainKey{Chain: chain}
	if o.UserXattr {
		k.How = "userxattr"
	}
	if o.MapID != nil {
		// A function can't be compared: a few IDs tell one mapping from another.
		for _, id := range []int{0, 1, 2, 33, 100, 999, 1000, 65534, 65535} {
			if to, ok := o.MapID(id); ok {
				k.How += fmt.Sprintf(" %d:%d", id, to)
			}
		}
		k.How += " mapped"
	}
	return k
}

// digits are those of the chain ID, which a learner will recognize.
func (k chainKey) digits() string {
	_, digits, _ := strings.Cut(k.Chain, ":")
	if k.How != "" || len(digits) < chainDigits {
		sum := sha256.Sum256([]byte(k.Chain + "\n" + k.How))
		digits = hex.EncodeToString(sum[:])
	}
	return digits
}

func (s *Store) layers(name string) string { return filepath.Join(s.root, "layers", name) }

// claim is the right to use a layer, or, where meta is nil, to make it.
type claim struct {
	meta  *chainMeta
	key   chainKey
	held  *flock
	dir   string // where it is
	final string // where it will be
}

func (c *claim) fs() string { return filepath.Join(c.dir, "fs") }

// claim returns the layer if it is there, else a new and empty directory for it.
// It waits while somebody else makes the same layer, and calls wait before.
func (s *Store) claim(ctx context.Context, k chainKey, wait func()) (*claim, error) {
	digits := k.digits()
	for n := min(chainDigits, len(digits)); n <= len(digits); {
		final := s.layers(digits[:n])
		meta, err := readMeta(final)
		switch {
		case err == nil && meta.chainKey == k:
			held, err := lockShared(ctx, final, wait)
			if err != nil {
				return nil, err
			}
			if held == nil {
				continue // it was removed just now
			}
			return &claim{meta: meta, key: k, held: held, dir: final, final: final}, nil
		case err == nil:
			n++ // another chain that begins alike
			continue
		case unread(err):
			return nil, err
		case !errors.Is(err, fs.ErrNotExist):
			// Damaged, or of another version: made anew, unless it is in use.
			if gone, e := s.removeLayer(digits[:n]); e != nil || !gone {
				return nil, errors.Join(err, e)
			}
		}
		c, err := s.begin(ctx, k, digits[:n], wait)
		if c != nil || err != nil {
			return c, err
		}
	}
	return nil, refuse(nil, "remove "+s.layers(""), "the unpacked layers are damaged: %s is another one", k.Chain)
}

// begin makes the directory in which a layer is unpacked; nil says: look again.
func (s *Store) begin(ctx context.Context, k chainKey, name string, wait func()) (*claim, error) {
	c := &claim{key: k, dir: s.layers(newPrefix + name), final: s.layers(name)}
	// 0700: images hold setuid programs, which no other user of the host may reach.
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, s.unwritable(err, "make the directory of a layer")
	}
	var err error
	if c.held, err = tryDir(c.dir); err != nil {
		return nil, err
	}
	if c.held == nil {
		// Its maker turns the lock into a shared one when it is done, and keeps that
		// while it goes on: to wait for the lock alone could be to wait in a circle.
		made, err := lockShared(ctx, c.dir, wait)
		made.release()
		return nil, err
	}
	// Now nobody else can finish it.
	if _, err := readMeta(c.final); !errors.Is(err, fs.ErrNotExist) {
		c.abandon()
		if unread(err) {
			return nil, err
		}
		return nil, nil
	}
	if _, err := emptyDir(int(c.held.f.Fd())); err != nil {
		c.held.release()
		return nil, s.unwritable(err, "clear "+c.dir)
	}
	return c, nil
}

// abandon removes what was made.
func (c *claim) abandon() {
	// While it is locked: who waits for it sees that it went.
	_ = removeTree(c.dir)
	c.held.release()
}

// finish puts a layer in its place. The claim goes on holding it, shared.
//
// Nothing is synced to the disk, as podman and docker don't by default: after a
// power cut on a file system without ordered data, remove the store's layers.
func (s *Store) finish(ctx context.Context, c *claim, m *chainMeta) error {
	m.Format, m.chainKey = metaFormat, c.key
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", metaFile, err)
	}
	for _, name := range []string{"trash", "notes"} {
		if err := removeAny(filepath.Join(c.dir, name)); err != nil {
			return fmt.Errorf("remove %s: %w", filepath.Join(c.dir, name), err)
		}
	}
	if err := os.WriteFile(filepath.Join(c.dir, metaFile), append(b, '\n'), 0o600); err != nil {
		return err
	}
	moving, err := lock(ctx, s.layers(".lock"), false)
	if err != nil {
		return err
	}
	defer moving.release()
	if err := os.Rename(c.dir, c.final); err != nil {
		return err
	}
	c.dir, c.meta = c.final, m
	return flockTry(c.held.f, true)
}

func removeAny(path string) error {
	err := unix.Unlink(path)
	if errors.Is(err, unix.EISDIR) || errors.Is(err, unix.EPERM) {
		err = unix.Rmdir(path)
	}
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	return err
}

// readMeta reads what a layer is; fs.ErrNotExist says that there is none.
func readMeta(dir string) (*chainMeta, error) {
	// By the directory, not twice by its name: meanwhile the layer could get its place.
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	fd, err := unix.Openat(int(d.Fd()), metaFile, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		err = &fs.PathError{Op: "open", Path: filepath.Join(dir, metaFile), Err: err}
		if errors.Is(err, fs.ErrNotExist) && stillThere(d, dir) {
			return nil, refuse(nil, "remove that directory", "the unpacked layer %s has lost its %s", dir, metaFile)
		}
		return nil, err
	}
	f := os.NewFile(uintptr(fd), metaFile)
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	m := new(chainMeta)
	if err := json.Unmarshal(b, m); err != nil || m.Format != metaFormat {
		return nil, refuse(err, "remove that directory", "the unpacked layer %s is damaged, or of another glassbox", dir)
	}
	return m, nil
}

// unread tells of an error of readMeta that it says nothing about the layer: this
// process, or the machine, had not what reading takes.
func unread(err error) bool {
	for _, n := range []error{unix.EMFILE, unix.ENFILE, unix.ENOMEM, unix.EIO} {
		if errors.Is(err, n) {
			return true
		}
	}
	return false
}

// lockShared waits for a shared lock on a directory; nil says that it is not there
// (any more).
func lockShared(ctx context.Context, path string, wait func()) (*flock, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := flockTry(f, true); errors.Is(err, errHeld) {
		wait()
	}
	if err := waitLock(ctx, f, true); err != nil {
		return nil, err
	}
	if !stillThere(f, path) {
		_ = f.Close()
		return nil, nil
	}
	return &flock{f}, nil
}
