package stages

import (
	"os"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// resize gives the program's terminal the size that the spec asks for, or that
// of the terminal that it is shown on.
func (r *Run) resize(size *specs.Box) {
	if size != nil && size.Height > 0 {
		r.Resize(uint16(size.Height), uint16(size.Width))
		return
	}
	if r.Rows > 0 {
		r.Resize(r.Rows, r.Cols)
	}
}

// Resize sets the window size of the program's terminal, if it has one; the
// kernel sends SIGWINCH to its foreground group. See ioctl_tty(2), TIOCSWINSZ.
func (r *Run) Resize(rows, cols uint16) {
	r.Rows, r.Cols = rows, cols
	if r.stdio != nil {
		SetSize(r.stdio.tty, rows, cols)
	}
}

// SetSize sets a terminal's window size. See ioctl_tty(2), TIOCSWINSZ.
func SetSize(tty *os.File, rows, cols uint16) {
	if tty == nil || rows == 0 {
		return
	}
	conn, err := tty.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Control(func(fd uintptr) {
		_ = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: cols})
	})
}
