package stages

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// overlay mounts the layers, read-only, with one writable directory on top.
// See Documentation/filesystems/overlayfs.rst.
func overlay(_ context.Context, r *Run) error {
	dir := filepath.Join(r.Plan.Root, "containers", r.Plan.ID)
	if err := os.MkdirAll(filepath.Dir(dir), 0o711); err != nil { //nolint:forbidigo // the store's own directory, which stays
		return fmt.Errorf("make the containers' directory: %w", err)
	}
	mode := uint32(0o700) // nobody on the host is to execute a set-uid program of the image (CVE-2021-41091)
	if r.Plan.has(specs.UserNamespace) {
		mode = 0o711 // its root is nobody here, and has to find its way
	}
	if err := r.k.Mkdir(dir, mode, true); err != nil {
		return err
	}
	for _, d := range []string{"upper", "work", "merged"} {
		if err := r.k.Mkdir(filepath.Join(dir, d), 0o755, true); err != nil {
			return err
		}
	}
	lowers := make([]string, len(r.layers)) // the topmost first, as overlayfs wants them
	for i, l := range r.layers {
		lowers[len(lowers)-1-i] = l.Path
	}
	if len(lowers) == 0 {
		return fmt.Errorf("%s has no layers: there is nothing to mount", r.Plan.Image)
	}
	if err := r.likeTop(filepath.Join(dir, "upper")); err != nil {
		return err
	}
	lowers, err := r.private(lowers, dir)
	if err != nil {
		return err
	}
	r.root = filepath.Join(dir, "merged")
	if err := r.merge(lowers, dir); err != nil {
		return err
	}
	r.k.Note("runc", "overlay-shim", "In containerd it is the shim that mounts the overlay, from what the snapshotter said; runc gets a finished rootfs.")
	id, err := identity(r.root, r.Plan.Ask.User)
	if err != nil {
		return err
	}
	if err := mapped(r.Plan, id); err != nil {
		return err
	}
	r.Plan.User = id
	r.applyUser(id)
	if r.Export != "" {
		return r.export()
	}
	return nil
}

// likeTop gives upper the owner and mode that the image's own / has: merged shows
// the root directory of upper.
func (r *Run) likeTop(upper string) error {
	var st unix.Stat_t
	if err := unix.Stat(r.layers[len(r.layers)-1].Path, &st); err != nil {
		return fmt.Errorf("look at the topmost layer: %w", err)
	}
	if st.Uid != uint32(os.Geteuid()) || st.Gid != uint32(os.Getegid()) {
		if err := r.k.ChownPath(upper, int(st.Uid), int(st.Gid)); err != nil {
			return err
		}
	}
	if mode := st.Mode & 0o7777; mode != 0o755 {
		return r.k.Chmod(upper, mode)
	}
	return nil
}

// merge mounts the overlay with the kernel's overlayfs or, where that can't be, with fuse-overlayfs.
func (r *Run) merge(lowers []string, dir string) error {
	err := r.mountOverlay(lowers, dir)
	if err == nil || kernel.Errno(err) == "" {
		return err
	}
	program, why := fuseOverlay()
	if why != nil {
		return fmt.Errorf("%w (%w)", err, why)
	}
	r.k.Note("warning", "fuse-overlayfs", "The kernel refused ("+err.Error()+"): fuse-overlayfs(1) merges the layers instead, as an ordinary program.", "error", err.Error())
	if fused := r.k.MountFuse(program, lowers, filepath.Join(dir, "upper"), filepath.Join(dir, "work"), r.root); fused != nil {
		return fmt.Errorf("%w (fuse-overlayfs can't stand in: %w)", err, fused)
	}
	return nil
}

// fuseOverlay finds fuse-overlayfs; the error says why it can't stand in.
func fuseOverlay() (string, error) {
	program, err := exec.LookPath("fuse-overlayfs")
	if err != nil {
		return "", errors.New("fuse-overlayfs could stand in, and is not installed: apt-get install fuse-overlayfs")
	}
	fd, err := unix.Open("/dev/fuse", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", fmt.Errorf("fuse-overlayfs could stand in, and /dev/fuse can't be opened: %w: modprobe fuse, or chmod 666 /dev/fuse", err)
	}
	_ = unix.Close(fd)
	return program, nil
}

// mountOverlay uses mount(2) while its options fit one page, else fsconfig(2)
// with one lowerdir+ a layer (Linux 6.5).
func (r *Run) mountOverlay(lowers []string, dir string) error {
	upper, work := filepath.Join(dir, "upper"), filepath.Join(dir, "work")
	for _, l := range append([]string{dir}, lowers...) {
		if strings.ContainsAny(l, `:,\`) {
			return fmt.Errorf("overlayfs can't take the path %s: choose a --root without comma, colon and backslash", l)
		}
	}
	opts := "lowerdir=" + strings.Join(lowers, ":") + ",upperdir=" + upper + ",workdir=" + work
	if r.Plan.Rootless {
		opts += ",userxattr" // its notes on directories in user.overlay.*, since trusted.* is the machine's root's
	}
	if len(opts) < os.Getpagesize() {
		return r.k.Mount("overlay", r.root, "overlay", 0, opts)
	}
	pairs := make([][2]string, 0, len(lowers)+2)
	for _, l := range lowers {
		pairs = append(pairs, [2]string{"lowerdir+", l})
	}
	pairs = append(pairs, [2]string{"upperdir", upper}, [2]string{"workdir", work})
	if r.Plan.Rootless {
		pairs = append(pairs, [2]string{"userxattr", ""})
	}
	err := r.k.MountNew("overlay", r.root, pairs)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return fmt.Errorf("mount %d layers: their names do not fit the %d bytes that mount(2) takes, and this kernel is too old for fsconfig's lowerdir+ (it came with 6.5): choose a shorter --root: %w",
			len(lowers), os.Getpagesize(), err)
	}
	return err
}

// applyUser puts who the program is into the spec.
func (r *Run) applyUser(id *Identity) {
	u := &r.Plan.Spec.Process.User
	u.UID, u.GID = uint32(id.UID), uint32(id.GID)
	for _, g := range id.Groups {
		u.AdditionalGids = append(u.AdditionalGids, uint32(g))
	}
	if id.Home == "" {
		id.Home = "/"
	}
	for _, e := range r.Plan.Spec.Process.Env {
		if strings.HasPrefix(e, "HOME=") {
			return
		}
	}
	r.Plan.Spec.Process.Env = append(r.Plan.Spec.Process.Env, "HOME="+id.Home)
}

func itoa(n int) string { return strconv.Itoa(n) }
