package kernel

import (
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// Orphans are processes that come to the engine when their parent ends, because it
// asked for them. It has to find them by itself where a container has neither a
// pid namespace, with which the kernel would kill them, nor a group.
type Orphans struct {
	own   map[int]bool // children that the engine has made
	ended map[int]bool // zombies that were seen once
}

// Adopt makes the engine the one that orphans below it come to, in the place of
// the machine's PID 1: PR_SET_CHILD_SUBREAPER of prctl(2). What is a child of the
// engine's by then is none.
func (k *Kernel) Adopt() (*Orphans, error) {
	c := journal.Call{Name: "prctl", Man: "prctl(2)", Args: args("option", "PR_SET_CHILD_SUBREAPER", "arg2", "1")}
	err := k.do(c, "ask for what the container's programs leave behind", func() error {
		return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	})
	o := &Orphans{own: map[int]bool{}, ended: map[int]bool{}}
	for pid := range children() {
		o.own[pid] = true
	}
	return o, err
}

// Own says that a child was made by the engine.
func (o *Orphans) Own(pid int) { o.own[pid] = true }

// Reap takes note of those that have ended, or each would stay a zombie. Only one
// that was a zombie at the call before, too, is nobody's: for those that joined the
// container somebody waits.
func (o *Orphans) Reap() {
	was := o.ended
	o.ended = map[int]bool{}
	for pid, ended := range children() {
		switch {
		case !ended || o.own[pid]:
		case was[pid]:
			_, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil)
		default:
			o.ended[pid] = true
		}
	}
}

// KillOrphans kills them, and those that come to the engine because of it.
func (k *Kernel) KillOrphans(o *Orphans) {
	for end := time.Now().Add(time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		o.Reap()
		left := 0
		for pid, ended := range children() {
			if o.own[pid] {
				continue
			}
			if left++; ended {
				continue
			}
			c := journal.Call{Name: "kill", Man: "kill(2)", Args: args("pid", itoa(pid), "sig", "SIGKILL"), Sh: "kill -9 " + itoa(pid)}
			_ = k.do(c, "kill what the program left behind", func() error { return unix.Kill(pid, unix.SIGKILL) })
		}
		if left == 0 {
			return
		}
	}
}

// children are this process's, and whether each has ended, from /proc/PID/stat:
// proc(5) warns that task/TID/children may miss some.
func children() map[int]bool {
	list := map[int]bool{}
	for _, pid := range processes() {
		stat := peek("/proc/" + itoa(pid) + "/stat")
		f := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:]) // its name may hold anything
		if len(f) > 1 && f[1] == itoa(os.Getpid()) {
			list[pid] = f[0] == "Z" || f[0] == "X"
		}
	}
	return list
}

// processes are the numbers of all that /proc shows.
func processes() (list []int) {
	d, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer d.Close()
	names, _ := d.Readdirnames(-1)
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			list = append(list, pid)
		}
	}
	return list
}
