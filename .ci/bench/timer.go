package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// sample is one run of a command: it and all that it waited for.
type sample struct {
	Wall, CPU time.Duration
	RSS       int64 // bytes, the largest process
	Err       string
}

// timeIt runs a command to its end.
func timeIt(args []string) sample {
	var said bytes.Buffer
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = &said
	begin := time.Now()
	err := cmd.Run()
	s := sample{Wall: time.Since(begin)}
	if st := cmd.ProcessState; st != nil {
		s.CPU = st.UserTime() + st.SystemTime()
		if ru, ok := st.SysUsage().(*syscall.Rusage); ok {
			s.RSS = ru.Maxrss << 10
		}
	}
	if err != nil {
		last := strings.TrimSpace(said.String())
		last = last[strings.LastIndexByte(last, '\n')+1:]
		s.Err = fmt.Sprintf("%s: %v: %s", args[0], err, last)
	}
	return s
}

// serveTimer times the commands, JSON arrays, that come one a line.
func serveTimer(in io.Reader, out io.Writer) {
	lines, enc := bufio.NewScanner(in), json.NewEncoder(out)
	for lines.Scan() {
		var args []string
		if json.Unmarshal(lines.Bytes(), &args) != nil || len(args) == 0 {
			return
		}
		if enc.Encode(timeIt(args)) != nil {
			return
		}
	}
}

// private times commands in a mount namespace of its own, where the v2 half of
// a hybrid cgroup tree is not mounted: crun refuses to run beside it. Entering
// that namespace is not part of what is measured.
type private struct {
	cmd *exec.Cmd
	in  *json.Encoder
	end io.Closer
	out *json.Decoder
}

func newPrivate() (*private, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("unshare", "-m", "sh", "-c",
		`mountpoint -q /sys/fs/cgroup/unified && umount /sys/fs/cgroup/unified; exec "$0" -timer`, self)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("a private mount namespace: %w", err)
	}
	return &private{cmd: cmd, in: json.NewEncoder(in), end: in, out: json.NewDecoder(out)}, nil
}

func (p *private) timeIt(args []string) sample {
	var s sample
	if err := p.in.Encode(args); err != nil {
		return sample{Err: err.Error()}
	}
	if err := p.out.Decode(&s); err != nil {
		return sample{Err: err.Error()}
	}
	return s
}

func (p *private) close() {
	_ = p.end.Close()
	_ = p.cmd.Wait()
}

// middle is the median of each column.
func middle(all []sample) sample {
	return sample{
		Wall: median(all, func(s sample) time.Duration { return s.Wall }),
		CPU:  median(all, func(s sample) time.Duration { return s.CPU }),
		RSS:  median(all, func(s sample) int64 { return s.RSS }),
	}
}

func median[T time.Duration | int64](all []sample, of func(sample) T) T {
	values := make([]T, 0, len(all))
	for _, s := range all {
		values = append(values, of(s))
	}
	slices.Sort(values)
	if len(values) == 0 {
		return 0
	}
	return values[len(values)/2]
}
