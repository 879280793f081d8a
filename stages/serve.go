package stages

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// Request is one line that a second terminal sends to a run.
type Request struct {
	Do string `json:"do"` // exec, resize, signal, limit, snapshot, go, auto, break, stop

	Args []string `json:"args,omitempty"` // of exec
	Env  []string `json:"env,omitempty"`
	Cwd  string   `json:"cwd,omitempty"`
	User string   `json:"user,omitempty"`
	TTY  bool     `json:"tty,omitempty"`
	Rows uint16   `json:"rows,omitempty"` // of exec and resize
	Cols uint16   `json:"cols,omitempty"`

	Name  string                `json:"name,omitempty"`  // of signal: SIGTERM; of break: the stage; of go: the grain
	On    bool                  `json:"on,omitempty"`    // of break
	Delay time.Duration         `json:"delay,omitempty"` // of auto, nanoseconds; negative waits for a person
	Limit *specs.LinuxResources `json:"limit,omitempty"` // of limit
}

// Reply is one line that a run sends back.
type Reply struct {
	Error  string `json:"error,omitempty"`
	Status int    `json:"status,omitempty"` // the exit status that goes with Error
	Pid    int    `json:"pid,omitempty"`    // of exec: it has started
	Ended  bool   `json:"ended,omitempty"`  // of exec: it has ended, with Code
	Code   int    `json:"code,omitempty"`
}

// SocketPath is a run's socket in its directory.
func SocketPath(state string) string { return filepath.Join(state, "socket") }

// Serve answers second terminals until the run's end; stop ends the run.
func (r *Run) Serve(stop context.CancelCauseFunc) error {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: SocketPath(r.Plan.State), Net: "unix"})
	if err != nil {
		return fmt.Errorf("make the run's socket: %w", err)
	}
	if err := os.Chmod(SocketPath(r.Plan.State), 0o600); err != nil { //nolint:forbidigo // the run's own directory
		_ = l.Close()
		return fmt.Errorf("make the run's socket: %w", err)
	}
	r.listener = l
	go func() {
		for {
			c, err := l.AcceptUnix()
			if err != nil {
				return
			}
			go r.talk(c, stop)
		}
	}()
	return nil
}

// maxRequest bounds what a second terminal may send, in bytes.
const maxRequest = 1 << 20

// talk answers one connection: a request and its replies.
func (r *Run) talk(c *net.UnixConn, stop context.CancelCauseFunc) {
	defer c.Close()
	if err := friend(c); err != nil {
		reply(c, Reply{Error: err.Error(), Status: 125})
		return
	}
	line := &lineConn{c: c}
	defer line.close()
	var q Request
	if err := line.read(&q); err != nil {
		return
	}
	if q.Do == "exec" {
		r.serveExec(line, &q)
		return
	}
	if err := r.answer(&q, stop); err != nil {
		reply(c, Reply{Error: err.Error(), Status: 125})
		return
	}
	reply(c, Reply{Ended: true})
}

// friend refuses peers that are neither root nor the run's own user: unix(7), SO_PEERCRED.
func friend(c *net.UnixConn) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var cred *unix.Ucred
	var got error
	if err := raw.Control(func(fd uintptr) { cred, got = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); err != nil {
		return err
	}
	if got != nil {
		return got
	}
	if cred.Uid != 0 && int(cred.Uid) != os.Geteuid() {
		return errors.New("this run belongs to another user")
	}
	return nil
}

// answer does what needs no more than one reply.
func (r *Run) answer(q *Request, stop context.CancelCauseFunc) error {
	switch q.Do {
	case "signal":
		sig := unix.SignalNum("SIG" + strings.TrimPrefix(strings.ToUpper(q.Name), "SIG"))
		if sig == 0 {
			return fmt.Errorf("%q is no signal: `kill -l` lists them", q.Name)
		}
		return r.Signal(sig)
	case "limit":
		if q.Limit == nil {
			return errors.New("no limit is named")
		}
		return r.Limit(q.Limit)
	case "snapshot":
		r.Snapshot()
	case "go":
		r.Gate.Go(q.Name)
	case "retry":
		r.Gate.Retry()
	case "auto":
		r.Gate.Auto(q.Delay)
	case "break":
		r.Gate.Break(q.Name, q.On)
	case "stop":
		stop(errEnded)
	default:
		return fmt.Errorf("a run knows no request %q", q.Do)
	}
	return nil
}

// serveExec runs a program beside the container's own for a second terminal,
// whose descriptors came along; resize and the connection's end are heeded meanwhile.
func (r *Run) serveExec(line *lineConn, q *Request) {
	files := line.files()
	j, err := r.Exec(Command{Args: q.Args, Env: q.Env, Cwd: q.Cwd, User: q.User, TTY: q.TTY, Rows: q.Rows, Cols: q.Cols, Stdio: files})
	for _, f := range files {
		_ = f.Close()
	}
	if err != nil {
		reply(line.c, Reply{Error: err.Error(), Status: failure("exec", err)})
		return
	}
	if err := started(line.c, j); err != nil {
		_ = j.Process.Kill()
	}
	go func() {
		for {
			var q Request
			if line.read(&q) != nil {
				_ = j.Process.Kill() // its terminal is gone
				return
			}
			switch q.Do {
			case "resize":
				SetSize(j.Master, q.Rows, q.Cols)
			case "signal":
				if sig := unix.SignalNum(q.Name); sig != 0 {
					_ = j.Process.Signal(sig)
				}
			}
		}
	}()
	st, err := j.Process.Wait()
	if err != nil {
		reply(line.c, Reply{Error: err.Error(), Status: 125})
		return
	}
	reply(line.c, Reply{Ended: true, Code: ExitCode(st)})
}

// started tells that a program runs, and hands its terminal's master over.
func started(c *net.UnixConn, j *Joined) error {
	b, err := json.Marshal(Reply{Pid: j.Process.Pid})
	if err != nil {
		return err
	}
	var oob []byte
	if j.Master != nil {
		oob = unix.UnixRights(int(j.Master.Fd()))
	}
	_, _, err = c.WriteMsgUnix(append(b, '\n'), oob, nil)
	return err
}

func reply(c *net.UnixConn, a Reply) {
	b, err := json.Marshal(a)
	if err == nil {
		_, _ = c.Write(append(b, '\n'))
	}
}
