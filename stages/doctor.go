package stages

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/cgroup"
	"glassbox/runtime/kernel"
)

// The states of a finding.
const (
	Have    = "have"
	Lack    = "lack"
	Unused  = "unused"  // it lacks, and what needs it is not needed here
	Untried = "untried" // something else lacks, without which it can't be tried
)

// Finding is one thing that this machine can do or not: it was tried.
type Finding struct {
	Name  string   `json:"name"`            // stable: userns, overlay, cgroup …
	What  string   `json:"what"`            // as a person calls it
	State string   `json:"state"`           // Have, Lack or Unused
	Tried string   `json:"tried,omitempty"` // what was done to find out
	Said  string   `json:"said,omitempty"`  // what came back
	Lose  string   `json:"lose,omitempty"`  // what does not work without it
	Mend  []string `json:"mend,omitempty"`  // commands or lines to add, any of which may help
	Need  bool     `json:"need,omitempty"`  // without it no container starts
}

// Report is what this machine can do for the user who asks.
type Report struct {
	Kernel   string    `json:"kernel"`
	Cgroup   string    `json:"cgroup"` // v1, v2, hybrid or none
	Root     bool      `json:"root"`   // the engine may mount without a namespace of its own
	Nested   bool      `json:"nested"` // glassbox is in a user namespace that somebody else has made
	Findings []Finding `json:"findings"`
}

// Lacks are the findings of what is missing.
func (r Report) Lacks() []Finding {
	var list []Finding
	for _, f := range r.Findings {
		if f.State == Lack {
			list = append(list, f)
		}
	}
	return list
}

// examination is one examination of the machine.
type examination struct {
	report Report
	dir    string // scratch, on the file system of the store
	trials map[string]tried
	broken error // no trial could be made
}

// Doctor tries what this machine can do, undoes it, and tells what is missing,
// what that costs, and what mends it. It changes nothing that lasts.
func Doctor() (Report, error) {
	x := &examination{report: Report{Kernel: release(), Cgroup: "none", Root: kernel.MayMount(), Nested: Rootless()}}
	dir, err := playground(Default().Root)
	if err != nil {
		return x.report, err
	}
	x.dir = dir
	defer func() { _ = os.RemoveAll(dir) }() //nolint:forbidigo // made by playground
	x.trials, x.broken = probe(dir, !x.report.Root)
	if a := x.trials["apart"]; a.Err != "" {
		x.broken = errors.New("one comes without the power to mount: " + a.Err)
	}
	x.rights()
	x.tell(storage())
	x.tell(isolation())
	x.groups()
	x.tell(wiring())
	x.network()
	x.people()
	return x.report, nil
}

// playground makes a directory on the file system on which the store is, or will be.
func playground(root string) (string, error) {
	for dir := root; ; dir = filepath.Dir(dir) {
		if st, err := os.Stat(dir); err == nil && st.IsDir() {
			made, err := os.MkdirTemp(dir, ".glassbox-doctor-") //nolint:forbidigo // removed by Doctor
			if err != nil {
				return "", fmt.Errorf("make a directory to try things in: %w: the store %s could not be written either: choose another place with XDG_DATA_HOME or --root", err, root)
			}
			return made, nil
		} else if !errors.Is(err, os.ErrNotExist) || dir == "/" {
			return "", fmt.Errorf("find a directory to try things in: %w", err)
		}
	}
}

func (x *examination) add(f Finding) { x.report.Findings = append(x.report.Findings, f) }

// tell adds a finding for each trial that is in a table of meanings.
func (x *examination) tell(list []Finding) {
	for _, f := range list {
		t, made := x.trials[f.Name]
		switch {
		case !made && f.Name == "mount" && x.report.Root:
			f.State, f.Said = Lack, x.broken.Error()
		case !made:
			f.State, f.Lose, f.Mend, f.Need = Untried, "", nil, false
		case t.Err == "":
			f.State, f.Lose, f.Mend = Have, "", nil
		default:
			f.State, f.Said = Lack, t.Err
		}
		x.adjust(&f)
		x.add(f)
	}
}

// adjust adds what only the other findings know.
func (x *examination) adjust(f *Finding) {
	works := func(name string) bool { t, ok := x.trials[name]; return ok && t.Err == "" }
	for _, t := range kernel.Trials() {
		if t.Name == f.Name {
			f.Tried = t.Tried
		}
	}
	if f.State != Lack {
		return
	}
	switch {
	case f.Name == "overlay" && works("fuse"):
		f.Need, f.Lose = false, "fuse-overlayfs stands in: file access is slower"
	case f.Name == "fuse" && works("overlay"), f.Name == "idmap" && !x.report.Root, f.Name == "tun" && x.report.Root:
		f.State, f.Mend = Unused, nil
	case f.Name == "mount" && !x.report.Root && says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"):
		f.Mend = apparmor()
	case x.trials[f.Name].Errno == "EPERM" && slices.ContainsFunc(wiring(), func(w Finding) bool { return w.Name == f.Name }):
		f.Mend = []string{"the right to make them, CAP_NET_ADMIN: docker run --privileged, or --cap-add NET_ADMIN"}
	case f.Name == "tun" && bare() && x.trials["tun"].Errno == "ENOENT":
		f.Mend = []string{"docker run --device /dev/net/tun"}
	case f.Name == "tun" && x.trials["tun"].Errno == "EACCES":
		f.Mend = []string{"chmod 666 /dev/net/tun"}
	case f.Name == "proc":
		f.Mend = []string{"docker run --privileged … or --security-opt systempaths=unconfined (podman: --security-opt unmask=ALL)"}
	}
}

