package stages

import (
	"encoding/json"
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// Client talks to a run from a second terminal.
type Client struct{ line *lineConn }

// Dial connects to a run's socket.
func Dial(state string) (*Client, error) {
	c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: SocketPath(state), Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("talk to the run: %w", err)
	}
	return &Client{line: &lineConn{c: c}}, nil
}

// Send sends a request, with open files for exec.
func (c *Client) Send(q Request, files ...*os.File) error {
	b, err := json.Marshal(q)
	if err != nil {
		return fmt.Errorf("encode the request: %w", err)
	}
	var oob []byte
	if len(files) > 0 {
		fds := make([]int, len(files))
		for i, f := range files {
			fds[i] = int(f.Fd())
		}
		oob = unix.UnixRights(fds...)
	}
	if _, _, err := c.line.c.WriteMsgUnix(append(b, '\n'), oob, nil); err != nil {
		return fmt.Errorf("talk to the run: %w", err)
	}
	return nil
}

// Refusal is an error that a run sent, with the exit status that goes with it.
type Refusal struct {
	Text   string
	Status int
}

func (r *Refusal) Error() string { return r.Text }

// Receive waits for the next reply. An error in it is returned as a *Refusal.
func (c *Client) Receive() (Reply, error) {
	var a Reply
	if err := c.line.read(&a); err != nil {
		return a, fmt.Errorf("the run ended: %w", err)
	}
	if a.Error != "" {
		return a, &Refusal{Text: a.Error, Status: a.Status}
	}
	return a, nil
}

// Ask sends a request that has one reply.
func (c *Client) Ask(q Request) error {
	if err := c.Send(q); err != nil {
		return err
	}
	_, err := c.Receive()
	return err
}

// Files are the descriptors that came with the replies.
func (c *Client) Files() []*os.File { return c.line.files() }

// Close ends the connection.
func (c *Client) Close() error {
	c.line.close()
	return c.line.c.Close()
}
