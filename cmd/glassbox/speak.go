package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"glassbox/tui"
)

// speaker sends what a talk shows to second terminals, over a unix socket that
// only its owner can reach.
type speaker struct {
	mu   sync.Mutex
	last []byte
	to   []net.Conn
	l    net.Listener
}

// newSpeaker opens the socket. A talk goes on without one.
func newSpeaker() *speaker {
	s := &speaker{}
	if os.MkdirAll(stateRoot(), 0o700) != nil { //nolint:forbidigo // glassbox's own directory
		return s
	}
	deadTalks()
	path := filepath.Join(stateRoot(), fmt.Sprintf("notes-%d", os.Getpid()))
	l, err := net.Listen("unix", path)
	if err != nil {
		return s
	}
	_ = os.Chmod(path, 0o600) //nolint:forbidigo // the socket just made
	s.l = l
	go s.accept()
	return s
}

func (s *speaker) accept() {
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.to = append(s.to, c)
		_, _ = c.Write(s.last)
		s.mu.Unlock()
	}
}

// speak is tui's Options.Speak: it must not wait for who listens.
func (s *speaker) speak(v tui.Speaker) {
	b, err := json.Marshal(v)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = append(b, '\n')
	kept := s.to[:0]
	for _, c := range s.to {
		_ = c.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
		if _, err := c.Write(s.last); err != nil {
			_ = c.Close()
			continue
		}
		kept = append(kept, c)
	}
	s.to = kept
}

func (s *speaker) close() {
	if s.l == nil {
		return
	}
	_ = s.l.Close() // removes the socket's file too
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.to {
		_ = c.Close()
	}
}

func notesCommand() *cobra.Command {
	f := &runFlags{}
	c := &cobra.Command{
		Use: "notes", Short: "Show the speaker's notes of a talk in a second terminal", Args: cobra.NoArgs,
		Long: `Show the speaker's notes of the talk that runs in another terminal of yours: the note to the
present stage, what comes next, and the time gone by.`,
		Example: "  glassbox run --talk nginx      # on the projector\n  glassbox notes                 # on the laptop",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !onTerminal() {
				return errors.New("show the notes: there is no terminal here that they could be drawn on")
			}
			conn, err := findTalk()
			if err != nil {
				return err
			}
			defer conn.Close()
			return tui.Notes(cmd.Context(), listen(cmd.Context(), conn), talks, f.options())
		},
	}
	c.Flags().StringVar(&f.theme, "theme", "", "`THEME`: dark, light, 16, none or contrast")
	c.Flags().StringVar(&f.lang, "lang", "", "`LANG`: en or ko; by default as the locale says")
	return c
}

// talks counts the talks that run. Each has its process's number in its socket's name: who
// only counts does not connect.
func talks() int {
	n := 0
	eachTalk(func(_ string, err error) {
		if err == nil {
			n++
		}
	})
	return n
}

// deadTalks removes the sockets of talks that were killed.
func deadTalks() {
	eachTalk(func(path string, err error) {
		if errors.Is(err, os.ErrProcessDone) {
			_ = os.Remove(path) //nolint:forbidigo // a dead socket of glassbox's own
		}
	})
}

// eachTalk tells of each talk's socket what a signal to its process would say.
func eachTalk(do func(path string, err error)) {
	list, _ := filepath.Glob(filepath.Join(stateRoot(), "notes-*"))
	for _, path := range list {
		pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(path), "notes-"))
		if err != nil {
			continue
		}
		p, err := os.FindProcess(pid)
		if err == nil {
			err = p.Signal(syscall.Signal(0))
		}
		do(path, err)
	}
}

// findTalk connects to the talk that began last; sockets of talks that were
// killed are removed on the way.
func findTalk() (net.Conn, error) {
	list, err := filepath.Glob(filepath.Join(stateRoot(), "notes-*"))
	if err != nil {
		return nil, err
	}
	var best net.Conn
	var began time.Time
	for _, path := range list {
		st, err := os.Stat(path)
		if err != nil {
			continue
		}
		c, err := net.Dial("unix", path)
		if err != nil {
			_ = os.Remove(path) //nolint:forbidigo // a dead socket of glassbox's own
			continue
		}
		if best == nil || st.ModTime().After(began) {
			if best != nil {
				_ = best.Close()
			}
			best, began = c, st.ModTime()
			continue
		}
		_ = c.Close()
	}
	if best == nil {
		return nil, errors.New("no talk runs: begin one in another terminal, `glassbox run --talk IMAGE`, `glassbox lesson --talk NAME` or `glassbox replay --talk FILE`")
	}
	return best, nil
}

// listen turns the lines of a talk into what the screen of notes takes.
func listen(ctx context.Context, conn net.Conn) <-chan tui.Speaker {
	out := make(chan tui.Speaker)
	go func() {
		defer close(out)
		in := bufio.NewScanner(conn)
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			var v tui.Speaker
			if json.Unmarshal(in.Bytes(), &v) != nil {
				continue
			}
			select {
			case out <- v:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