// bare tells whether this is root who may not mount: of a container, most likely.
func bare() bool { return os.Geteuid() == 0 && !kernel.MayMount() }

func says(file, value string) bool {
	b, err := os.ReadFile(file)
	return err == nil && strings.TrimSpace(string(b)) == value
}

// mode is the machine's cgroup mode and tree.
func (x *examination) tree() (cgroup.Tree, error) {
	t, err := Tree()
	if err == nil {
		x.report.Cgroup = string(t.Mode)
	}
	return t, err
}

// rights: may we mount; if not, may we make a user namespace in which we may.
func (x *examination) rights() {
	if x.report.Root {
		x.add(Finding{Name: "root", What: "the right to mount", State: Have, Tried: "copy a mount that nobody sees"})
		return
	}
	f := Finding{
		Name: "userns", What: "user namespaces", State: Have, Need: true,
		Tried: "make a user namespace and a mount namespace in it",
	}
	if x.broken != nil {
		f.State, f.Said = Lack, x.broken.Error()
		f.Lose = "without root, nothing starts: the engine needs a user namespace to be root in"
		f.Mend = usernsMends()
	}
	x.add(f)
	if x.broken == nil {
		x.subordinate()
	}
}

// usernsMends are what forbids user namespaces here, each with its mend.
func usernsMends() []string {
	var list []string
	if os.Geteuid() == 0 && !kernel.Capable(unix.CAP_SETFCAP) {
		list = append(list, "docker run --cap-add SETFCAP")
	}
	if filtered() {
		list = append(list, "docker run --privileged, or --security-opt seccomp=unconfined and apparmor=unconfined and systempaths=unconfined")
	}
	if says("/proc/sys/user/max_user_namespaces", "0") {
		list = append(list, "sysctl -w user.max_user_namespaces=15000")
	}
	if says("/proc/sys/kernel/unprivileged_userns_clone", "0") {
		list = append(list, "sysctl -w kernel.unprivileged_userns_clone=1")
	}
	if says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1") {
		list = append(list, apparmor()...)
	}
	if len(list) == 0 {
		list = append(list, "run as root; in a container of Docker: docker run --privileged, or --security-opt seccomp=unconfined and apparmor=unconfined and systempaths=unconfined")
	}
	return list
}

// apparmor are the ways out of the restriction that Ubuntu 24.04 has by default.
func apparmor() []string {
	self, err := os.Executable()
	if err != nil {
		self = "/usr/local/bin/glassbox"
	}
	return []string{
		fmt.Sprintf(`printf 'abi <abi/4.0>,\ninclude <tunables/global>\nprofile glassbox %s flags=(unconfined) { userns, }\n' > /etc/apparmor.d/glassbox && apparmor_parser -r /etc/apparmor.d/glassbox`, self),
		"sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (for all programs)",
	}
}

// subordinate tries to map a range of ids into a user namespace.
func (x *examination) subordinate() {
	f := Finding{
		Name: "subids", What: "a range of user ids", State: Have, Tried: "have newuidmap(1) and newgidmap(1) write the maps of a user namespace",
	}
	if mayMap() {
		f.Tried = "write the maps of a user namespace"
	}
	if err := tryRange(); err != nil {
		why, mend, _ := strings.Cut(err.Error(), ": ")
		f.State, f.Said = Lack, why
		f.Lose = "a container has user 0 alone: files of other users become yours, and programs that change to another user fail (apt, nginx)"
		f.Mend = []string{mend}
	}
	x.add(f)
}

// Users says why a container's program can be no other user than root here; nil if it can.
func Users() error {
	switch {
	case NeedsOuter():
		return tryRange()
	case Rootless() && (ownIDs("uid_map").last() == 0 || ownIDs("gid_map").last() == 0):
		return errors.New("this user namespace has user 0 alone: `glassbox doctor` says how to get a range")
	}
	return nil
}

func tryRange() error {
	k := kernel.New(&collector{}, "")
	in, out, err := os.Pipe()
	if err != nil {
		return err
	}
	defer out.Close()
	c := probeCommand(unix.CLONE_NEWUSER)
	c.SysProcAttr.UidMappings, c.SysProcAttr.GidMappings = nil, nil
	c.Stdin = in
	err = c.Start()
	_ = in.Close()
	if err != nil {
		return fmt.Errorf("make a user namespace: %w", err)
	}
	if dir := fmt.Sprintf("/proc/%d/", c.Process.Pid); mayMap() {
		err = mapSame(k, dir)
	} else {
		err = mapRange(k, c.Process.Pid, dir)
	}
	_ = out.Close()
	_ = c.Process.Kill()
	_ = c.Wait()
	return err
}
