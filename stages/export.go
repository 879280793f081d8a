package stages

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// export writes an OCI bundle of what would be run now, config.json and rootfs,
// and ends the run: runc and crun run the same with `runc run --bundle DIR NAME`.
func (r *Run) export() (err error) {
	rootfs, config := filepath.Join(r.Export, "rootfs"), filepath.Join(r.Export, "config.json")
	made := missing(r.Export)
	defer func() {
		if errors.Is(err, errUntil) {
			return
		}
		for _, p := range made { // half a bundle is none; what others have put beside it stays
			if p == rootfs {
				_ = os.RemoveAll(p) //nolint:forbidigo // it was made here
			}
			_ = os.Remove(p) //nolint:forbidigo // likewise
		}
	}()
	if err := os.MkdirAll(r.Export, 0o755); err != nil { //nolint:forbidigo // what was asked for, and stays
		return fmt.Errorf("make the bundle's directory: %w", err)
	}
	f, err := os.OpenFile(config, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return notEmpty(config, err)
	}
	defer f.Close()
	made = append([]string{config}, made...)
	if err := os.Mkdir(rootfs, 0o700); err != nil { //nolint:forbidigo // what was asked for, and stays
		return notEmpty(rootfs, err)
	}
	made = append([]string{rootfs}, made...)
	spec := *r.Plan.Spec
	spec.Mounts = nil
	var etc []string
	for _, m := range r.Plan.Spec.Mounts {
		// The three files in the run's own directory go with the run: the bundle has copies.
		if filepath.Dir(m.Source) == r.Plan.State {
			etc = append(etc, filepath.Base(m.Source))
			continue
		}
		spec.Mounts = append(spec.Mounts, m)
	}
	b, err := json.MarshalIndent(&spec, "", "  ")
	if err != nil {
		return fmt.Errorf("encode config.json: %w", err)
	}
	if _, err := f.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	if err := r.k.CopyTree(r.root, rootfs); err != nil {
		return err
	}
	if err := r.exportEtc(rootfs, etc); err != nil {
		return err
	}
	r.k.Note("info", "exported", "The bundle is in "+r.Export+": `runc run --bundle "+r.Export+" NAME` starts it.", "path", r.Export)
	return errUntil
}

// missing are a directory and those above it that are not there yet, the lowest first.
func missing(dir string) (list []string) {
	for dir != filepath.Dir(dir) {
		if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
			break
		}
		list = append(list, dir)
		dir = filepath.Dir(dir)
	}
	return list
}

func notEmpty(file string, err error) error {
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: name an empty directory (--oci-bundle)", file)
	}
	return fmt.Errorf("write the bundle: %w", err)
}

// exportEtc puts files of /etc into a bundle's root, in the place of the image's own:
// a link there is replaced, and none leads out.
func (r *Run) exportEtc(rootfs string, names []string) error {
	resolv, hosts, name, err := etcFiles(r.Plan)
	if err != nil {
		return err
	}
	etc, err := etcIn(rootfs)
	if err != nil {
		return fmt.Errorf("open the bundle's root: %w", err)
	}
	defer etc.Close()
	for _, n := range names {
		_ = etc.Remove(n) // what can't be removed can't be made, either
		f, err := etc.OpenFile(n, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err == nil {
			_, err = f.Write(map[string][]byte{"resolv.conf": resolv, "hosts": hosts, "hostname": name}[n])
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			return fmt.Errorf("write the bundle: %w", err)
		}
	}
	return nil
}

// etcIn opens /etc of a root, which may be a link: it leads where it leads in the container.
func etcIn(rootfs string) (*os.Root, error) {
	top, err := os.Open(rootfs)
	if err != nil {
		return nil, err
	}
	defer top.Close()
	_ = os.Mkdir(filepath.Join(rootfs, "etc"), 0o755) //nolint:forbidigo // it is there, as a rule; a link is not followed
	fd, err := kernel.OpenIn(int(top.Fd()), "etc", unix.O_PATH|unix.O_DIRECTORY, 0)
	if errors.Is(err, unix.ENOENT) { // a link to what is not there, and is made where it leads, as in the container
		if err = makeTarget(rootfs, "etc"); err == nil {
			fd, err = kernel.OpenIn(int(top.Fd()), "etc", unix.O_PATH|unix.O_DIRECTORY, 0)
		}
	}
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	return os.OpenRoot(fmt.Sprintf("/proc/self/fd/%d", fd))
}

// makeTarget makes the directory that a link at the top of a root leads to, in that root.
func makeTarget(rootfs, link string) error {
	to, err := os.Readlink(filepath.Join(rootfs, link))
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(rootfs)
	if err != nil {
		return err
	}
	defer root.Close()
	return root.MkdirAll(filepath.Clean("/" + to)[1:], 0o755)
}
