package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"glassbox/stages"
)

func execCommand() *cobra.Command {
	var q stages.Request
	var stdin bool
	c := &cobra.Command{
		Use: "exec [flags] NAME COMMAND…", Short: "Run one more program in a running container", Args: cobra.MinimumNArgs(2),
		Long: `Run one more program in a running container, as kubectl exec does: a process joins the
container's namespaces and cgroup with setns(2), and becomes the program. Its parent is glassbox, not PID 1.`,
		Example: "  glassbox exec web ps\n  glassbox exec -it web sh",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkEnv(q.Env); err != nil {
				return err
			}
			run, err := stages.Find(stages.Default().State, args[0])
			if err != nil {
				return err
			}
			q.Do, q.Args, q.Env = "exec", dashes(args[1:]), stages.Given(q.Env)
			return execIn(cmd.Context(), run.Dir, q, stdin)
		},
	}
	f := c.Flags()
	f.SetInterspersed(false)
	f.BoolVarP(&q.TTY, "tty", "t", false, "give the program a terminal")
	f.BoolVarP(&stdin, "interactive", "i", false, "hand standard input on")
	f.StringArrayVarP(&q.Env, "env", "e", nil, "`NAME=VALUE`: set a variable; NAME alone hands ours on")
	f.StringVarP(&q.Cwd, "workdir", "w", "", "`DIR`: where in the container to begin")
	f.StringVarP(&q.User, "user", "u", "", "`USER[:GROUP]`: by name or number")
	return c
}

// dashes takes away the -- that kubectl wants between a name and a program.
func dashes(args []string) []string {
	if len(args) > 1 && args[0] == "--" {
		return args[1:]
	}
	return args
}

// execIn asks a run to start a program, and waits for its end, or ends it with ctx.
func execIn(ctx context.Context, dir string, q stages.Request, stdin bool) error {
	c, err := stages.Dial(dir)
	if err != nil {
		return err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })() // the program ends when nobody asks any more
	if cols, rows, err := term.GetSize(os.Stdout.Fd()); err == nil {
		q.Rows, q.Cols = uint16(rows), uint16(cols)
	}
	s := &streams{}
	if !q.TTY {
		if s, err = openStreams(stdin); err != nil {
			return err
		}
		defer s.close()
	}
	if err := c.Send(q, s.theirs...); err != nil {
		return err
	}
	s.start()
	if _, err := c.Receive(); err != nil {
		return refused(ctx, err)
	}
	drained := make(chan struct{})
	if files := c.Files(); len(files) == 1 {
		restore := attach(c, files[0], stdin, drained)
		defer restore()
	} else {
		close(drained)
	}
	a, err := c.Receive()
	if err != nil {
		return refused(ctx, err)
	}
	<-drained
	s.drain()
	if a.Code != 0 {
		return ended{a.Code}
	}
	return nil
}

// attach connects this terminal with the program's.
func attach(c *stages.Client, master *os.File, stdin bool, drained chan<- struct{}) (restore func()) {
	state, err := term.MakeRaw(os.Stdin.Fd())
	go func() {
		_, _ = io.Copy(stdout, master) // EIO ends it: the last slave is closed
		close(drained)
	}()
	if stdin {
		go stages.TypeIn(master, os.Stdin)
	}
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, unix.SIGWINCH)
	go func() {
		for range resized {
			if cols, rows, err := term.GetSize(os.Stdout.Fd()); err == nil {
				_ = c.Send(stages.Request{Do: "resize", Rows: uint16(rows), Cols: uint16(cols)})
			}
		}
	}()
	return func() {
		signal.Stop(resized)
		if err == nil {
			_ = term.Restore(os.Stdin.Fd(), state)
		}
	}
}

// refused keeps the exit status that a run sent with its error; of who was interrupted it is the signal's.
func refused(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ended{stages.Interrupted(context.Cause(ctx))}
	}
	var r *stages.Refusal
	if errors.As(err, &r) {
		say(r.Text)
		return ended{r.Status}
	}
	return err
}
