package tui

// StoryText is what a stage does, in words: for the pane beside its picture, for
// help and for speaker notes.
type StoryText struct {
	Title      string   // three words at most
	Sentence   string   // what really happens, in one to three sentences
	Runc       string   // how runc, crun and containerd do it
	Kubernetes string   // who does this stage in a cluster
	Man        []string // man pages and specifications, the first to read first
	See        Look     // what to look at
}

// Look says what to look at while a stage runs.
type Look struct {
	Outside string // on the host
	Inside  string // in the container; "" where there is none yet
}

// Story is what a stage does, in words. A stage that has no story (one of a
// recording made by a newer version) gets its name for a title, and nothing more.
func Story(stage string, lang Lang) StoryText {
	table := storiesEN
	if lang == KO {
		table = storiesKO
	}
	t, ok := table[stage]
	if !ok {
		return StoryText{Title: Clean(stage)}
	}
	t.Man = manPages[stage]
	return t
}

// manPages are the same in every language.
var manPages = map[string][]string{
	"pull":       {"OCI distribution-spec", "OCI image-spec", "sha256sum(1)"},
	"unpack":     {"OCI image-spec: layer.md", "tar(1)", "mknod(2)", "setxattr(2)"},
	"overlay":    {"mount(2)", "mount(8)", "kernel: filesystems/overlayfs"},
	"clone":      {"clone(2)", "pid_namespaces(7)", "user_namespaces(7)", "proc_pid_status(5)"},
	"namespaces": {"unshare(2)", "namespaces(7)", "setns(2)", "uts_namespaces(7)", "ipc_namespaces(7)", "network_namespaces(7)"},
	"cgroups":    {"cgroups(7)", "cgroup_namespaces(7)", "kernel: cgroup-v2"},
	"rootfs":     {"pivot_root(2)", "mount_namespaces(7)", "mount(2)", "umount(2)", "proc_pid_mountinfo(5)"},
	"network":    {"veth(4)", "network_namespaces(7)", "ip-link(8)", "ip-route(8)", "nft(8)"},
	"exec":       {"execve(2)", "capabilities(7)", "credentials(7)", "seccomp(2)", "prctl(2)", "getrlimit(2)", "pipe(7)"},
	"exit":       {"wait(2)", "pid_namespaces(7)", "signal(7)", "umount(2)"},
}
