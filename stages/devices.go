package stages

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// notDevices are what of the host's /dev is a file system, or a namespace's own:
// docker leaves the same out.
var notDevices = []string{"console", "fd", "mqueue", "pts", "shm", ".lxc", ".lxd-mounts", ".udev", "ptmx"}

// hostDevices are the devices of --privileged: all of the host's. In a user namespace
// nobody makes devices.
func hostDevices(p *Plan) []specs.LinuxDevice {
	if !p.Ask.Privileged || p.Rootless || p.Ask.Userns == "private" {
		return nil
	}
	return devicesBelow("/dev", "/dev")
}

// addDevices adds to a spec what --device names, with the rules that allow it. In a
// user namespace it is bound.
func addDevices(p *Plan, s *specs.Spec) error {
	user := p.Rootless || p.Ask.Userns == "private"
	for _, text := range p.Ask.Devices {
		host, target, access, err := deviceForm(text)
		if err != nil {
			return err
		}
		if p.Rootless && access != "rwm" {
			return fmt.Errorf("--device %s: only the machine's root can say what may be done with a device: leave out :%s", text, access)
		}
		if user && target != host {
			return fmt.Errorf("--device %s: in a user namespace a device is bound, and keeps its name: leave out the other one", text)
		}
		list := devicesBelow(host, target)
		if len(list) == 0 {
			return fmt.Errorf("--device %s: there is no device %s on this machine", text, host)
		}
		for _, d := range list {
			s.Linux.Resources.Devices = append(s.Linux.Resources.Devices,
				specs.LinuxDeviceCgroup{Allow: true, Type: d.Type, Major: &d.Major, Minor: &d.Minor, Access: access})
		}
		s.Linux.Devices = append(s.Linux.Devices, list...)
	}
	return nil
}

// deviceForm takes apart what --device is given: HOST[:TARGET][:ACCESS], as docker has it.
func deviceForm(text string) (host, target, access string, err error) {
	parts := strings.Split(text, ":")
	host, access = parts[0], "rwm"
	if last := parts[len(parts)-1]; len(parts) > 1 && last != "" && strings.Trim(last, "rwm") == "" {
		access, parts = last, parts[:len(parts)-1]
	}
	target = host
	if len(parts) == 2 {
		target = parts[1]
	}
	host, target = path.Clean(host), path.Clean(target)
	if len(parts) > 2 || !path.IsAbs(host) || !strings.HasPrefix(target, "/dev/") {
		return "", "", "", fmt.Errorf("--device %s: it is HOST[:TARGET][:ACCESS], where TARGET lies below /dev and ACCESS is some of r, w and m: /dev/fuse, /dev/sda:/dev/disk:r", text)
	}
	return host, target, access, nil
}

// devicesBelow are the device host, or those in the directory host and below it, as
// the container has them at target. What can't be read is left out.
func devicesBelow(host, target string) []specs.LinuxDevice {
	if entries, err := os.ReadDir(host); err == nil {
		var list []specs.LinuxDevice
		for _, e := range entries {
			if e.Type()&os.ModeSymlink == 0 && !slices.Contains(notDevices, e.Name()) {
				list = append(list, devicesBelow(path.Join(host, e.Name()), path.Join(target, e.Name()))...)
			}
		}
		return list
	}
	var st unix.Stat_t
	if err := unix.Stat(host, &st); err != nil {
		return nil
	}
	kind := map[uint32]string{unix.S_IFCHR: "c", unix.S_IFBLK: "b"}[st.Mode&unix.S_IFMT]
	if kind == "" {
		return nil
	}
	mode := os.FileMode(st.Mode & 0o777)
	return []specs.LinuxDevice{{
		Path: target, Type: kind, Major: int64(unix.Major(st.Rdev)), Minor: int64(unix.Minor(st.Rdev)),
		FileMode: &mode, UID: &st.Uid, GID: &st.Gid,
	}}
}
